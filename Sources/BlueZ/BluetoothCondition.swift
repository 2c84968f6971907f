/// Whether centrals can find and reach the lock; if not, why.
package enum BluetoothCondition: Hashable, Sendable {
    /// ``BluetoothPeripheral/connect(to:)`` has not been called, or the bus has gone.
    case notConnected
    /// Nobody owns org.bluez: bluetoothd does not run.
    case noService
    /// bluetoothd has no adapter that can be a peripheral: the chip is missing, its driver has not found it, or it has gone.
    case noAdapter
    /// The radio is blocked by rfkill: a switch, or somebody who asked for flight mode.
    case blocked
    /// The registration is under way, for the first time or again.
    case starting
    /// bluetoothd, or the chip behind it, refused a step or did not answer; it is tried again after `retryIn`.
    case failing(step: String, reason: String, retryIn: Duration)
    /// Advertised and connectable.
    case ready

    package var isReady: Bool { self == .ready }
}

extension BluetoothCondition: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notConnected: "not connected to the message bus"
        case .noService: "bluetoothd is not running (systemctl status bluetooth)"
        case .noAdapter: "there is no Bluetooth adapter (bluetoothctl list; does the kernel see the chip?)"
        case .blocked: "the radio is blocked (rfkill list; rfkill unblock bluetooth)"
        case .starting: "starting"
        case .failing(let step, let reason, let wait):
            // Half a second, and its doubles.
            "could not \(step): \(reason). It is tried again after "
                + (wait < .seconds(1) ? "half a second" : "\(wait.components.seconds) s")
        case .ready: "phones can find the lock"
        }
    }
}
