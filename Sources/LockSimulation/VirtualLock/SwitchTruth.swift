package import LockCore

/// How far the switches of a ``VirtualLock`` are to be trusted, as only the world knows it: which of its claims a lock can be
/// held to.
///
/// Kept by the faults that are injected and removed, not by what the lock does about them. Trust comes back by itself: once the
/// last fault of a switch has ended, its lines have come to rest, and the bolt thread has looked at the levels again.
package struct SwitchTruth: Hashable, Sendable {
    /// When a line last may have shown what its switch does not.
    private var liedAt: Instant?
    /// When the last edge that is late is due.
    private var lateUntil: Instant?
    /// An edge may have been lost since the levels were last looked at.
    private var mayHaveLostEdges = false

    /// The faults in force; told before each is removed and after each is injected.
    mutating func note(_ faults: [Fault], at now: Instant) {
        for fault in faults {
            switch fault.effectOnSwitches {
            case .fakesLevels: liedAt = now
            case .losesEdges: mayHaveLostEdges = true
            case .delaysEdges(let delay): lateUntil = max(lateUntil ?? .zero, now + delay)
            case .none: break
            }
        }
    }

    /// The bolt thread has read all levels, as it does with every order.
    mutating func looked(_ faults: [Fault], at now: Instant) {
        // What it finds is debounced like an edge.
        if mayHaveLostEdges { lateUntil = max(lateUntil ?? .zero, now) }
        mayHaveLostEdges = faults.contains { $0.effectOnSwitches == .losesEdges }
    }

    /// Whether both lines have shown what their switches do for at least `rest`.
    package func hasShownTruth(for rest: Duration, _ faults: [Fault], at now: Instant) -> Bool {
        guard !faults.contains(where: { $0.effectOnSwitches == .fakesLevels }) else { return false }
        return liedAt.map { now - $0 >= rest } ?? true
    }

    /// Whether every edge has been told for at least `rest`.
    package func hasToldEdges(for rest: Duration, _ faults: [Fault], at now: Instant) -> Bool {
        let mayStillDelay = faults.contains { if case .delaysEdges = $0.effectOnSwitches { true } else { false } }
        guard !mayHaveLostEdges, !mayStillDelay else { return false }
        return lateUntil.map { now - $0 >= rest } ?? true
    }
}

extension Fault {
    /// What a fault does to what the limit switches say.
    enum EffectOnSwitches: Hashable, Sendable {
        case none
        /// The lines show levels that are not the switches'.
        case fakesLevels
        /// The level is right, and nobody is told that it has changed.
        case losesEdges
        /// The level is right, and its change is told this much later.
        case delaysEdges(Duration)
    }

    var effectOnSwitches: EffectOnSwitches {
        switch self {
        case .limitStuck, .bothLimitsActive, .limitNoise: .fakesLevels
        case .lostEdges: .losesEdges
        case .lateEdges(let delay): .delaysEdges(delay)
        case .obstruction, .slippingGear, .driverFault, .motorReversed, .motorDisconnected, .weakBattery, .brownOut,
            .gaugeUnreadable:
            .none
        }
    }
}
