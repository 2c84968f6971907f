/// Believes a switch once it has been steady; one that never comes to rest is believed inactive.
package struct SwitchDebouncer: Hashable, Sendable {
    package let period: Duration
    /// What is believed of the switch.
    package private(set) var believed: Bool
    private var raw: Bool
    private var steadyFrom: Instant?
    private var restlessFrom: Instant?
    private var hasNews = false

    /// A switch that has toggled for this many periods without a rest is not believed to be active any more.
    private static let patience = 20

    /// `period`: how long the switch must be steady to be believed.
    package init(period: Duration, isActive: Bool) {
        self.period = period
        believed = isActive
        raw = isActive
    }

    /// When ``settle(at:)`` must be called at the latest; nil while the switch rests.
    package var deadline: Instant? { steadyFrom }

    /// A raw edge, with the kernel's timestamp.
    package mutating func edge(isActive: Bool, at now: Instant) {
        settle(at: now)
        raw = isActive
        steadyFrom = now + period
        if restlessFrom == nil { restlessFrom = now + period * Self.patience }
        if let restlessFrom, now >= restlessFrom, believed {
            believed = false
            hasNews = true
        }
    }

    /// Believes the level if it has been steady for long enough.
    package mutating func settle(at now: Instant) {
        guard let from = steadyFrom, now >= from else { return }
        steadyFrom = nil
        restlessFrom = nil
        guard raw != believed else { return }
        believed = raw
        hasNews = true
    }

    /// Whether ``believed`` has changed since this was last asked.
    package mutating func takeNews() -> Bool {
        defer { hasNews = false }
        return hasNews
    }
}
