internal import LockCore

/// Replies about settings that wait until the store has them: whoever is told "done" may rely on it after a power cut.
///
/// Each waits for its own save, in the order in which they were asked for, and a bounded time
/// (``DurableReplies/limit``); the settings hold meanwhile.
struct DurableReplies {
    struct Held: Hashable, Sendable {
        var id: RequestID
        var reply: Reply
        var save: SaveNumber
        var deadline: Instant
    }

    /// How long a reply waits for the store: more than a commit on a slow card that is just writing something else back (and
    /// than the second for which SQLite waits for another process), and less than the 10 s for which `mortise` waits.
    static let limit: Duration = .seconds(5)

    private(set) var held: [Held] = []
    private var lastSave = SaveNumber(0)

    /// Numbers the next save.
    mutating func nextSave() -> SaveNumber {
        lastSave = SaveNumber(lastSave.rawValue + 1)
        return lastSave
    }

    /// When the oldest has waited long enough; nil: none waits.
    var deadline: Instant? { held.first?.deadline }

    mutating func hold(_ id: RequestID, _ reply: Reply, until save: SaveNumber, at now: Instant) {
        held.append(Held(id: id, reply: reply, save: save, deadline: now + Self.limit))
    }

    /// Those that waited for this save.
    mutating func settle(_ save: SaveNumber) -> [Held] { take { $0.save == save } }

    /// Those that have waited long enough.
    mutating func expire(at now: Instant) -> [Held] { take { $0.deadline <= now } }

    /// All of them: the daemon is ending.
    mutating func takeAll() -> [Held] { take { _ in true } }

    private mutating func take(where isTaken: (Held) -> Bool) -> [Held] {
        let taken = held.filter(isTaken)
        held.removeAll(where: isTaken)
        return taken
    }
}

/// Names one save of the settings, from its order to the store's answer.
struct SaveNumber: Hashable, Sendable {
    var rawValue: UInt64
    init(_ rawValue: UInt64) { self.rawValue = rawValue }
}
