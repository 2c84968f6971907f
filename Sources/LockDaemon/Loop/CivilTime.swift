internal import LockCore
internal import SystemdRuntime

/// Tells the core of civil time when there is something to tell: at first, when the clock was set, and when somebody began or
/// ceased to vouch for it.
struct CivilTime {
    /// What the core was told last.
    private(set) var told: CivilReading?

    /// A deviation from what the core reckons by boot time, in seconds, up to which it is left alone: slewing and rounding.
    static let tolerance: Int64 = 1
    /// 2024-01-01. An earlier clock has not been set since the boot, whatever the kernel says of it.
    static let earliest: Int64 = 1_704_067_200

    /// The input that is due, if any. Asked before every turn, which costs two system calls, and when the clock was set; so
    /// nothing has to poll.
    mutating func news(at now: Instant, _ clock: CivilClock.Reading) -> CivilReading? {
        let reading = CivilReading(
            at: now, unixSeconds: clock.unixSeconds,
            isTrusted: clock.isSynchronised && clock.unixSeconds >= Self.earliest)
        if let told, told.isTrusted == reading.isTrusted,
            abs(told.unixSeconds(at: now) - reading.unixSeconds) <= Self.tolerance
        {
            return nil
        }
        told = reading
        return reading
    }
}
