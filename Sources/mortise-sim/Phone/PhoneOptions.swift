import ArgumentParser
import CommandSupport
import Glibc
import LockClient

/// What every command of a phone has in common.
struct PhoneOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Which phone it is: each has a key of its own. Letters, digits, - and _.", valueName: "name")
    )
    var phone = "phone"

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The simulated lock's directory, where the phones are too (default: ~/.local/state/mortise-sim).",
            valueName: "dir"))
    var stateDirectory: String?

    @Flag(name: .long, help: "Print JSON for programs.")
    var json = false

    /// It names a directory.
    private static let longestName = 64

    func validate() throws {
        let isName = phone.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        guard isName, (1...Self.longestName).contains(phone.count) else {
            throw ValidationError(
                "--phone is “\(printable(phone))”; a phone's name has 1 to \(Self.longestName) letters, digits, - and _."
            )
        }
    }

    /// The lock's directory.
    var directory: String { stateDirectory ?? StateDirectory.usual }
    var socket: PhoneSocket { PhoneSocket(stateDirectory: directory) }
    var file: PhoneFile { PhoneFile(directory: directory + "/phones/" + phone) }

    /// How long a lock may take to be there: it listens a little after its simulator has started.
    private static let search: Duration = .seconds(2)
    private static let pause: Duration = .milliseconds(50)

    /// Connects, as a phone would that looks for its lock.
    func stream() throws(ClientError) -> SocketStream {
        let end = ContinuousClock.now + Self.search
        while true {
            do throws(ClientError) { return try SocketStream(path: socket.path) } catch {
                guard ContinuousClock.now < end else { throw error }
                rest(for: Self.pause)
            }
        }
    }

    /// How this phone's commands are called, for advice.
    func command(_ words: String) -> String {
        var parts = [ClientCommand.onThisMachine("mortise-sim"), "phone", words]
        if let stateDirectory { parts.append("--state-directory \(stateDirectory)") }
        if phone != "phone" { parts.append("--phone \(phone)") }
        return parts.joined(separator: " ")
    }
}
