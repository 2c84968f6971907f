import LockCore

extension ScenarioExpectation {
    /// For what can be seen by looking at the lock: what was seen instead; nil when the expectation is met.
    func complaint(about lock: borrowing VirtualLock) -> String? {
        let device = lock.computer?.device
        switch self {
        case .state(let name, let cause):
            let state = device?.state
            return (state?.name ?? "off") == name && state?.cause == cause ? nil : state?.text ?? "off"
        case .position(let wanted):
            let position = device?.limits.position
            return position == wanted ? nil : position?.rawValue ?? "no power"
        case .bolt(let range):
            let position = lock.mechanism.position
            return range.contains(position) ? nil : "\(Decimal.trimmed(position)) mm"
        case .energised(let wanted):
            let output = lock.mechanism.output
            let direction = output.isAwake ? output.bridge.direction : nil
            return direction == wanted ? nil : direction?.rawValue ?? "no drive"
        case .alarm(let alarm, let isActive):
            return device?.status.alarms.contains(alarm) == isActive ? nil : isActive ? "it off" : "it on"
        case .battery(let range): return Self.batteryComplaint(range, device?.status.battery ?? .unknown)
        case .door(let isOpen): return lock.mechanism.isDoorOpen == isOpen ? nil : isOpen ? "it closed" : "it open"
        case .relock(let range):
            guard let deadline = device?.status.relockDeadline, let computer = lock.computer else {
                return range == nil ? nil : "none"
            }
            let left = deadline - computer.bootTime(lock.now)
            return range?.contains(left) == true ? nil : DurationText.format(left)
        case .cap(let direction, let range):
            guard let cap = device?.cap(direction) else { return "no power" }
            return range.contains(cap) ? nil : DurationText.format(cap)
        case .calibrated(let wanted): return (device?.calibration != nil) == wanted ? nil : wanted ? "no" : "yes"
        case .motion(let isOpen):
            let motion = lock.store.openMotions.first
            return (motion != nil) == isOpen ? nil : motion.map { "motion \($0.id.rawValue)" } ?? "none"
        case .reply, .audit, .noAudit, .drive, .noDrive, .drives: return nil
        }
    }

    private static func batteryComplaint(_ range: ClosedRange<Int64>?, _ reading: BatteryReading) -> String? {
        switch (range, reading) {
        case (nil, .unreadable): nil
        case (let range?, .level(let percent, _)) where range.contains(Int64(percent)): nil
        case (_, .level(let percent, _)): "\(percent)"
        case (_, .unreadable): "unreadable"
        case (_, .unknown): "unknown"
        }
    }
}
