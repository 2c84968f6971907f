/// A moment of the week where the lock is.
package struct LocalTime: Hashable, Sendable {
    /// 0 is Monday, 6 is Sunday (ISO 8601 less one).
    package let weekday: Int
    /// Minutes since midnight, 0...1439.
    package let minute: Int

    package init(unixSeconds: Int64, utcOffsetSeconds: Int32) {
        // Wraps for no time that a clock can have: those are far from the ends of the integers.
        let local = unixSeconds &+ Int64(utcOffsetSeconds)
        let (days, seconds) = Self.divided(local, by: 86_400)
        // 1970-01-01 was a Thursday.
        weekday = Int(Self.divided(days &+ 3, by: 7).remainder)
        minute = Int(seconds / 60)
    }

    /// Rounds toward the past, so that times before 1970 have their own day.
    private static func divided(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
