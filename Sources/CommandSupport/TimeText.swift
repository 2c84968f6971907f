import Glibc

/// Durations for people.
package enum TimeText {
    /// `0.4 s`, `30 s`, `2 min`, `2 min 5 s`, `4 h`: the two largest units that say it.
    package static func duration(milliseconds: UInt64) -> String {
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        let seconds = milliseconds / 1_000
        if milliseconds % 1_000 != 0 && seconds < 60 { return decimal(milliseconds, per: 1_000, digits: 3) + " s" }
        return units(seconds)
    }

    /// `412 ms`, `1.25 s`: a stroke, to the nearest millisecond.
    package static func stroke(nanoseconds: UInt64) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return duration(milliseconds: whole + (rest < 500_000 ? 0 : 1))
    }

    /// How long from now, rounded up: whole seconds below two minutes, whole minutes below two hours.
    package static func ahead(nanoseconds: UInt64) -> String {
        let seconds = nanoseconds / 1_000_000_000 + (nanoseconds % 1_000_000_000 == 0 ? 0 : 1)
        if seconds < 120 { return "\(seconds) s" }
        let minutes = (seconds + 59) / 60
        return minutes < 120 ? "\(minutes) min" : units(minutes * 60)
    }

    /// `+1:02:03.456` after boot.
    package static func sinceBoot(nanoseconds: Int64) -> String {
        let milliseconds = max(0, nanoseconds) / 1_000_000
        let seconds = milliseconds / 1_000
        return "+\(seconds / 3_600):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
            + ".\(padded(milliseconds % 1_000, 3))"
    }

    /// `2026-11-22 14:03:22` in the system's time zone, or nil when the C library cannot say.
    package static func civil(unixSeconds: Int64) -> String? { local(unixSeconds, "%Y-%m-%d %H:%M:%S") }

    /// `14:03:22` in the system's time zone.
    package static func clock(unixSeconds: Int64) -> String? { local(unixSeconds, "%H:%M:%S") }

    private static func local(_ unixSeconds: Int64, _ format: String) -> String? {
        var seconds = time_t(unixSeconds)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return nil }
        // A year of ten digits and the rest fit.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let start = buffer.baseAddress, strftime(start, buffer.count, format, &parts) > 0 else { return nil }
            return String(cString: start)
        }
    }

    private static func units(_ seconds: UInt64) -> String {
        let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")]
        let shown = parts.filter { $0.0 > 0 }.prefix(2).map { "\($0.0) \($0.1)" }
        return shown.isEmpty ? "0 s" : shown.joined(separator: " ")
    }

    /// A decimal fraction without trailing zeros.
    package static func decimal(_ value: UInt64, per unit: UInt64, digits: Int) -> String {
        var fraction = padded(Int64(value % unit), digits)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return fraction.isEmpty ? "\(value / unit)" : "\(value / unit).\(fraction)"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

/// Nanoseconds of the boot clock, the one that the daemon's deadlines are in: this program runs on the lock.
package func bootNanoseconds() -> UInt64 {
    var now = timespec()
    guard clock_gettime(CLOCK_BOOTTIME, &now) == 0 else { return 0 }
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

/// Seconds since 1970 by the system's clock.
package func unixSeconds() -> Int64 { Int64(time(nil)) }
