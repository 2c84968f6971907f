import LockCore
import LockSimulation

/// A stretch of time; without an end while it goes on.
struct Stretch: Hashable, Sendable {
    var start: Instant
    var end: Instant?

    var length: Duration? { end.map { $0 - start } }

    var json: [String: JSONValue] {
        [
            "start": .integer(start.nanoseconds), "end": end.map { .integer($0.nanoseconds) } ?? .null,
            "ns": length.map { .integer($0.wholeNanoseconds) } ?? .null,
        ]
    }
}

/// What a ``DriveRecord`` says about a time: all that was not over at its beginning, or began later.
struct DriveReport: Hashable, Sendable {
    struct Drive: Hashable, Sendable {
        var direction: Direction
        var stretch: Stretch
        /// For how long the motor had had no drive and no brake before; nil: since before the record.
        var coasted: Duration?
        /// What ended it.
        var then: String?
        /// Who began it: a thread's name and number.
        var author: String
        /// Who ended it.
        var ender: String?
    }

    struct Reversal: Hashable, Sendable {
        var at: Instant
        var from: Direction
        var to: Direction
        var coasted: Duration
    }

    struct Asleep: Hashable, Sendable {
        var bridge: Bridge
        var stretch: Stretch
    }

    private(set) var drives: [Drive] = []
    private(set) var brakes: [Stretch] = []
    private(set) var awake: [Stretch] = []
    private(set) var reversals: [Reversal] = []
    private(set) var whileAsleep: [Asleep] = []

    init(_ record: DriveRecord, since: Instant) {
        var coastingSince: Instant?
        var lastDirection: Direction?
        var before: BridgeOutput?
        for change in record.changes {
            let now = change.output
            if now.drive != before?.drive {
                if before?.drive != nil { endDrive(by: change) }
                if let direction = now.drive {
                    let coasted = before?.isCoasting == false ? .zero : coastingSince.map { change.at - $0 }
                    drives.append(
                        Drive(
                            direction: direction, stretch: Stretch(start: change.at), coasted: coasted,
                            author: change.author))
                    if let last = lastDirection, last != direction {
                        reversals.append(
                            Reversal(at: change.at, from: last, to: direction, coasted: coasted ?? .zero))
                    }
                    lastDirection = direction
                }
            }
            Self.follow(&brakes, now.isBraking, before?.isBraking ?? false, at: change.at)
            Self.follow(&awake, now.isAwake, before?.isAwake ?? false, at: change.at)
            followAsleep(now, before, at: change.at)
            if !now.isCoasting {
                coastingSince = nil
            } else if before?.isCoasting != true {
                // What was before the record is not known to have been a coast only from its beginning on.
                coastingSince = before == nil ? nil : change.at
            }
            before = now
        }
        keep(since)
    }

    private mutating func endDrive(by change: DriveRecord.Change) {
        let index = drives.count - 1
        drives[index].stretch.end = change.at
        drives[index].then = change.output.isAwake ? change.output.bridge.rawValue : "sleep"
        drives[index].ender = change.author
    }

    private static func follow(_ stretches: inout [Stretch], _ now: Bool, _ before: Bool, at: Instant) {
        guard now != before else { return }
        if now { stretches.append(Stretch(start: at)) } else { stretches[stretches.count - 1].end = at }
    }

    private mutating func followAsleep(_ now: BridgeOutput, _ before: BridgeOutput?, at: Instant) {
        let bridge = now.isAwake || now.bridge == .coast ? nil : now.bridge
        let last = before.flatMap { $0.isAwake || $0.bridge == .coast ? nil : $0.bridge }
        guard bridge != last else { return }
        if last != nil { whileAsleep[whileAsleep.count - 1].stretch.end = at }
        if let bridge { whileAsleep.append(Asleep(bridge: bridge, stretch: Stretch(start: at))) }
    }

    private mutating func keep(_ since: Instant) {
        func isOf(_ stretch: Stretch) -> Bool { stretch.start >= since || stretch.end.map { $0 > since } ?? true }
        drives.removeAll { !isOf($0.stretch) }
        brakes.removeAll { !isOf($0) }
        awake.removeAll { !isOf($0) }
        reversals.removeAll { $0.at < since }
        whileAsleep.removeAll { !isOf($0.stretch) }
    }

    var json: [String: JSONValue] {
        [
            "drives": .list(
                drives.map { drive in
                    .object(
                        drive.stretch.json.merging([
                            "direction": .text(drive.direction.rawValue),
                            "coasted": drive.coasted.map { .integer($0.wholeNanoseconds) } ?? .null,
                            "then": drive.then.map { .text($0) } ?? .null, "by": .text(drive.author),
                            "endedBy": drive.ender.map { .text($0) } ?? .null,
                        ]) { value, _ in value })
                }),
            "brakes": .list(brakes.map { .object($0.json) }), "awake": .list(awake.map { .object($0.json) }),
            "reversals": .list(
                reversals.map {
                    .object([
                        "at": .integer($0.at.nanoseconds), "from": .text($0.from.rawValue), "to": .text($0.to.rawValue),
                        "coasted": .integer($0.coasted.wholeNanoseconds),
                    ])
                }),
            "whileAsleep": .list(
                whileAsleep.map {
                    .object($0.stretch.json.merging(["bridge": .text($0.bridge.rawValue)]) { value, _ in value })
                }),
        ]
    }
}

extension BridgeOutput {
    /// Whether the driver shorts the motor.
    fileprivate var isBraking: Bool { isAwake && bridge == .brake }
    /// Whether the motor is left to itself.
    fileprivate var isCoasting: Bool { !isAwake || bridge == .coast }
}
