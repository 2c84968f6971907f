internal import LockCore

/// What those who have shown neither a key nor a secret have tried: counted in memory, and a number in the owner's log now and then. Pure.
///
/// Nobody of them makes the lock write, however often they come: an entry is written when an interval is over in which somebody came, and
/// in no more than ``entriesPerDay`` of them. A number that finds no room waits for the next entry, which tells of both. Where nobody came
/// nothing is due, and nothing is written.
struct StrangerCounts: Hashable, Sendable {
    /// From the first attempt that no entry tells of to the entry: a flood is one line of the log, and its hour can be seen.
    static let interval: Duration = .seconds(3_600)
    /// Entries in any 24 hours. Strangers who never stop make 720 in the 90 days that the log goes back, of its 10,000.
    static let entriesPerDay = 8

    enum Attempt: Hashable, Sendable, CaseIterable {
        /// A right handshake with a key that is none of the lock's: a neighbour's phone that looks for its own lock, too.
        case unknownKey
        /// Of a pairing. Each has an entry of its own, because it is counted durably and delays the next.
        case wrongSecret
        /// Somebody wanted to pair while nobody can, or by an invitation that there is not.
        case pairingRefused
        case garbage
        /// Nothing was heard for too long. Whoever has sent a right first message is none of these: it may be replayed, and counts for
        /// nothing.
        case silence
        /// There was no room for another link.
        case noRoom
    }

    /// Since the daemon has started, for `mortise doctor`.
    private var all: [Attempt: Int] = [:]
    /// What no entry tells of yet, and since when; more than an entry can say are as many as it can.
    var pending: UInt32 = 0
    private var since = Instant.zero
    /// When entries were written, in the last 24 hours, oldest first.
    private var written: [Instant] = []

    mutating func count(_ attempt: Attempt, at now: Instant) {
        all[attempt, default: 0] += 1
        guard attempt != .wrongSecret else { return }
        if pending == 0 { since = now }
        if pending < .max { pending += 1 }
    }

    /// When an entry is due; nil: there is nothing to tell.
    var deadline: Instant? {
        guard pending > 0 else { return nil }
        let end = since + Self.interval
        guard written.count >= Self.entriesPerDay else { return end }
        return max(end, written[written.count - Self.entriesPerDay] + .seconds(86_400))
    }

    /// How many attempts an entry has to tell of now; nil: none is due.
    mutating func due(at now: Instant) -> UInt32? {
        guard let deadline, deadline <= now else { return nil }
        return takeAll(at: now)
    }

    /// The same, before its time, because the daemon ends and would forget it; nil: there is nothing to tell.
    mutating func takeAll(at now: Instant) -> UInt32? {
        guard pending > 0 else { return nil }
        defer { pending = 0 }
        written = written.suffix(Self.entriesPerDay - 1) + [now]
        return pending
    }

    /// For `mortise doctor`.
    var words: String {
        guard !all.isEmpty else { return "no stranger has tried to open a channel" }
        func count(_ attempt: Attempt) -> Int { all[attempt] ?? 0 }
        return """
            \(count(.unknownKey)) of unknown keys, \(count(.wrongSecret)) of wrong secrets, \(count(.pairingRefused)) that may not \
            pair, \(count(.garbage)) that made no sense, \(count(.silence)) that said nothing, \(count(.noRoom)) for want of room
            """
    }
}
