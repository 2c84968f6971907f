package import LockCore

/// Sees everything that happens in a ``VirtualLock``. Instants are the world's: they go on through a power cut.
package protocol VirtualLockObserver {
    /// The core took an input and returned effects, none of which has been performed yet.
    mutating func decided(_ turn: Turn, lock: borrowing VirtualLock)
    /// All effects of a turn have been performed. Not called for a turn that the power was cut in.
    mutating func turned(_ turn: Turn, lock: borrowing VirtualLock)
    /// An effect is about to be performed.
    mutating func willPerform(_ effect: Effect, at now: Instant)
    /// The bolt thread set the motor's lines; `levels` are the raw lines at that moment.
    mutating func outputChanged(to output: BridgeOutput, levels: BoltLevels, at now: Instant)
    mutating func saw(_ edge: ModelEdge)
    /// The store carried out an operation, or failed to.
    mutating func storeCompleted(_ operation: StoreOperation, stored: Bool, at now: Instant)
    mutating func lostPower(committing last: StoreOperation?, at now: Instant)
}

extension VirtualLockObserver {
    package mutating func decided(_ turn: Turn, lock: borrowing VirtualLock) {}
    package mutating func turned(_ turn: Turn, lock: borrowing VirtualLock) {}
    package mutating func willPerform(_ effect: Effect, at now: Instant) {}
    package mutating func outputChanged(to output: BridgeOutput, levels: BoltLevels, at now: Instant) {}
    package mutating func saw(_ edge: ModelEdge) {}
    package mutating func storeCompleted(_ operation: StoreOperation, stored: Bool, at now: Instant) {}
    package mutating func lostPower(committing last: StoreOperation?, at now: Instant) {}
}

/// One turn of the core.
package struct Turn: Hashable, Sendable {
    package var at: Instant
    /// The same moment on the core's clock, which starts anew with every boot.
    package var bootTime: Instant
    package var input: Input
    package var before: LockState
    /// The phase of the stroke under way before the input, for coverage.
    package var phaseBefore: String?
    package var effects: [Effect]
    package var after: LockState
}

/// Watches nothing.
package struct NoObserver: VirtualLockObserver {
    package init() {}
}
