internal import LockCore

/// Audit entries on their way into the store: usually one, for a moment. While the store does not take them they wait here,
/// oldest first, so that none is lost silently and all are numbered in order.
struct AuditBacklog {
    struct Entry: Hashable, Sendable {
        var event: AuditEvent
        var closing: MotionID?
    }

    /// How many may wait: a busy day at a door, in about 30 kB of memory.
    static let capacity = 256

    private(set) var entries: [Entry] = []
    /// How often the oldest has failed for a reason of its own.
    private var failures = 0

    /// False: full. The oldest are kept, because they say how the trouble began; the new one is lost, and counted by the caller.
    mutating func append(_ entry: Entry) -> Bool {
        guard entries.count < Self.capacity else { return false }
        entries.append(entry)
        return true
    }

    /// Counts a failure of the oldest entry, and says how many it has had.
    mutating func firstFailed() -> Int {
        failures += 1
        return failures
    }

    mutating func removeFirst() {
        entries.removeFirst()
        failures = 0
    }
}
