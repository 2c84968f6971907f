import LockCore

// Answers, held against the state at the very instant at which they are given.
extension SafetyMonitor {
    /// Goes through what a turn answers and writes down, before any of it is performed.
    mutating func judgeAnswers(_ turn: Turn, _ device: borrowing Device) {
        var failed: Set<FaultCode> = []
        for (index, effect) in turn.effects.enumerated() {
            switch effect {
            case .record(let event, _) where event.action.isOfCommand:
                judge(event, turn, rest: turn.effects[(index + 1)...], failedBefore: failed, device)
                if case .failed(let code) = event.outcome { failed.insert(code) }
            case .reply(let id, let reply):
                judge(reply, to: id, after: index > 0 ? turn.effects[index - 1] : nil, turn, device)
            default: break
            }
        }
    }

    /// A reply says what the entry before it says.
    private mutating func judge(
        _ reply: Reply, to id: RequestID, after effect: Effect?, _ turn: Turn, _ device: borrowing Device
    ) {
        guard let request = commands.open[id] else { return }
        let action = request.command.action
        if reply == .refused(.busy) {
            let isBusy = isBusy(for: request.command, turn)
            return require(isBusy, .refusalIsJustified, at: turn.at, "\(action) is busy in \(turn.before.name)")
        }
        guard case .record(let event, let closing) = effect, event.action == action, event.origin == request.origin
        else {
            return require(false, .replyIsRecorded, at: turn.at, "\(reply) to \(action) follows no entry of its own")
        }
        require(
            reply.matches(event.outcome), .replyIsRecorded, at: turn.at,
            "\(reply) to \(action) is written down as \(event.outcome)")
        let tellsOfAStroke =
            switch event.outcome {
            case .done, .failed: action.isOfStroke
            case .already, .refused: false
            }
        require(
            !tellsOfAStroke || request.isJournaled && closing != nil, .oneAudit, at: turn.at,
            "\(action) ended as \(reply) without a motion of its own, which a power cut would have lost")
        if case .configure(let wanted) = request.command, case .done = reply {
            let isSaved = turn.effects.contains(.saveSettings(wanted)) && device.settings == wanted
            require(isSaved, .doneIsTrue, at: turn.at, "\(wanted) were not taken")
        }
    }

    private mutating func judge(
        _ event: AuditEvent, _ turn: Turn, rest: ArraySlice<Effect>, failedBefore: Set<FaultCode>,
        _ device: borrowing Device
    ) {
        let what = "\(event.action) of \(event.origin): \(event.outcome)"
        switch event.outcome {
        case .done(let state, .powerLost):
            let isThere = event.action == .lock && state == .locked || event.action == .unlock && state == .unlocked
            // A boot that completes another motion says first what has become of this one.
            let isPosition = device.limits.position == (state == .locked ? .extended : .retracted)
            let isSo = state == turn.after || turn.after.isStroke && isPosition
            let isTrue = isOfBoot(turn) && isThere && isSo
            require(isTrue, .doneIsTrue, at: turn.at, "\(what), in \(turn.after)")
        case .done(let state, let warning):
            let isTrue = isDone(event.action, state, warning, turn, device)
            require(isTrue, .doneIsTrue, at: turn.at, "\(what), in \(turn.after)")
        case .already(let state):
            let isTrue = isDone(event.action, state, nil, turn, device)
            require(isTrue, .doneIsTrue, at: turn.at, "\(what), in \(turn.after)")
        case .failed(.powerLost):
            require(isOfBoot(turn), .failureIsLatched, at: turn.at, "\(what) without a boot")
        case .failed(let code):
            let isLatched = turn.after.cause == code || Self.isFollowed(rest)
            let isFault = Self.isFault(code, of: event.action)
            require(isFault && isLatched, .failureIsLatched, at: turn.at, "\(what), in \(turn.after)")
        case .refused(let code):
            require(
                event.origin != .insideButton || code != .cancelled, .insideButton, at: turn.at,
                "\(what), in \(turn.before)")
            let since = commands.earliest(event.action, event.origin) ?? world.begunAt
            let isJustified = isJustified(code, event, since: since, failedBefore, turn, device)
            require(isJustified, .refusalIsJustified, at: turn.at, "\(what), in \(turn.before)")
        }
    }

    /// What must keep a stroke from beginning, by hand. Whoever joins a stroke changes nothing: only what begins one is held to it.
    mutating func judgeBeginning(of motion: Motion, _ turn: Turn, _ device: borrowing Device) {
        let action = AuditAction(of: motion.target)
        func forbid(_ isThere: Bool, _ code: FaultCode) {
            require(!isThere, .beginningIsAllowed, at: turn.at, "\(action) of \(motion.origin) in spite of \(code)")
        }
        forbid(isBatteryTooLow(for: action), .lowBattery)
        forbid(!world.lostDrives.isEmpty, .driverFault)
        forbid(device.limits.position == .conflict, .sensorConflict)
        forbid(action != .lock && device.settings.mode == .lockOut && motion.origin.mayBeOutside, .lockedOut)
        guard action == .lock else { return }
        forbid(configuration.equipment.doorSensor && device.status.isDoorOpen == true, .doorOpen)
        forbid(configuration.requiresCalibration && device.calibration == nil, .notCalibrated)
        forbid(world.isDriverFaulty, .driverFault)
    }

    // MARK: Done

    /// Whether the lock is where it says to have brought itself. Where the bolt is, the claim itself is held to.
    private func isDone(
        _ action: AuditAction, _ state: LockState, _ warning: FaultCode?, _ turn: Turn, _ device: borrowing Device
    ) -> Bool {
        guard state == turn.after else { return false }
        switch action {
        case .lock: return state == .locked && warning == nil
        case .unlock: return state == .unlocked && (warning == nil || warning == .journalUnavailable)
        case .calibrate:
            guard warning == nil, state == .locked || state == .unlocked, let learned = device.calibration else {
                return false
            }
            // What was learned is what was measured: how long the motor was driven each way.
            let isMeasured = Direction.allCases.allSatisfy { motor.hasDriven($0, for: learned[$0]) }
            return isMeasured && turn.effects.contains(.saveCalibration(learned))
        default: return warning == nil
        }
    }

    private func isOfBoot(_ turn: Turn) -> Bool { if case .boot = turn.input { true } else { false } }

    // MARK: Failed

    /// Whether the same turn goes on to something else, behind which the latch stands or by which it is ended.
    private static func isFollowed(_ effects: ArraySlice<Effect>) -> Bool {
        effects.contains {
            switch $0 {
            case .startTimer(.stroke, _): true
            case .record(let event, _): if case .already = event.outcome { true } else { false }
            default: false
            }
        }
    }

    /// The faults that a stroke can come to. The other codes are refusals, alarms, or said at boot.
    private static func isFault(_ code: FaultCode, of action: AuditAction) -> Bool {
        switch code {
        case .blocked, .stalled, .timeout, .notMoving, .sensorConflict, .sensorStuck, .driverFault: action.isOfStroke
        case .notCalibrated: action == .calibrate
        case .lowBattery, .powerLost, .doorOpen, .busy, .cancelled, .overheated, .journalUnavailable, .forcedOpen,
            .tampered, .lockedOut, .invalidRequest, .notAllowed, .outOfSchedule, .expired, .usedUp, .clockUntrusted,
            .revoked, .lastOwner, .noSuchKey, .noSuchInvitation, .full, .pairingClosed, .notConfirmed,
            .storeUnavailable,
            .unsupported:
            false
        }
    }

    // MARK: Refused

    /// The causes that justify each code, by hand. A cause must be there now; for what is decided before a bolt comes to rest and
    /// said after, it must have been there since it was asked.
    private func isJustified(
        _ code: FaultCode, _ event: AuditEvent, since: Instant, _ failedBefore: Set<FaultCode>, _ turn: Turn,
        _ device: borrowing Device
    ) -> Bool {
        let action = event.action
        let isLatched =
            failedBefore.contains(code) || turn.before.cause == code || turn.after.cause == code
            || world.latched == code
        switch code {
        case .blocked, .stalled, .timeout, .notMoving:
            // A jam refuses locking, and nothing else.
            return action == .lock && isLatched
        case .notCalibrated:
            let isMissing = configuration.requiresCalibration && device.calibration == nil
            return action == .lock && (isMissing || isLatched)
        case .sensorStuck: return action.isOfStroke && isLatched
        case .sensorConflict: return action.isOfStroke && world.wasInConflict(since: since)
        case .driverFault:
            if !world.lostDrives.isEmpty { return action.isOfStroke }
            return action == .lock && (isLatched || world.isDriverFaulty)
        case .lowBattery: return isBatteryTooLow(for: action)
        case .doorOpen:
            return action == .lock && configuration.equipment.doorSensor && world.wasDoorOpen(since: since)
        case .cancelled:
            return action.isOfStroke && world.wasAsked(for: action == .unlock ? .locked : .unlocked, since: since)
        case .overheated: return action.isOfStroke && isMotorHot(for: action, turn, device)
        // That it was given its time is held to where the entry is written.
        case .journalUnavailable: return action == .lock || action == .calibrate
        case .lockedOut:
            return (action == .unlock || action == .calibrate) && device.settings.mode == .lockOut
                && event.origin.mayBeOutside
        case .invalidRequest:
            guard action == .configure, case .command(.configure(let wanted), _, _) = turn.input else { return false }
            return Self.isOutOfBounds(wanted)
        // Busy is never written down; the others are no reasons to refuse anything, or are given before the bolt is asked.
        case .busy, .powerLost, .forcedOpen, .tampered, .notAllowed, .outOfSchedule, .expired, .usedUp, .clockUntrusted,
            .revoked, .lastOwner, .noSuchKey, .noSuchInvitation, .full, .pairingClosed, .notConfirmed,
            .storeUnavailable,
            .unsupported:
            return false
        }
    }

    private func isBatteryTooLow(for action: AuditAction) -> Bool {
        guard let thresholds = configuration.battery, case .level(let percent, let millivolts) = world.battery else {
            return false
        }
        switch action {
        case .unlock: return millivolts < thresholds.brownOutMillivolts
        case .lock, .calibrate:
            return percent < thresholds.refuseLockPercent || millivolts < thresholds.brownOutMillivolts
        default: return false
        }
    }

    /// By the motor's own account: what the stroke may need, what the unlock after it may need, and what a drive under way may
    /// still take.
    private func isMotorHot(for action: AuditAction, _ turn: Turn, _ device: borrowing Device) -> Bool {
        let longest = configuration.stroke.capMaximum
        var needed = device.cap(.retract)
        switch action {
        case .unlock: break
        case .lock: needed += device.cap(.extend)
        default: needed += longest * 4
        }
        if turn.phaseBefore == "driving" { needed += longest }
        let available = motor.available(at: turn.at) - world.overcharged
        return available < needed
    }

    private static func isOutOfBounds(_ settings: Settings) -> Bool {
        let relock = settings.autoRelockMilliseconds.map { $0 < 5_000 || $0 > 14_400_000 } ?? false
        let ajar = settings.doorAjarMilliseconds.map { $0 < 10_000 || $0 > 14_400_000 } ?? false
        return relock || ajar
    }

    private func isBusy(for command: Command, _ turn: Turn) -> Bool {
        if case .unknown = turn.before { return true }
        switch command {
        case .lock: return turn.before == .calibrating || world.isAskedFromInside || world.isFull(.locked)
        // Getting out comes first: only a place in the queue can be missing.
        case .unlock: return world.isFull(.unlocked)
        case .calibrate:
            // Also of a calibration that something else is to follow.
            guard turn.before == .calibrating else { return turn.before.isStroke }
            return world.isFull(.calibrated) || world.wasAsked(for: .unlocked, since: world.begunAt)
        case .configure, .acknowledgeAlarms: return false
        }
    }
}

extension Reply {
    /// Whether an audit entry tells the same.
    fileprivate func matches(_ outcome: AuditOutcome) -> Bool {
        switch (self, outcome) {
        case (.done(let state, let warning), .done(let written, let noted)): state == written && warning == noted
        case (.done(let state, nil), .already(let written)): state == written
        case (.refused(let code), .refused(let written)): code == written
        case (.failed(let code, _), .failed(let written)): code == written
        default: false
        }
    }
}
