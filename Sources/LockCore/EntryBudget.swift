/// Bounds the audit entries of something that nobody asked for, so that a chattering switch cannot push everything else out of the
/// log.
package struct EntryBudget: Hashable, Sendable {
    /// A person at the thumbturn makes a few entries a minute at most.
    package static let burst = 30
    /// One entry is won back in this time.
    package static let refill: Duration = .seconds(60)
    /// Entries that must have been won back before anything is written down again.
    package static let resume = 10

    private var spent = 0
    private var asOf = Instant.zero
    private var isMuted = false

    package init() {}

    package enum Verdict: Hashable, Sendable {
        case write
        /// The last entry for now: it should say that the rest is left out.
        case writeLast
        case leaveOut
    }

    package mutating func take(at now: Instant) -> Verdict {
        let won = Int((now - asOf).wholeNanoseconds / Self.refill.wholeNanoseconds)
        if won > 0 {
            spent = max(0, spent - won)
            asOf = spent == 0 ? now : asOf + Self.refill * won
        }
        if isMuted, spent > Self.burst - Self.resume { return .leaveOut }
        isMuted = false
        spent += 1
        guard spent >= Self.burst else { return .write }
        isMuted = true
        return .writeLast
    }
}
