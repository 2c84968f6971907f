extension Device {
    // MARK: Limit switches

    mutating func limitsChanged(to reading: LimitReading, at now: Instant, _ effects: inout [Effect]) {
        let before = limits.position
        limits = reading
        guard reading.position != before else { return }
        isRelockSuspended = false
        if let stroke {
            if case .awaitingHand = stroke.phase { handMoved(at: now, &effects) }
            // During any other phase the switches are asked when the stroke settles.
            return
        }
        movedAtRest(from: before, to: reading.position, at: now, &effects)
    }

    /// The switches changed while nothing was driven: a hand, a tool, or a failing switch.
    private mutating func movedAtRest(
        from before: BoltPosition, to after: BoltPosition, at now: Instant, _ effects: inout [Effect]
    ) {
        if after == .conflict {
            // Which of the two is wrong nobody can say from here.
            return auditMovement(.fault, .failed(.sensorConflict), at: now, &effects)
        }
        let disproved = disproves(latch, from: before, to: after)
        if disproved { latch = nil }
        if before == .conflict || disproved {
            auditMovement(.faultCleared, .done(state), at: now, &effects)
        }
        // Half-way is not yet somewhere: the hand's whole turn is one entry, written when it arrives.
        guard after != .between, before != .conflict else { return }
        auditMovement(.movedByHand, .done(state), at: now, &effects)
    }

    /// Writes down what the switches did by themselves, as long as it is no chatter.
    private mutating func auditMovement(
        _ action: AuditAction, _ outcome: AuditOutcome, at now: Instant, _ effects: inout [Effect]
    ) {
        switch movementEntries.take(at: now) {
        case .write: audit(action, .device, outcome, at: now, &effects)
        // No hand turns a bolt this often: a switch chatters, and what it does from here on is left out.
        case .writeLast: audit(.fault, .device, .failed(.sensorStuck), at: now, &effects)
        case .leaveOut: break
        }
    }

    /// Whether seeing the bolt travel disproves what is latched. A jam is disproved by arriving at a limit; a doubted switch by
    /// releasing; a faulty driver by nothing that a hand can do.
    private func disproves(_ latch: Latch?, from before: BoltPosition, to after: BoltPosition) -> Bool {
        switch latch {
        case nil, .faulty(.driverFault): false
        case .faulty: true
        case .jammed: after != .between
        }
    }

    // MARK: Door

    mutating func doorChanged(isOpen: Bool, at now: Instant, _ effects: inout [Effect]) {
        guard configuration.equipment.doorSensor, isOpen != isDoorOpen else { return }
        isDoorOpen = isOpen
        isRelockSuspended = false
        if isOpen {
            doorOpened(at: now, &effects)
        } else {
            cancelAjarTimer(&effects)
            end(.doorAjar, at: now, &effects)
            endIfAcknowledged(.forcedOpen, at: now, &effects)
        }
    }

    private mutating func doorOpened(at now: Instant, _ effects: inout [Effect]) {
        startAjarTimer(at: now, &effects)
        // The position, not the state: a jam or a fault with the bolt thrown is the likelier sign of force.
        if stroke == nil, limits.position == .extended { raise(.forcedOpen, at: now, &effects) }
        guard let stroke, (stroke.interruption?.successor.goal ?? stroke.goal) == .locked else { return }
        // A bolt thrown past an open door hits the frame when it closes: what is under way is taken back.
        let device = Ticket(id: nil, origin: .device, action: .unlock)
        interrupt(.doorOpen, successor: Stroke.Successor(goal: .unlocked, tickets: [device]), at: now, &effects)
    }

    mutating func startAjarTimer(at now: Instant, _ effects: inout [Effect]) {
        guard let milliseconds = settings.doorAjarMilliseconds else { return }
        let deadline = now + .milliseconds(milliseconds)
        ajarDeadline = deadline
        effects.append(.startTimer(.doorAjar, deadline: deadline))
    }

    mutating func cancelAjarTimer(_ effects: inout [Effect]) {
        guard ajarDeadline != nil else { return }
        ajarDeadline = nil
        effects.append(.cancelTimer(.doorAjar))
    }

    // MARK: Driver, tamper and battery

    /// nFAULT at rest keeps the bolt from being locked, so it is written down: once, for the line may chatter.
    mutating func driverFaultChanged(to isFaulted: Bool, at now: Instant, _ effects: inout [Effect]) {
        guard configuration.equipment.driverFault, isFaulted != hasDriverFault else { return }
        hasDriverFault = isFaulted
        recordDriverFault(at: now, &effects)
    }

    /// During a stroke it is the stroke's to tell; what is still there afterwards is written down then.
    mutating func recordDriverFault(at now: Instant, _ effects: inout [Effect]) {
        guard hasDriverFault, stroke == nil, !isDriverFaultRecorded else { return }
        isDriverFaultRecorded = true
        audit(.fault, .device, .failed(.driverFault), at: now, &effects)
    }

    mutating func tamperChanged(isActive: Bool, at now: Instant, _ effects: inout [Effect]) {
        guard configuration.equipment.tamperSwitch, isActive != isTampered else { return }
        isTampered = isActive
        if isActive {
            raise(.tampered, at: now, &effects)
        } else {
            endIfAcknowledged(.tampered, at: now, &effects)
        }
    }

    mutating func batteryRead(_ reading: BatteryReading, at now: Instant, _ effects: inout [Effect]) {
        let allowedLocking = battery.allowsLocking
        defer { writeDownGauge(at: now, &effects) }
        guard case .changed(let isLow, let isUnreadable) = battery.read(reading) else { return }
        // A gauge that merely wavers is not a change: a refused relock would be recorded again and again.
        if battery.allowsLocking != allowedLocking { isRelockSuspended = false }
        if isLow { raise(.lowBattery, at: now, &effects) } else { end(.lowBattery, at: now, &effects) }
        if isUnreadable {
            raise(.batteryUnreadable, isWritten: false, at: now, &effects)
        } else {
            end(.batteryUnreadable, isWritten: false, at: now, &effects)
        }
    }

    /// A loose contact makes a gauge come and go; that it does is written down a few times. The alarm stays true all the while, and
    /// the log has the last word of it when it may.
    private mutating func writeDownGauge(at now: Instant, _ effects: inout [Effect]) {
        let isLost = alarms.contains(.batteryUnreadable)
        guard isLost != isGaugeLossWritten, gaugeEntries.take(at: now) != .leaveOut else { return }
        isGaugeLossWritten = isLost
        audit(isLost ? .batteryUnreadable : .alarmEnded, .device, .done(state), at: now, &effects)
    }

    // MARK: Alarms

    mutating func raise(_ alarm: Alarm, isWritten: Bool = true, at now: Instant, _ effects: inout [Effect]) {
        if alarm.mustBeAcknowledged { _ = unacknowledged.set(alarm, to: true) }
        guard alarms.set(alarm, to: true) else { return }
        if isWritten { audit(alarm.auditAction, .device, .done(state, warning: alarm.code), at: now, &effects) }
        effects.append(.alarm(alarm, isActive: true))
    }

    mutating func end(_ alarm: Alarm, isWritten: Bool = true, at now: Instant, _ effects: inout [Effect]) {
        guard alarms.set(alarm, to: false) else { return }
        if isWritten { audit(.alarmEnded, .device, .done(state, warning: alarm.code), at: now, &effects) }
        effects.append(.alarm(alarm, isActive: false))
    }

    private mutating func endIfAcknowledged(_ alarm: Alarm, at now: Instant, _ effects: inout [Effect]) {
        guard !unacknowledged.contains(alarm) else { return }
        end(alarm, at: now, &effects)
    }

    mutating func acknowledgeAlarms(at now: Instant, _ effects: inout [Effect]) {
        unacknowledged = AlarmSet()
        if !isDoorOpen { end(.forcedOpen, at: now, &effects) }
        if !isTampered { end(.tampered, at: now, &effects) }
    }

    // MARK: Auto-relock: one deadline

    /// Keeps the deadline in step with the state; called at the end of every turn.
    mutating func updateRelock(at now: Instant, _ effects: inout [Effect]) {
        let wanted =
            state == .unlocked && settings.mode != .passage && !isDoorOpen && !isRelockSuspended && !hasDriverFault
        guard wanted, let milliseconds = settings.autoRelockMilliseconds else { return cancelRelock(&effects) }
        guard relockDeadline == nil else { return }
        let deadline = max(now + .milliseconds(milliseconds), relockNotBefore)
        relockDeadline = deadline
        effects.append(.startTimer(.autoRelock, deadline: deadline))
    }

    mutating func cancelRelock(_ effects: inout [Effect]) {
        guard relockDeadline != nil else { return }
        relockDeadline = nil
        effects.append(.cancelTimer(.autoRelock))
    }

    mutating func relockDue(at now: Instant, _ effects: inout [Effect]) {
        relockDeadline = nil
        request(.locked, Ticket(id: nil, origin: .autoRelock, action: .lock), at: now, &effects)
    }

    /// A hot motor cools and a slow disk answers again; anything else stays as it is until the bolt, the door, the battery or the
    /// settings change.
    mutating func relockRefused(_ code: FaultCode, at now: Instant) {
        switch code {
        case .overheated: relockNotBefore = now + Self.relockRetry
        case .journalUnavailable:
            relockNotBefore = now + relockPatience
            relockPatience = min(relockPatience * 2, Self.relockRetryMaximum)
        // It is not wanted while the fault line is active, and wanted again when it clears.
        case .driverFault where hasDriverFault: break
        case .cancelled: break
        default: isRelockSuspended = true
        }
    }
}

extension Alarm {
    /// Break-in alarms stay until somebody has seen them.
    var mustBeAcknowledged: Bool {
        switch self {
        case .forcedOpen, .tampered: true
        case .doorAjar, .lowBattery, .batteryUnreadable: false
        }
    }

    var auditAction: AuditAction {
        switch self {
        case .doorAjar: .doorAjar
        case .forcedOpen: .forcedOpen
        case .tampered: .tampered
        case .lowBattery: .lowBattery
        case .batteryUnreadable: .batteryUnreadable
        }
    }

    /// The fault code that belongs to the alarm, where there is one.
    var code: FaultCode? {
        switch self {
        case .forcedOpen: .forcedOpen
        case .tampered: .tampered
        case .lowBattery: .lowBattery
        case .doorAjar: .doorOpen
        case .batteryUnreadable: nil
        }
    }
}
