internal import LockCore
internal import SystemdRuntime

/// Tells the core of civil time when there is something to tell: at first, when the clock was set, and when somebody began or
/// ceased to vouch for it.
struct CivilTime {
    /// What the core was told last.
    private(set) var told: CivilReading?
    /// What somebody who may set the clock has vouched for; good for as long as the lock runs.
    private var vouched: CivilReading?

    /// A deviation from what the core reckons by boot time, in seconds, up to which it is left alone: slewing and rounding.
    static let tolerance: Int64 = 1
    /// 2024-01-01. An earlier clock has not been set since the boot, whatever the kernel says of it.
    static let earliest: Int64 = 1_704_067_200

    /// The input that is due, if any. Asked before every turn, which costs two system calls, and when the clock was set; so
    /// nothing has to poll.
    mutating func news(at now: Instant, _ clock: CivilClock.Reading) -> CivilReading? {
        var reading = CivilReading(
            at: now, unixSeconds: clock.unixSeconds,
            isTrusted: clock.isSynchronised && clock.unixSeconds >= Self.earliest)
        // A time server knows better than a phone, and a phone better than a clock that nobody has set.
        if !reading.isTrusted, let vouched {
            reading = CivilReading(at: now, unixSeconds: vouched.unixSeconds(at: now), isTrusted: true)
        }
        if let told, told.isTrusted == reading.isTrusted,
            abs(told.unixSeconds(at: now) - reading.unixSeconds) <= Self.tolerance
        {
            return nil
        }
        told = reading
        return reading
    }

    mutating func vouch(for unixSeconds: Int64, at now: Instant) {
        vouched = CivilReading(at: now, unixSeconds: unixSeconds, isTrusted: true)
    }
}
