/// Which entries of the audit log are too old by civil time. Pure.
///
/// Civil time may be absent, wrong or jump, also when somebody vouched for it, and a wrong time must not cost the log. So:
/// - only trusted times within ``credible`` count at all;
/// - "now" is the *earliest* of the newest ``newestEntriesAsked`` entries' times, and there must be two of them: a jump ahead
///   expires nothing until it has lasted that many entries, and then ``StoreLimits/auditEntriesPrunedAtOnce`` an append;
/// - entries go from the oldest on and only up to the first that is known to be young: a step back in the midst of the log, or
///   a time from the future, expires nothing and keeps nothing. An entry without a credible time goes with the next one that
///   has one.
///
/// What all this keeps too long, `StoreLimits.auditEntries` still removes. At most three entries outlive their time otherwise.
struct AuditRetention {
    /// A civil time as an entry has it.
    struct Stamp: Hashable, Sendable {
        var unixSeconds: Int64?
        var isTrusted: Bool

        /// The time, if it can be believed.
        var credible: Int64? {
            guard isTrusted, let unixSeconds, AuditRetention.credible.contains(unixSeconds) else { return nil }
            return unixSeconds
        }
    }

    /// Times before this program existed (2024) or after 2099 are nobody's clock, whoever vouched for them.
    static let credible: ClosedRange<Int64> = 1_704_067_200...4_102_444_799

    /// How many of the newest entries are asked what time it is.
    static let newestEntriesAsked = 4

    /// The present, in civil seconds.
    let now: Int64
    /// Entries before this are too old.
    let cutoff: Int64
    /// Entries up to this number are too old, as far as has been seen; nil while none is.
    private(set) var expiredThrough: Int64?

    /// - Parameter newest: the newest entries' times, up to ``newestEntriesAsked``. nil when they do not say what time it is.
    init?(newest: [Stamp]) {
        let times = newest.prefix(Self.newestEntriesAsked).compactMap(\.credible)
        guard times.count >= 2, let now = times.min() else { return nil }
        self.now = now
        self.cutoff = now - StoreLimits.auditSeconds
    }

    /// Looks at the next entry, from the oldest on; false when there is no need to look further.
    mutating func visit(_ seq: Int64, _ stamp: Stamp) -> Bool {
        guard let time = stamp.credible, time <= now else { return true }
        guard time < cutoff else { return false }
        expiredThrough = seq
        return true
    }
}
