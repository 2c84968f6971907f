package import LockCore

/// Writes what happens in a virtual lock as JSON, one object a line, and keeps what a scenario's expectations ask for.
///
/// Every line has `event` and `time` (nanoseconds of the world's time; `boot` is the same moment on the core's clock). A turn of
/// the core comes first, and then what its effects did to the lines.
package struct RunRecorder: VirtualLockObserver, Sendable {
    /// An interval in which the motor's lines drove it.
    package struct Drive: Hashable, Sendable {
        package var direction: Direction
        package var began: Instant
        package var ended: Instant
        package var elapsed: Duration { ended - began }
    }

    package var monitor: SafetyMonitor
    /// Lines that have not been taken.
    private(set) var lines: [String] = []
    /// Lines of the turn under way, which follow the turn's own.
    private var held: [String] = []
    private var isInTurn = false
    package private(set) var turns = 0
    package private(set) var drives: [Drive] = []
    /// What the store has committed.
    package private(set) var audits: [AuditEvent] = []
    /// The motions that committed audit entries have closed, in order.
    package private(set) var closings: [MotionID] = []
    private var drivenSince: Instant?
    private var drivenDirection: Direction?
    /// What the picture of the run marks.
    package private(set) var marks: [TraceEvent] = []

    package init(monitor: SafetyMonitor) { self.monitor = monitor }

    /// The lines since the last time.
    package mutating func takeLines() -> [String] {
        defer { lines = [] }
        return lines
    }

    mutating func mark(_ kind: TraceEvent.Kind, _ text: String, at now: Instant) {
        guard marks.count < Trace.eventCapacity else { return }
        marks.append(TraceEvent(at: now, kind: kind, text: text))
    }

    /// Writes a line.
    mutating func write(_ event: String, at now: Instant, _ members: [String: JSONValue]) {
        let line = JSONValue.object(members.merging(["event": .text(event), "time": .time(now)]) { value, _ in value })
        if isInTurn { held.append(line.description) } else { lines.append(line.description) }
    }

    private mutating func endTurn() {
        isInTurn = false
        lines += held
        held = []
    }

    // MARK: What is seen

    package mutating func decided(_ turn: Turn, lock: borrowing VirtualLock) { monitor.decided(turn, lock: lock) }

    package mutating func willPerform(_ effect: Effect, at now: Instant) {
        isInTurn = true
        monitor.willPerform(effect, at: now)
        switch effect {
        case .reply(_, let reply): mark(.outcome, reply.text, at: now)
        case .alarm(let alarm, let isActive): mark(.outcome, "\(alarm.rawValue) \(isActive ? "on" : "off")", at: now)
        case .record(let event, _) where Self.isNews(event): mark(.outcome, event.text, at: now)
        default: break
        }
    }

    /// Audit entries that no reply and no alarm tells of.
    private static func isNews(_ event: AuditEvent) -> Bool {
        switch event.action {
        case .lock, .unlock, .calibrate: event.origin != .insideButton && !event.origin.mayWaitForReply
        case .movedByHand, .fault, .faultCleared, .boot: true
        case .configure, .acknowledgeAlarms, .doorAjar, .forcedOpen, .tampered, .lowBattery, .batteryUnreadable,
            .alarmEnded, .keyAdded, .keyChanged, .keyRemoved, .invitationCreated, .invitationWithdrawn,
            .wrongSecret, .pairingOpened, .clockSet, .resetRequested, .strangersRefused, .logErased:
            false
        }
    }

    package mutating func turned(_ turn: Turn, lock: borrowing VirtualLock) {
        turns += 1
        let line = JSONValue.object([
            "event": .text("turn"), "time": .time(turn.at), "boot": .time(turn.bootTime), "input": turn.input.json,
            "effects": .list(turn.effects.map(\.json)), "state": .text(turn.after.name),
            "cause": turn.after.cause.map { .text($0.rawValue) } ?? .null,
            "phase": lock.computer?.device.stroke.map { .text($0.phase.name) } ?? .null,
            "position": .decimal(lock.mechanism.position, places: 3),
        ])
        lines.append(line.description)
        endTurn()
        monitor.turned(turn, lock: lock)
    }

    package mutating func outputChanged(to output: BridgeOutput, levels: BoltLevels, at now: Instant) {
        monitor.outputChanged(to: output, levels: levels, at: now)
        let direction = output.isAwake ? output.bridge.direction : nil
        write("output", at: now, ["bridge": .text(output.bridge.rawValue), "awake": .bool(output.isAwake)])
        guard direction != drivenDirection else { return }
        if let since = drivenSince, let driven = drivenDirection {
            let drive = Drive(direction: driven, began: since, ended: now)
            drives.append(drive)
            write(
                "drive", at: now,
                [
                    "direction": .text(driven.rawValue), "began": .time(since), "ended": .time(now),
                    "elapsed": .time(drive.elapsed),
                ])
        }
        drivenDirection = direction
        drivenSince = direction == nil ? nil : now
    }

    package mutating func saw(_ edge: ModelEdge) {
        monitor.saw(edge)
        write("edge", at: edge.at, ["line": .text(edge.line.rawValue), "active": .bool(edge.isActive)])
    }

    package mutating func storeCompleted(_ operation: StoreOperation, stored: Bool, at now: Instant) {
        monitor.storeCompleted(operation, stored: stored, at: now)
        write("store", at: now, ["operation": .text(operation.name), "stored": .bool(stored)])
        if stored { keep(operation) }
    }

    package mutating func lostPower(committing last: StoreOperation?, at now: Instant) {
        monitor.lostPower(committing: last, at: now)
        write("powerLost", at: now, ["committed": last.map { .text($0.name) } ?? .null])
        mark(.fault, "power lost", at: now)
        if let last { keep(last) }
        endTurn()
    }

    private mutating func keep(_ operation: StoreOperation) {
        guard case .record(let event, let motion) = operation else { return }
        audits.append(event)
        if let motion { closings.append(motion) }
    }
}

extension Origin {
    /// Whether there is somebody who gets a reply.
    fileprivate var mayWaitForReply: Bool {
        switch self {
        case .local, .key: true
        case .insideButton, .autoRelock, .recovery, .device, .strangers: false
        }
    }
}

extension StoreOperation {
    /// The operation's stable name, without its values.
    fileprivate var name: String {
        switch self {
        case .begin: "begin"
        case .record: "record"
        case .saveSettings: "saveSettings"
        case .saveCalibration: "saveCalibration"
        }
    }
}
