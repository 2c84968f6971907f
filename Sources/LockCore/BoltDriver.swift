/// An order to the bolt thread: the effects that touch the motor.
package enum BoltOrder: Hashable, Sendable {
    case wakeDriver
    case sleepDriver
    case drive(Direction, atMost: Duration, blanking: Duration, id: DriveID)
    case brake
    case coast
}

/// What the bolt thread tells the core.
package enum BoltReport: Hashable, Sendable {
    case driveEnded(DriveEnd)
    case limits(LimitReading)
    case driverFault(Bool)
}

/// The bolt thread's mind: ends every drive by itself, whatever the rest of the daemon is doing.
///
/// The caller owns the lines and the clock. After every call it sets the lines to ``output`` if that changed, takes all
/// ``nextReport()``s, and arms its timer for ``deadline``.
package struct BoltDriver: Hashable, Sendable {
    /// What the lines must be now.
    package private(set) var output: BridgeOutput = .safe
    /// When ``wake(levels:at:)`` must be called at the latest; nil while there is nothing to wait for.
    package private(set) var deadline: Instant?

    package init(debounce: Duration, levels: BoltLevels) {}

    package mutating func perform(_ order: BoltOrder, levels: BoltLevels, at now: Instant) {}

    /// A raw edge, with the kernel's timestamp.
    package mutating func edge(_ line: BoltLine, isActive: Bool, at timestamp: Instant) {}

    /// The deadline has passed, or edges were lost; `levels` is a fresh reading.
    package mutating func wake(levels: BoltLevels, at now: Instant) {}

    package mutating func nextReport() -> BoltReport? { nil }
}
