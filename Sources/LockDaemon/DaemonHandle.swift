package import LockCore
internal import Synchronization
package import SystemdRuntime

/// How other threads reach a running daemon. Made before it, good for one run.
package final class DaemonHandle: Sendable {
    enum Control: Sendable {
        case stop
        case command(Command, from: Origin)
        /// Look at ``DaemonHandle/loss`` and at the civil clock.
        case look
    }

    let controls: Mailbox<Control>
    /// The supply is gone, as far as the daemon is concerned.
    let loss = PowerLoss()
    /// The end was asked for when ``controls`` had no room to say so.
    private let isStopPending = Atomic(false)

    /// Far more than anybody has reason to send before the loop comes round.
    static let capacity = 32

    package init() throws(SystemdError) { controls = try Mailbox(capacity: Self.capacity) }

    /// Ends the daemon in order: a stroke under way is braked and the driver put to sleep, the store is closed, callers are
    /// answered. Returns at once; ``Daemon/run(_:board:handle:)`` returns when it is done. Asking twice changes nothing.
    package func stop() {
        guard !controls.send(.stop) else { return }
        // What fills the mailbox is still to be taken, and with the next of it the loop sees this.
        isStopPending.store(true, ordering: .sequentiallyConsistent)
    }

    /// Whether ``stop()`` had to leave its message beside the mailbox.
    var mustStop: Bool { isStopPending.load(ordering: .sequentiallyConsistent) }

    /// Asks the lock for something without waiting for the answer, which a ``DaemonConfiguration/observer`` sees. For whoever
    /// runs the daemon in its own process. False: too much is waiting already. What its origin has no budget left for
    /// (``CommandBudget``) is passed over, which ``DaemonConfiguration/onPassedOver`` sees.
    package func send(_ command: Command, from origin: Origin) -> Bool {
        controls.send(.command(command, from: origin))
    }

    /// **For the simulator**, and never called in the product: what a power cut does to a process. The threads end where they
    /// are: no stroke is finished, no line is set, nothing is written down, nobody is answered, and what the store had not
    /// committed is lost. Whoever calls this takes the power from the board first. Returns at once;
    /// ``Daemon/run(_:board:handle:)`` returns ``DaemonEnd/lost`` when the threads have ended.
    package func lose() {
        loss.happen()
        // A full mailbox is about to be looked at anyway.
        _ = controls.send(.look)
    }

    /// **For the simulator**: ``DaemonConfiguration/civilClock`` has been set to another time.
    package func civilClockWasSet() { _ = controls.send(.look) }
}

/// Whether the power has gone: what every thread of the daemon asks before it does anything, so that nothing is done that a
/// processor without power could not have done. Always false in the product.
final class PowerLoss: Sendable {
    private let flag = Atomic(false)

    var hasHappened: Bool { flag.load(ordering: .acquiring) }
    func happen() { flag.store(true, ordering: .releasing) }
}
