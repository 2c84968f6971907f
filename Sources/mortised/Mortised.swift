package import ArgumentParser
internal import Configuration
internal import Glibc
internal import LockDaemon
internal import SystemdRuntime

/// The lock's daemon: what the program `mortise` is when it is called `mortised`.
package struct Mortised: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "mortised",
        abstract: "Runs the lock: bolt, sensors, audit log, and its interface on the message bus.",
        discussion: """
            Started by mortised.service. Exit codes: 0 ended when told to; 1 could not go on, and a new start may help; 64 the \
            command line is wrong; 69 the board's lines cannot be had as the board profile has them; 78 the board profile is \
            wrong.
            """,
        version: Version.current)

    @Option(help: ArgumentHelp("The board profile.", valueName: "file"))
    var profile: String

    @Option(help: ArgumentHelp("Where lock.db is kept. Needed to run.", valueName: "dir"))
    var stateDirectory: String?

    @Option(help: ArgumentHelp("A D-Bus address instead of the system bus.", valueName: "address"))
    var bus: String?

    @Flag(help: "Only look: say where each line of the profile is and who has it. Nothing is taken, set or moved.")
    var check = false

    package init() {}

    /// From sysexits.h, which Swift does not import.
    private enum Exit {
        static let usage = ExitCode(64)
        static let unavailable = ExitCode(69)
        static let configuration = ExitCode(78)
    }

    package static func main() {
        do {
            // First of all: every thread inherits it, and the daemon's loop hears the signals.
            try Signals.blockAll()
            var command = try parseAsRoot(nil)
            try command.run()
        } catch {
            exit(withError: error is ValidationError ? Exit.usage : error)
        }
    }

    package func validate() throws {
        if let stateDirectory {
            guard !stateDirectory.isEmpty else { throw ValidationError("--state-directory is empty.") }
        } else {
            guard check else {
                throw ValidationError("--state-directory says where lock.db is kept, and is needed to run.")
            }
        }
    }

    package func run() throws {
        let board: BoardProfile
        do throws(ProfileLoadError) {
            board = try BoardProfile.load(path: profile)
        } catch {
            Self.complain("\(error)")
            throw Exit.configuration
        }
        guard !check else {
            let report = BoardCheck(board)
            print(report.text, terminator: "")
            guard report.isWell else { throw Exit.unavailable }
            return
        }
        try run(board, stateDirectory: stateDirectory ?? "")
    }

    private func run(_ profile: BoardProfile, stateDirectory: String) throws {
        var configuration = DaemonConfiguration(
            profile: profile, stateDirectory: stateDirectory, bus: bus.map { .address($0) } ?? .system,
            version: Version.current)
        configuration.endsOnSignals = true
        configuration.notifiesServiceManager = true
        configuration.locksMemory = true
        configuration.phoneTransport = { events throws(SystemdError) in try BluetoothTransport(on: events) }
        let journal = configuration.journal
        let board: GPIOBoard
        do throws(GPIOBoardError) {
            board = try GPIOBoard(profile) { journal.write(.warning, $0, id: JournalMessages.gaugeUnreadable.id) }
        } catch {
            journal.write(.error, "The lock has no lines to work with: \(error)", id: JournalMessages.boardFailed.id)
            throw error.mayPass ? ExitCode.failure : Exit.unavailable
        }
        switch Daemon.run(configuration, board: board, handle: try DaemonHandle()) {
        // After a reset the service manager starts it again (Restart=always), as another lock.
        case .stopped, .reset: return
        // The daemon has said so in the journal, with more around it.
        case .lost, .failed: throw ExitCode.failure
        }
    }

    private static func complain(_ text: String) {
        var bytes = Array("mortised: \(text)\n".utf8)
        write(STDERR_FILENO, &bytes, bytes.count)
    }
}
