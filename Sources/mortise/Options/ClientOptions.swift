import ArgumentParser
import CommandSupport

/// What every command that asks the daemon has in common.
struct ClientOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The D-Bus address to use instead of the system bus (default: $MORTISE_BUS).", valueName: "address"))
    var bus: String?

    @Flag(name: .long, help: "Print JSON for programs.")
    var json = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Wait at most this long for an answer, 1 to 120 (default: 120 to move the bolt, 10 otherwise).",
            valueName: "seconds"))
    var timeout: Int?

    /// The interface's bound for strokes, which are retried, and for calibration, which waits for a hand.
    static let longestTimeout = 120
    /// What is not a stroke is answered from memory, or from one read of the disk.
    static let ordinaryTimeout = 10

    func validate() throws {
        if let timeout, !(1...Self.longestTimeout).contains(timeout) {
            throw ValidationError("--timeout is \(timeout), outside 1 to \(Self.longestTimeout) seconds.")
        }
        if let bus, bus.isEmpty {
            throw ValidationError("--bus is empty; give an address such as unix:path=/run/dbus/system_bus_socket.")
        }
    }

    /// The address, or nil for the system bus. An empty variable is an unset one.
    var address: String? { bus ?? environment("MORTISE_BUS").flatMap { $0.isEmpty ? nil : $0 } }
}
