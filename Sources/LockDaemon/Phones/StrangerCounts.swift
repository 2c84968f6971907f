/// What strangers have tried since the daemon started, in memory: they do not get to write anything anywhere.
struct StrangerCounts: Hashable, Sendable {
    var unknownKeys = 0
    var wrongSecrets = 0
    var garbage = 0
    var silent = 0
    var turnedAway = 0

    var total: Int { unknownKeys + wrongSecrets + garbage + silent + turnedAway }

    var words: String {
        guard total > 0 else { return "no stranger has tried to open a channel" }
        return """
            \(unknownKeys) of unknown keys, \(wrongSecrets) of wrong secrets, \(garbage) that made no sense, \(silent) that said \
            nothing, \(turnedAway) for want of room
            """
    }
}
