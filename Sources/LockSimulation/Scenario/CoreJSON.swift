package import LockCore

// What the core takes and gives, as JSON for records of a run. Times are nanoseconds.

extension Input {
    /// The input with its values.
    package var json: JSONValue {
        var members: [String: JSONValue] = ["name": .text(name)]
        switch self {
        case .boot(let facts):
            members["limits"] = facts.limits.json
            members["door"] = .text(facts.isDoorOpen ? "open" : "closed")
            members["tamper"] = .bool(facts.isTampered)
            members["driverFault"] = .bool(facts.hasDriverFault)
            members["battery"] = facts.battery.json
            members["settings"] = facts.settings?.json ?? .null
            members["calibration"] = facts.calibration?.json ?? .null
            members["interrupted"] = .list(facts.interrupted.map(\.json))
            members["nextMotion"] = .integer(facts.nextMotion.rawValue)
        case .command(let command, let origin, let id):
            members["origin"] = .text(origin.text)
            members["request"] = .integer(Int64(clamping: id.rawValue))
            if case .configure(let settings) = command { members["settings"] = settings.json }
        case .limits(let reading): members["limits"] = reading.json
        case .driveEnded(let end):
            members["drive"] = .integer(Int64(end.id.rawValue))
            members["reason"] = .text(end.reason.rawValue)
            members["began"] = .time(end.began)
            members["ended"] = .time(end.ended)
            members["limits"] = end.limits.json
            members["leftStart"] = .bool(end.leftStart)
        case .driverFault(let isFaulted): members["active"] = .bool(isFaulted)
        case .door(let isOpen): members["door"] = .text(isOpen ? "open" : "closed")
        case .tamper(let isActive): members["active"] = .bool(isActive)
        case .insideButton(let isPressed): members["active"] = .bool(isPressed)
        case .battery(let reading): members["battery"] = reading.json
        case .timer(let id, let deadline):
            members["timer"] = .text(id.rawValue)
            members["deadline"] = .time(deadline)
        case .journaled(let motion, let stored):
            members["motion"] = .integer(motion.rawValue)
            members["stored"] = .bool(stored)
        case .civilTime(let reading):
            members["unixSeconds"] = reading.map { .integer($0.unixSeconds) } ?? .null
            members["trusted"] = .bool(reading?.isTrusted ?? false)
        }
        return .object(members)
    }
}

extension Effect {
    /// The effect with its values.
    package var json: JSONValue {
        switch self {
        case .wakeDriver: Self.named("wakeDriver")
        case .sleepDriver: Self.named("sleepDriver")
        case .brake: Self.named("brake")
        case .coast: Self.named("coast")
        case .drive(let direction, let cap, let blanking, let id):
            Self.named(
                "drive",
                [
                    "direction": .text(direction.rawValue), "atMost": .time(cap), "blanking": .time(blanking),
                    "drive": .integer(Int64(id.rawValue)),
                ])
        case .startTimer(let id, let deadline):
            Self.named("startTimer", ["timer": .text(id.rawValue), "deadline": .time(deadline)])
        case .cancelTimer(let id): Self.named("cancelTimer", ["timer": .text(id.rawValue)])
        case .journal(let motion): Self.named("journal", ["motion": motion.json])
        case .record(let event, let motion):
            Self.named(
                "record", ["audit": event.json, "closing": motion.map { .integer($0.rawValue) } ?? .null])
        case .saveSettings(let settings): Self.named("saveSettings", ["settings": settings.json])
        case .saveCalibration(let calibration):
            Self.named("saveCalibration", ["calibration": calibration?.json ?? .null])
        case .reply(let id, let reply):
            Self.named("reply", ["request": .integer(Int64(clamping: id.rawValue)), "reply": .text(reply.text)])
        case .alarm(let alarm, let isActive):
            Self.named("alarm", ["alarm": .text(alarm.rawValue), "active": .bool(isActive)])
        case .publish(let status): Self.named("publish", ["status": status.json])
        }
    }

    private static func named(_ name: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
        .object(more.merging(["name": .text(name)]) { value, _ in value })
    }
}

extension LockState {
    /// The state and its cause, in two words at most.
    package var text: String { cause.map { "\(name) \($0.rawValue)" } ?? name }
}

extension Reply {
    /// In words, as scenarios expect it.
    package var text: String {
        switch self {
        case .done(let state, let warning):
            "done \(state.name)" + (warning.map { " warning \($0.rawValue)" } ?? "")
        case .refused(let code): "refused \(code.rawValue)"
        case .failed(let code, let finding): "failed \(code.rawValue)" + (finding.map { " \($0.rawValue)" } ?? "")
        }
    }
}

extension AuditEvent {
    /// In words, as scenarios expect it.
    package var text: String { "\(action.rawValue) \(outcome.text) by \(origin.text)" }

    var json: JSONValue {
        .object([
            "action": .text(action.rawValue), "origin": .text(origin.text), "outcome": .text(outcome.text),
            "at": .time(at), "unixSeconds": unixSeconds.map { .integer($0) } ?? .null, "trusted": .bool(isTimeTrusted),
        ])
    }
}

extension AuditOutcome {
    /// In words, as scenarios expect it.
    package var text: String {
        switch self {
        case .done(let state, let warning):
            "done \(state.name)" + (warning.map { " warning \($0.rawValue)" } ?? "")
        case .already(let state): "already \(state.name)"
        case .refused(let code): "refused \(code.rawValue)"
        case .failed(let code): "failed \(code.rawValue)"
        }
    }
}

extension LimitReading {
    var json: JSONValue { .object(["extended": .bool(extended), "retracted": .bool(retracted)]) }
}

extension BatteryReading {
    var json: JSONValue {
        switch self {
        case .unknown: .text("unknown")
        case .unreadable: .text("unreadable")
        case .level(let percent, let millivolts):
            .object(["percent": .integer(Int64(percent)), "millivolts": .integer(Int64(millivolts))])
        }
    }
}

extension Settings {
    var json: JSONValue {
        .object([
            "mode": .text(mode.rawValue),
            "autoRelockMilliseconds": autoRelockMilliseconds.map { .integer($0) } ?? .null,
            "doorAjarMilliseconds": doorAjarMilliseconds.map { .integer($0) } ?? .null,
        ])
    }
}

extension Calibration {
    var json: JSONValue { .object(["extend": .integer(extendNanoseconds), "retract": .integer(retractNanoseconds)]) }
}

extension Motion {
    var json: JSONValue {
        .object(["id": .integer(id.rawValue), "target": .text(target.rawValue), "origin": .text(origin.text)])
    }
}

extension Status {
    var json: JSONValue {
        .object([
            "state": .text(state.name), "cause": state.cause.map { .text($0.rawValue) } ?? .null,
            "position": .text(position.rawValue),
            "door": isDoorOpen.map { .text($0 ? "open" : "closed") } ?? .null, "battery": battery.json,
            "alarms": .list(alarms.list.map { .text($0.rawValue) }), "settings": settings.json,
            "calibration": calibration?.json ?? .null, "relockDeadline": relockDeadline.map { .time($0) } ?? .null,
            "journalAvailable": .bool(isJournalAvailable),
        ])
    }
}
