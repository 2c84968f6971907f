/// A point in boot time: nanoseconds since boot, suspend included (`CLOCK_BOOTTIME`).
///
/// The core measures every duration with this clock and with no other. Civil time is an input (``CivilReading``), because it
/// may be absent, wrong or jump.
package struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since boot; never negative in a running system.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The moment of boot.
    package static let zero = Instant(nanoseconds: 0)

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds + right.wholeNanoseconds)
    }

    package static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }

    package static func - (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds - right.wholeNanoseconds)
    }

    package static func += (left: inout Instant, right: Duration) { left = left + right }
}

extension Duration {
    /// The duration in nanoseconds, rounded toward zero. Bounded by ±292 years, which every configured time is far below.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// The duration in milliseconds, rounded toward zero.
    package var wholeMilliseconds: Int64 { wholeNanoseconds / 1_000_000 }
}

/// What the system's civil clock said, and when it said it.
package struct CivilReading: Hashable, Sendable {
    /// Boot time of the reading.
    package var at: Instant
    /// Seconds since 1970-01-01T00:00:00Z.
    package var unixSeconds: Int64
    /// Whether somebody vouches for it: a time server, or an owner's phone. A clock that has merely been counting since a
    /// 1970 boot is not trusted.
    package var isTrusted: Bool

    package init(at: Instant, unixSeconds: Int64, isTrusted: Bool) {
        self.at = at
        self.unixSeconds = unixSeconds
        self.isTrusted = isTrusted
    }

    /// Civil seconds at another instant, by boot time elapsed since the reading.
    package func unixSeconds(at instant: Instant) -> Int64 {
        unixSeconds + (instant - at).wholeNanoseconds / 1_000_000_000
    }
}
