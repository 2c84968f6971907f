import ArgumentParser
import CommandSupport
import Configuration
import Glibc
import LockSimulation
import SystemdRuntime

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the lock: live, served or headless. The word may be left out.",
        discussion: """
            Exit codes of --headless: 0 every expectation was met, 1 one was not, 2 a safety rule was broken, 65 the scenario \
            or the profile is malformed, 66 a file could not be read. Otherwise 78: the profile is wrong, or cannot be read.
            """)

    @Flag(help: "Play a scenario in virtual time, without a screen. --scenario alone means it too.")
    var headless = false

    @Flag(
        help:
            "Run the lock without a view: says where its bus is, then READY; standard input takes a scenario's actions."
    )
    var serve = false

    @Option(
        help: ArgumentHelp(
            "Decides everything that is random: headless, the same seed writes the same bytes.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The scenario to play.", valueName: "file"))
    var scenario: String?

    @Option(
        help: ArgumentHelp(
            "The board profile; without one, the scenario's own, or the simulated board's.", valueName: "file"))
    var profile: String?

    @Option(help: ArgumentHelp("Draw the run into this SVG file.", valueName: "file.svg"))
    var trace: String?

    @Option(help: ArgumentHelp("Where the live lock keeps its store; ~/.local/state/mortise-sim.", valueName: "dir"))
    var stateDirectory: String?

    @Option(help: ArgumentHelp("Where the live bolt is at first, in mm; 0 is retracted, 20 extended.", valueName: "mm"))
    var position = 0.0

    func validate() throws {
        if headless, scenario == nil { throw ValidationError("--headless needs a --scenario FILE.") }
        if headless || scenario != nil, serve {
            throw ValidationError("--serve runs live, and --headless plays a --scenario: they are two things.")
        }
        if scenario == nil, trace != nil {
            throw ValidationError("--trace draws a scenario: it needs --scenario FILE.")
        }
        guard (0...20).contains(position) else { throw ValidationError("--position must be 0 to 20.") }
    }

    func run() throws {
        // A scenario can only be played headless, so it says so by itself.
        if let scenario {
            let run = HeadlessRun(scenario: scenario, profile: profile, seed: seed, trace: trace)
            throw ExitCode(run.play())
        }
        // Before any thread starts: the session's loop hears the signals.
        try Signals.blockAll()
        let state = stateDirectory ?? StateDirectory.usual
        if serve {
            let server = try Server(options(state, Journal(identifier: "mortised", threshold: .info)))
            throw ExitCode(try server.run())
        }
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw ValidationError("The live view needs a terminal; without one use --serve or --headless.")
        }
        throw ExitCode(try LiveView.show(state) { journal in try options(state, journal) })
    }

    private func options(_ state: String, _ journal: Journal) throws -> LockSession.Options {
        let board: BoardProfile
        do {
            board = try BoardProfile.simulated(profile)
        } catch let error as ProfileLoadError {
            complain("mortise-sim: \(error)")
            throw ExitStatus.wrongProfile.exitCode
        }
        return LockSession.Options(
            profile: board, stateDirectory: state, journal: journal, seed: seed,
            position: position)
    }
}
