extension Device {
    /// The first input. No effect of it moves an output, unless the profile asks for completion and the target is known.
    mutating func boot(_ facts: BootFacts, at now: Instant, _ effects: inout [Effect]) {
        isBooted = true
        limits = facts.limits
        isDoorOpen = configuration.equipment.doorSensor && facts.isDoorOpen
        // Startup is total: what no owner could have set, and what this board cannot have measured, is taken for unread.
        settings = facts.settings.flatMap { $0.complaint() == nil ? $0 : nil } ?? Settings()
        calibration = facts.calibration.flatMap { configuration.stroke.canHaveMeasured($0) ? $0 : nil }
        storedCalibration = calibration
        nextMotion = facts.nextMotion
        duty = DutyBudget(limit: configuration.duty, at: now)
        audit(.boot, .device, .done(state), at: now, &effects)
        batteryRead(facts.battery, at: now, &effects)
        driverFaultChanged(to: facts.hasDriverFault, at: now, &effects)
        tamperChanged(isActive: facts.isTampered, at: now, &effects)
        if isDoorOpen { startAjarTimer(at: now, &effects) }
        recover(facts.interrupted, isLate: facts.isLate, at: now, &effects)
    }

    /// A power cut in mid-stroke: says where the bolt really is, and to each who had asked what became of it.
    private mutating func recover(
        _ interrupted: [Motion], isLate: Bool, at now: Instant, _ effects: inout [Effect]
    ) {
        let before = state
        for motion in interrupted {
            // After people have used the lock nobody can say who has brought it where it is.
            let hasArrived = !isLate && hasArrived(motion)
            let outcome: AuditOutcome = hasArrived ? .done(before, warning: .powerLost) : .failed(.powerLost)
            audit(AuditAction(of: motion.target), motion.origin, outcome, closing: motion.id, at: now, &effects)
        }
        // Completed once: a motor that browns the processor out would otherwise be started at every boot.
        guard configuration.recovery == .complete, !interrupted.contains(where: { $0.origin == .recovery }) else {
            return
        }
        // People have used the lock since, and nobody expects it to move by itself any more.
        guard !isLate else { return }
        guard let last = interrupted.last, !hasArrived(last), last.target != .calibrated else { return }
        // A bolt that is out has been thrown since, or never left: somebody wants that door locked now, and nobody is there.
        guard last.target == .locked || limits.position == .between else { return }
        let ticket = Ticket(id: nil, origin: .recovery, action: AuditAction(of: last.target))
        request(last.target, ticket, at: now, &effects)
    }

    private func hasArrived(_ motion: Motion) -> Bool {
        motion.target != .calibrated && limits.position == position(of: motion.target)
    }
}

extension AuditAction {
    /// The action that a stroke toward this target is.
    package init(of target: Target) {
        switch target {
        case .locked: self = .lock
        case .unlocked: self = .unlock
        case .calibrated: self = .calibrate
        }
    }
}
