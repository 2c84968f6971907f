/// Everything the core can ask of the world, in the order in which it must happen.
package enum Effect: Hashable, Sendable {
    /// Sleep line up.
    case wakeDriver
    /// Sleep line down: every output of the driver is off.
    case sleepDriver
    /// Energise the motor. The bolt thread ends the drive by itself, by braking, at the first raw edge of the limit switch
    /// ahead, on a stall or nFAULT after the blanking time, or when the cap has elapsed, and answers with one ``DriveEnd``.
    case drive(Direction, atMost: Duration, blanking: Duration, id: DriveID)
    /// Short the motor. Ends a drive that is under way.
    case brake
    /// Leave the motor open. Ends a drive that is under way.
    case coast
    /// Fire ``Input/timer(_:deadline:)`` at the deadline; replaces a timer of the same name.
    case startTimer(TimerID, deadline: Instant)
    case cancelTimer(TimerID)
    /// Make the motion durable, then answer ``Input/journaled(_:stored:)``.
    case journal(Motion)
    /// Append to the audit log and, in the same transaction, close the motion. Not waited for.
    case record(AuditEvent, closing: MotionID?)
    case saveSettings(Settings)
    case saveCalibration(Calibration?)
    case reply(RequestID, Reply)
    /// An alarm began or ended.
    case alarm(Alarm, isActive: Bool)
    /// The status changed in a way that somebody outside can see.
    case publish(Status)
}

/// The timers, one deadline each.
package enum TimerID: String, Hashable, Sendable, CaseIterable {
    /// The phase of the stroke under way.
    case stroke
    case autoRelock
    case doorAjar
}

/// Alarms that a person must hear of.
package enum Alarm: String, Hashable, Sendable, CaseIterable, Codable {
    case doorAjar
    case forcedOpen
    case tampered
    case lowBattery
    case batteryUnreadable
}

/// Names one journaled motion. Dense and never reused.
package struct MotionID: Hashable, Sendable, Comparable, Codable {
    package var rawValue: Int64
    package init(_ rawValue: Int64) { self.rawValue = rawValue }
    package static func < (left: MotionID, right: MotionID) -> Bool { left.rawValue < right.rawValue }
}

/// What a stroke is for.
package enum Target: String, Hashable, Sendable, CaseIterable, Codable {
    case locked
    case unlocked
    case calibrated
}

/// A motion as the journal keeps it: written before the motor is energised, closed when the stroke has ended.
package struct Motion: Hashable, Sendable {
    package var id: MotionID
    package var target: Target
    package var origin: Origin

    package init(id: MotionID, target: Target, origin: Origin) {
        self.id = id
        self.target = target
        self.origin = origin
    }
}
