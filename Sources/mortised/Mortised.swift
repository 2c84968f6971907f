internal import ArgumentParser
internal import Configuration
internal import Glibc
internal import LockDaemon
internal import SystemdRuntime

/// The lock's daemon.
@main
struct Mortised: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mortised",
        abstract: "Runs the lock: bolt, sensors, audit log, and its interface on the message bus.",
        discussion: """
            Started by mortised.service. Exit codes: 0 ended when told to; 1 could not go on; 64 the command line is wrong; \
            69 this build has no driver for the board; 78 the board profile is wrong.
            """,
        version: Version.current)

    @Option(help: ArgumentHelp("The board profile.", valueName: "file"))
    var profile: String

    @Option(help: ArgumentHelp("Where lock.db is kept.", valueName: "dir"))
    var stateDirectory: String

    @Option(help: ArgumentHelp("A D-Bus address instead of the system bus.", valueName: "address"))
    var bus: String?

    /// From sysexits.h, which Swift does not import.
    private enum Exit {
        static let usage = ExitCode(64)
        static let unavailable = ExitCode(69)
        static let configuration = ExitCode(78)
    }

    static func main() {
        do {
            // First of all: every thread inherits it, and the daemon's loop hears the signals.
            try Signals.blockAll()
            var command = try parseAsRoot(nil)
            try command.run()
        } catch {
            exit(withError: error is ValidationError ? Exit.usage : error)
        }
    }

    func validate() throws {
        guard !stateDirectory.isEmpty else { throw ValidationError("--state-directory is empty.") }
    }

    func run() throws {
        let board: BoardProfile
        do throws(ProfileLoadError) {
            board = try BoardProfile.load(path: profile)
        } catch {
            Self.complain("\(error)")
            throw Exit.configuration
        }
        // The board's lines come with the adapter for the kernel's GPIO interface. Nothing is pretended without it.
        Self.complain(
            """
            The profile \(profile) (\(board.name)) is sound, but this build of mortised cannot drive GPIO lines, so it cannot \
            run the lock. To see the lock work on a simulated board, run mortise-sim.
            """)
        throw Exit.unavailable
    }

    private static func complain(_ text: String) {
        var bytes = Array("mortised: \(text)\n".utf8)
        write(STDERR_FILENO, &bytes, bytes.count)
    }
}
