import ArgumentParser
import Glibc
import LockSimulation

struct WalkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "walk",
        abstract: "Walk locks through random lives and hold them to their safety rules.",
        discussion: """
            Each life has a seed of its own, counted from --seed, so a failure is replayed by its seed alone. Exit codes: \
            0 nothing was found, 1 a pair of state and input was met too seldom or was taken for impossible, 2 a rule was \
            broken.
            """)

    @Option(help: ArgumentHelp("Go on until the core has taken so many inputs.", valueName: "n"))
    var inputs = 100_000

    @Option(help: ArgumentHelp("The first life's seed.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("How often each legal pair of state and input must be met.", valueName: "n"))
    var least = 100

    @Flag(help: "Live one life only, the seed's, and write it as JSON, one object a line.")
    var verbose = false

    func run() throws {
        if verbose { throw ExitCode(replay()) }
        var output = OutputFile(standard: STDOUT_FILENO)
        var walk = RandomWalk()
        walk.run(from: seed, inputs: inputs)
        output.line(walk.coverage.table)
        output.line("")
        output.line("seed \(seed): \(walk.inputs) inputs, \(walk.episodes) episodes, \(walk.drives) drives")
        if let failure = walk.failure {
            output.line("FAILED at seed \(failure.seed). What had happened:")
            for line in failure.story { output.line("  \(line)") }
            for violation in failure.violations { output.line("  VIOLATION \(violation)") }
            output.line("Replay it with: mortise-sim walk --seed \(failure.seed) --verbose")
            output.flush()
            throw ExitCode(2)
        }
        let shortfalls = walk.coverage.shortfalls(least: least)
        for pair in shortfalls {
            output.line("TOO SELDOM \(pair.input) in \(pair.state): \(pair.hits) times, not \(least)")
        }
        if let rarest = walk.coverage.rarest {
            output.line(
                "rarest: \(rarest.input) in \(rarest.state), \(rarest.hits) times; \(walk.strictLooks) claims held "
                    + "against the bolt itself")
        }
        let surprises = walk.coverage.surprises
        for pair in surprises {
            output.line("NOT IMPOSSIBLE \(pair.input) in \(pair.state): \(pair.hits) times")
        }
        if shortfalls.isEmpty, surprises.isEmpty {
            output.line("every legal pair of state and input was met at least \(least) times; no rule was broken")
        }
        output.flush()
        guard shortfalls.isEmpty, surprises.isEmpty else { throw ExitCode(1) }
    }

    /// Lives one episode and shows all of it.
    private func replay() -> Int32 {
        var output = OutputFile(standard: STDOUT_FILENO)
        var episode = Episode(seed: seed)
        episode.watch.listener = RunRecorder(monitor: SafetyMonitor(configuration: episode.configuration))
        episode.run()
        if var recorder = episode.watch.listener as? RunRecorder {
            for line in recorder.takeLines() { output.line(line) }
        }
        output.flush()
        if !episode.violations.isEmpty { for line in episode.story { complain(line) } }
        for violation in episode.violations { complain("VIOLATION \(violation) (seed \(seed))") }
        return episode.violations.isEmpty ? 0 : 2
    }
}
