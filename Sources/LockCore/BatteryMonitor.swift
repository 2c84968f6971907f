/// What the battery allows.
package struct BatteryMonitor: Hashable, Sendable {
    private let thresholds: BatteryThresholds?
    package private(set) var reading: BatteryReading = .unknown
    private var isWarning = false

    package init(thresholds: BatteryThresholds?) { self.thresholds = thresholds }

    /// The warning goes away only this many percentage points above its threshold, because a resting battery recovers a
    /// little after every stroke.
    private static let hysteresisPercent = 5

    package enum OnReading: Hashable, Sendable {
        case unchanged
        case changed(isLow: Bool, isUnreadable: Bool)
    }

    package mutating func read(_ new: BatteryReading) -> OnReading {
        guard let thresholds, new != reading else { return .unchanged }
        reading = new
        if case .level(let percent, let millivolts) = new {
            if percent < thresholds.warnPercent || millivolts < thresholds.brownOutMillivolts {
                isWarning = true
            } else if percent >= thresholds.warnPercent + Self.hysteresisPercent {
                isWarning = false
            }
        }
        return .changed(isLow: isWarning, isUnreadable: new == .unreadable)
    }

    /// Whether there is enough left to lock, calibrate or relock, and still unlock afterwards. An unreadable gauge does not
    /// refuse: it is reported as an alarm, and a broken gauge must not keep a door from being locked.
    package var allowsLocking: Bool {
        guard let thresholds, case .level(let percent, _) = reading else { return true }
        return percent >= thresholds.refuseLockPercent && allowsMoving
    }

    /// Whether the motor would leave the processor enough voltage to finish the stroke.
    package var allowsMoving: Bool {
        guard let thresholds, case .level(_, let millivolts) = reading else { return true }
        return millivolts >= thresholds.brownOutMillivolts
    }
}
