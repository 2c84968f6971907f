import LockCore

/// What was driven, and when: every change of the motor's outputs, by the kernel's time stamps. The last ``capacity`` are kept.
struct DriveRecord: Sendable {
    /// A change of the outputs.
    struct Change: Hashable, Sendable {
        var at: Instant
        var output: BridgeOutput
        var author: String
    }

    /// Changes that are kept: a stroke with its wake-up, brake and sleep is five, so hundreds of strokes.
    static let capacity = 4096
    /// Occasions of lost events that are kept.
    static let lossCapacity = 256

    private(set) var changes: [Change] = []
    private(set) var output: BridgeOutput
    /// Everything from then on is known, but for what was lost.
    private(set) var knownSince: Instant
    /// Occasions on which the kernel lost events, when they were noticed, and how many it said.
    private(set) var losses: [(at: Instant, count: Int)] = []
    /// Changes that any drive has begun with since the beginning.
    private(set) var driveCount = 0

    init(_ output: BridgeOutput, at now: Instant) {
        self.output = output
        knownSince = now
        changes = [Change(at: now, output: output, author: "")]
    }

    /// The outputs were set. The same outputs again are no change.
    mutating func set(_ new: BridgeOutput, by author: String, at: Instant) {
        guard new != output else { return }
        if new.drive != nil, new.drive != output.drive { driveCount += 1 }
        output = new
        if changes.count == Self.capacity {
            // In one go, so that a full record does not cost a copy each time.
            changes.removeFirst(Self.capacity / 4)
            knownSince = changes.first?.at ?? at
        }
        // Two processors' events may change places within microseconds; the record never goes back.
        changes.append(Change(at: max(at, changes.last?.at ?? at), output: new, author: author))
    }

    mutating func lost(_ count: Int?, at: Instant) {
        if losses.count == Self.lossCapacity { losses.removeFirst() }
        losses.append((at, count ?? 1))
    }

    /// Events lost since then.
    func lostCount(since: Instant) -> Int { losses.reduce(0) { $1.at >= since ? $0 + $1.count : $0 } }
}

extension BridgeOutput {
    /// The direction in which the motor is driven: not by a driver that sleeps.
    var drive: Direction? { isAwake ? bridge.direction : nil }
}
