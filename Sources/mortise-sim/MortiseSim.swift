import ArgumentParser
import LockSimulation

@main
struct MortiseSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mortise-sim",
        abstract: "A whole lock on a simulated board.",
        discussion: """
            With --headless, plays a scenario in virtual time and writes one JSON object a line.

            Exit codes of --headless: 0 every expectation was met, 1 one was not, 2 a safety rule was broken, 65 the \
            scenario or the profile is malformed, 66 a file could not be read.
            """,
        subcommands: [WalkCommand.self, BenchCommand.self])

    @Flag(help: "Play a scenario in virtual time, without a screen.")
    var headless = false

    @Option(help: ArgumentHelp("Decides everything that is random: the same seed writes the same bytes.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The scenario to play.", valueName: "file"))
    var scenario: String?

    @Option(help: ArgumentHelp("The board profile; without one, the scenario's own, or the defaults.", valueName: "file"))
    var profile: String?

    @Option(help: ArgumentHelp("Draw the run into this SVG file.", valueName: "file.svg"))
    var trace: String?

    func validate() throws {
        if headless, scenario == nil { throw ValidationError("--headless needs a --scenario FILE.") }
        if !headless, scenario != nil || trace != nil { throw ValidationError("--scenario and --trace need --headless.") }
    }

    func run() throws {
        guard headless, let scenario else { throw CleanExit.helpRequest(self) }
        let run = HeadlessRun(scenario: scenario, profile: profile, seed: seed, trace: trace)
        throw ExitCode(run.play())
    }
}
