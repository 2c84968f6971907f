package import LockCore
package import SystemdRuntime

/// How other threads reach a running daemon. Made before it, good for one run.
package final class DaemonHandle: Sendable {
    enum Control: Sendable {
        case stop
        case command(Command, from: Origin)
    }

    let controls: Mailbox<Control>

    /// Far more than anybody has reason to send before the loop comes round.
    private static let capacity = 32

    package init() throws(SystemdError) { controls = try Mailbox(capacity: Self.capacity) }

    /// Ends the daemon in order: a stroke under way is braked and the driver put to sleep, the store is closed, callers are
    /// answered. Returns at once; ``Daemon/run(_:board:handle:)`` returns when it is done. Asking twice changes nothing.
    package func stop() { _ = controls.send(.stop) }

    /// Asks the lock for something without waiting for the answer, which a ``DaemonConfiguration/observer`` sees. For whoever
    /// runs the daemon in its own process. False: too much is waiting already.
    package func send(_ command: Command, from origin: Origin) -> Bool {
        controls.send(.command(command, from: origin))
    }
}
