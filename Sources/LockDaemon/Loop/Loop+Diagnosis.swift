internal import LockCore
internal import SystemdRuntime

// What the bus service asks of the loop.
extension Loop: LockServiceDelegate {
    var status: Status { device.status }

    var isStoreAwaited: Bool {
        if case .running(withStore: false, late: _) = stage { true } else { false }
    }

    func submit(_ command: Command, from origin: Origin, id: RequestID) {
        guard budget.admits(command, from: origin, to: device, at: BootClock.now()) else {
            if isOfPhone(id) {
                // It may have been paid for.
                reply(id, .refused(.busy))
            } else {
                service?.fail(id.rawValue, CommandBudget.refusal)
            }
            configuration.onPassedOver?(command, origin)
            return
        }
        turn(.command(command, from: origin, id: id))
    }

    func diagnose() -> [String: String] {
        [
            "profile": "ok: \(board.name)",
            "threads": watchdog == nil ? "ok: loop, bolt, storage" : "ok: loop, bolt, storage, watched",
            "scheduling": realtime.map { grade($0.schedulingErrno == 0) + Self.words(scheduling: $0) }
                ?? "warning: not known yet",
            "memory": realtime.map { grade($0.lockingErrno ?? 0 == 0) + Self.words(memory: $0) }
                ?? "warning: not known yet",
            "store": storeFinding,
            "journal": device.isJournalAvailable
                ? "ok: motions are journaled" : "error: the last motion was not journaled in time",
            "sensors": sensorFinding,
            "battery": batteryFinding,
            "clock": clockFinding,
            "groups": groupFinding,
            "watchdog": watchdog?.report ?? "ok: none is set",
            "phones": phoneFinding,
            "bluetooth": phones?.transport.finding ?? noTransportFinding,
            "board": lastBoardError.map { "error: \($0)" } ?? "ok: no line was refused",
        ]
    }

    private func grade(_ isGood: Bool) -> String { isGood ? "ok: " : "warning: " }

    private var storeFinding: String {
        let detail = storeCondition.detail.isEmpty ? "" : ": \(storeCondition.detail)"
        switch storeCondition.state {
        case .unavailable: return "error: unavailable" + detail
        case .quarantined: return "warning: new, because what was there was damaged" + detail
        case .opened, .created:
            let lost = lostEntries == 0 ? "" : ", \(lostEntries) audit entries lost"
            return grade(detail.isEmpty && lost.isEmpty) + storeCondition.state.rawValue + detail + lost
        }
    }

    private var sensorFinding: String {
        switch device.state {
        case .fault(let code): "error: \(code.rawValue)"
        case .jammed(let code): "warning: jammed, \(code.rawValue)"
        default: "ok: the limit switches say \(device.limits.position.rawValue)"
        }
    }

    private var batteryFinding: String {
        switch device.status.battery {
        case .unknown: "ok: the board has no gauge"
        case .unreadable: "error: the gauge does not answer"
        case .level(let percent, let millivolts):
            grade(!device.status.alarms.contains(.lowBattery)) + "\(percent) %, \(millivolts) mV"
        }
    }

    private var phoneFinding: String {
        if let phoneProblem { return "error: \(phoneProblem)" }
        switch access.standing {
        case .booting: return "warning: not known yet: the store has not said"
        case .unreadable: return "error: the keys in the store cannot be read, so no phone is let in"
        case .ready:
            let set = access.set
            let keys = "\(set.keys.count) keys, \(set.owners) of owners; \(set.invitations.count) invitations"
            guard let phones else { return "ok: \(keys)" }
            let links = "\(phones.links.count) links, \(sessions.count) of them with a key"
            return "ok: \(keys); \(links); \(phones.counts.words)"
        }
    }

    private var noTransportFinding: String {
        guard configuration.phoneTransport != nil else { return "ok: not used here" }
        return transportProblem.map { "error: \($0)" } ?? "warning: not begun, for want of keys to look up"
    }

    private var clockFinding: String {
        if configuration.civilClock().isSynchronised { return "ok: synchronised" }
        return civil.told?.isTrusted == true
            ? "ok: set by an owner's or an administrator's phone, good until the lock restarts"
            : "warning: nobody vouches for the civil time"
    }

    private var groupFinding: String {
        let missing = service?.authorisation.missingGroups ?? []
        return missing.isEmpty ? "ok: both exist" : "warning: there is no group \(missing.joined(separator: ", "))"
    }
}
