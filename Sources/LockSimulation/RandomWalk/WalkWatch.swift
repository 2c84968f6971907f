package import LockCore

/// The walk's observer: the monitor, and the coverage.
package struct WalkWatch: VirtualLockObserver, Sendable {
    package var monitor: SafetyMonitor
    package var coverage = Coverage()
    package var turns = 0
    /// Hears of everything besides, for a record of the episode.
    package var listener: (any VirtualLockObserver & Sendable)?
    /// What the episode itself has found.
    package var found: [SafetyMonitor.Violation] = []

    package init(monitor: SafetyMonitor) { self.monitor = monitor }

    package mutating func decided(_ turn: Turn, lock: borrowing VirtualLock) {
        monitor.decided(turn, lock: lock)
        listener?.decided(turn, lock: lock)
    }

    package mutating func turned(_ turn: Turn, lock: borrowing VirtualLock) {
        turns += 1
        coverage.note(turn.before, turn.input)
        monitor.turned(turn, lock: lock)
        listener?.turned(turn, lock: lock)
    }

    package mutating func willPerform(_ effect: Effect, at now: Instant) {
        monitor.willPerform(effect, at: now)
        listener?.willPerform(effect, at: now)
    }

    package mutating func outputChanged(to output: BridgeOutput, levels: BoltLevels, at now: Instant) {
        monitor.outputChanged(to: output, levels: levels, at: now)
        listener?.outputChanged(to: output, levels: levels, at: now)
    }

    package mutating func saw(_ edge: ModelEdge) {
        monitor.saw(edge)
        listener?.saw(edge)
    }

    package mutating func storeCompleted(_ operation: StoreOperation, stored: Bool, at now: Instant) {
        monitor.storeCompleted(operation, stored: stored, at: now)
        listener?.storeCompleted(operation, stored: stored, at: now)
    }

    package mutating func lostPower(committing last: StoreOperation?, at now: Instant) {
        monitor.lostPower(committing: last, at: now)
        listener?.lostPower(committing: last, at: now)
    }
}
