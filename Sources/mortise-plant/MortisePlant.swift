import ArgumentParser
import Configuration
import Glibc
import SystemdRuntime

@main
struct MortisePlant: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mortise-plant",
        abstract: "The mechanism of the virtual board: bolt, motor, door, case, button and battery, in real time.",
        discussion: """
            Moves the bolt as the lock drives its lines on the kernel's gpio-sim, and sets the lines that the lock reads. For \
            tests on the virtual board; never shipped.
            """,
        subcommands: [Run.self, Tell.self], defaultSubcommand: Run.self)
}

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Be the mechanism. As root; ends with 0 on SIGTERM, 69 if the kernel has not got what it takes.")

    @Option(help: ArgumentHelp("The board profile.", valueName: "file"))
    var profile = "/etc/mortise/board.conf"

    @Option(help: ArgumentHelp("Where to listen.", valueName: "path"))
    var socket = Listener.usualPath

    @Option(help: ArgumentHelp("Where the command at-start keeps what it is told.", valueName: "path"))
    var startFile = StartFile.usualPath

    private static let unavailable = ExitCode(69)
    private static let wrongConfiguration = ExitCode(78)

    func run() throws {
        try Signals.blockAll()
        let board: BoardProfile
        do throws(ProfileLoadError) {
            board = try BoardProfile.load(path: profile)
        } catch {
            complain("\(error)")
            throw Self.wrongConfiguration
        }
        do {
            let plant = try Plant(board, setup: setup(), socket: socket, startFile: startFile, events: EventLoop())
            guard try plant.run() else {
                if let failure = plant.failure { complain("\(failure)") }
                throw Self.unavailable
            }
        } catch let code as ExitCode {
            throw code
        } catch {
            complain("\(error)")
            throw Self.unavailable
        }
    }

    private func setup() -> PlantSetup {
        guard let words = StartFile.read(startFile) else { return .usual }
        do throws(CommandError) {
            return try PlantSetup(words: words.split(separator: " "))
        } catch {
            complain("\(startFile) is not used: \(error)")
            return .usual
        }
    }
}
