@testable import LockCore

/// A log of inputs and effects as text: one input a line after its instant in nanoseconds, its effects indented below it.
///
/// Only the inputs can be read back; that is all a replay needs.
enum ReplayLog {
    /// What the device answers to these inputs, as text.
    static func text(of inputs: [(at: Instant, input: Input)], configuration: DeviceConfiguration) -> String {
        var device = Device(configuration: configuration)
        var lines: [String] = []
        for (at, input) in inputs {
            lines.append("\(at.nanoseconds) \(text(of: input))")
            for effect in device.handle(input, at: at) { lines.append("    \(text(of: effect))") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The inputs of such a text; nil when a line cannot be read.
    static func inputs(of text: String) -> [(at: Instant, input: Input)]? {
        var inputs: [(at: Instant, input: Input)] = []
        for line in text.split(separator: Character("\n")) where !line.hasPrefix("    ") {
            let words = line.split(separator: Character(" ")).map(String.init)
            guard words.count > 1, let at = Int64(words[0]), let input = input(Array(words.dropFirst())) else {
                return nil
            }
            inputs.append((Instant(nanoseconds: at), input))
        }
        return inputs
    }

    // MARK: Inputs

    private static func text(of input: Input) -> String {
        switch input {
        case .boot(let facts): "boot \(facts.limits.position) \(facts.calibration.map(text) ?? "uncalibrated")"
        case .command(let command, .key(let key), let id): "\(text(of: command)) \(key) \(id.rawValue)"
        case .limits(let reading): "limits \(reading.position)"
        case .driveEnded(let end):
            "driveEnded \(end.id.rawValue) \(end.reason) \(end.began.nanoseconds) \(end.ended.nanoseconds) "
                + "\(end.limits.position) \(end.leftStart)"
        case .timer(let id, let deadline): "timer \(id) \(deadline.nanoseconds)"
        case .journaled(let motion, let stored): "journaled \(motion.rawValue) \(stored)"
        case .insideButton(let isPressed): "button \(isPressed)"
        default: "unwritable"
        }
    }

    private static func text(of command: Command) -> String {
        switch command {
        case .lock: "lock"
        case .unlock: "unlock"
        case .calibrate: "calibrate"
        case .acknowledgeAlarms: "acknowledge"
        case .configure: "unwritable"
        }
    }

    private static func text(_ calibration: Calibration) -> String {
        "\(calibration.extendNanoseconds)/\(calibration.retractNanoseconds)"
    }

    private static func input(_ words: [String]) -> Input? {
        let commands: [String: Command] = [
            "lock": .lock, "unlock": .unlock, "calibrate": .calibrate, "acknowledge": .acknowledgeAlarms,
        ]
        func position(_ at: Int) -> BoltPosition? {
            words.indices.contains(at) ? BoltPosition(rawValue: words[at]) : nil
        }
        func number(_ at: Int) -> Int64? { words.indices.contains(at) ? Int64(words[at]) : nil }
        func flag(_ at: Int) -> Bool? { words.indices.contains(at) ? Bool(words[at]) : nil }
        switch words[0] {
        case "boot":
            guard let position = position(1) else { return nil }
            let times = words.last?.split(separator: Character("/")).compactMap { Int64($0) } ?? []
            let calibration =
                times.count == 2 ? Calibration(extendNanoseconds: times[0], retractNanoseconds: times[1]) : nil
            return .boot(BootFacts(limits: LimitReading(position), calibration: calibration))
        case "limits": return position(1).map { .limits(LimitReading($0)) }
        case "timer":
            guard words.count > 1, let id = TimerID(rawValue: words[1]), let deadline = number(2) else { return nil }
            return .timer(id, deadline: Instant(nanoseconds: deadline))
        case "journaled":
            guard let motion = number(1), let stored = flag(2) else { return nil }
            return .journaled(MotionID(motion), stored: stored)
        case "button": return flag(1).map { .insideButton(isPressed: $0) }
        case "driveEnded":
            guard let id = number(1), words.count > 2, let reason = DriveEnd.Reason(rawValue: words[2]),
                let began = number(3), let ended = number(4), let position = position(5), let left = flag(6)
            else { return nil }
            return .driveEnded(
                DriveEnd(
                    id: DriveID(UInt32(clamping: id)), reason: reason, began: Instant(nanoseconds: began),
                    ended: Instant(nanoseconds: ended), limits: LimitReading(position), leftStart: left))
        default:
            guard let command = commands[words[0]], let key = number(1), let id = number(2) else { return nil }
            return .command(command, from: .key(UInt32(clamping: key)), id: RequestID(UInt64(clamping: id)))
        }
    }

    // MARK: Effects

    private static func text(of effect: Effect) -> String {
        switch effect {
        case .wakeDriver: "wakeDriver"
        case .sleepDriver: "sleepDriver"
        case .brake: "brake"
        case .coast: "coast"
        case .drive(let direction, let cap, let blanking, let id):
            "drive \(direction) cap=\(cap.wholeNanoseconds) blanking=\(blanking.wholeNanoseconds) id=\(id.rawValue)"
        case .startTimer(let id, let deadline): "startTimer \(id) \(deadline.nanoseconds)"
        case .cancelTimer(let id): "cancelTimer \(id)"
        case .journal(let motion): "journal \(motion.id.rawValue) \(motion.target) \(text(of: motion.origin))"
        case .record(let event, let motion):
            "record \(event.action) \(text(of: event.origin)) \(text(of: event.outcome)) at=\(event.at.nanoseconds)"
                + (motion.map { " closing=\($0.rawValue)" } ?? "")
        case .saveSettings: "saveSettings"
        case .saveCalibration(let calibration): "saveCalibration \(calibration.map(text) ?? "none")"
        case .reply(let id, let reply): "reply \(id.rawValue) \(text(of: reply))"
        case .alarm(let alarm, let isActive): "alarm \(alarm) \(isActive)"
        case .publish(let status):
            "publish \(text(of: status.state)) position=\(status.position) "
                + "calibration=\(status.calibration.map(text) ?? "none")"
        }
    }

    private static func text(of origin: Origin) -> String {
        switch origin {
        case .key(let key): "key:\(key)"
        case .local(let user): "local:\(user)"
        case .strangers(let attempts): "strangers:\(attempts)"
        case .insideButton: "insideButton"
        case .autoRelock: "autoRelock"
        case .recovery: "recovery"
        case .device: "device"
        }
    }

    private static func text(of state: LockState) -> String {
        state.cause.map { "\(state.name):\($0)" } ?? state.name
    }

    private static func text(of outcome: AuditOutcome) -> String {
        switch outcome {
        case .done(let state, let warning): "done=\(text(of: state))" + (warning.map { " warning=\($0)" } ?? "")
        case .already(let state): "already=\(text(of: state))"
        case .refused(let code): "refused=\(code)"
        case .failed(let code): "failed=\(code)"
        }
    }

    private static func text(of reply: Reply) -> String {
        switch reply {
        case .done(let state, let warning): "done=\(text(of: state))" + (warning.map { " warning=\($0)" } ?? "")
        case .refused(let code): "refused=\(code)"
        case .failed(let code, let finding): "failed=\(code)" + (finding.map { " finding=\($0)" } ?? "")
        }
    }
}
