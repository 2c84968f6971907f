/// When something is asked: how long the lock has run, and what its civil clock says. There is no clock in here.
package struct Moment: Hashable, Sendable {
    /// Since boot, suspend included. Never steps; every wait is measured with it.
    package var uptime: Duration
    /// Seconds since 1970-01-01T00:00:00Z; nil: there is no civil clock.
    package var unixSeconds: Int64?
    /// Whether somebody vouches for ``unixSeconds``: a time server, or an owner's phone.
    package var isTrusted: Bool

    package init(uptime: Duration, unixSeconds: Int64? = nil, isTrusted: Bool = false) {
        self.uptime = uptime
        self.unixSeconds = unixSeconds
        self.isTrusted = isTrusted
    }

    /// The day, if somebody vouches for it and it can be true.
    package var trustedDay: Day? { isTrusted ? unixSeconds.flatMap(Day.init(unixSeconds:)) : nil }
}
