/// How much longer the motor may run: a bucket of drive time that refills while the motor rests.
package struct DutyBudget: Hashable, Sendable {
    private let limit: DutyLimit
    /// Nanoseconds of drive time available at ``asOf``.
    private var balance: Int64
    private var asOf: Instant

    /// A cold motor has its whole burst. After a reboot the motor is taken for cold: without a clock that runs through a power
    /// cut nobody knows, and one burst is what it is built to stand.
    package init(limit: DutyLimit, at now: Instant) {
        self.limit = limit
        balance = limit.burst.wholeNanoseconds
        asOf = now
    }

    /// Drive time available at `now`.
    package func available(at now: Instant) -> Duration {
        let rested = max(0, (now - asOf).wholeNanoseconds)
        return .nanoseconds(min(limit.burst.wholeNanoseconds, balance + rested / Int64(limit.restPerDrive)))
    }

    /// Takes a drive of this length, ended at `now`, out of the budget.
    package mutating func spend(_ drive: Duration, endedAt now: Instant) {
        // The drive itself is not rest: what there was at its beginning, and refilling starts from its end.
        balance = available(at: now - drive).wholeNanoseconds - drive.wholeNanoseconds
        // The end of a drive that was given up for lost comes late, and must not give rest twice.
        asOf = max(asOf, now)
    }
}
