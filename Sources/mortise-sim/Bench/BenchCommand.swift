import ArgumentParser
import Glibc
import LockCore
import LockSimulation

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast the simulation, the core and the answer to a phone are.",
        discussion: """
            Times are of this machine at this moment: run it on a quiet one, and compare the ratios. Allocations are counted \
            by glibc's own tracer (mtrace, in libc_malloc_debug.so.0), in a second run of this program, so that counting does \
            not slow down what is timed.
            """)

    @Option(help: ArgumentHelp("Measure each figure so many times and show the median.", valueName: "n"))
    var rounds = 5

    @Option(help: .hidden)
    var countedReplays: Int?

    @Flag(help: .hidden)
    var countsBaseline = false

    func validate() throws {
        guard (1...99).contains(rounds) else { throw ValidationError("--rounds must be 1 to 99.") }
    }

    func run() throws {
        if let countedReplays {
            guard MallocTrace.count(countedReplays, baseline: countsBaseline) else { throw ExitCode(1) }
            return
        }
        var output = OutputFile(standard: STDOUT_FILENO)
        output.line(
            "simulation, at most \(PhysicalModel.maximumStep / 1000) us a step while anything moves (simulated / real)")
        let strokes = SimulationBench.strokes(rounds: rounds)
        output.line("  back-to-back strokes  \(strokes.text)")
        output.flush()
        output.line("  idle                  \(SimulationBench.idle(rounds: rounds).text)")
        output.flush()
        let replay = CoreReplay()
        let core = replay.speed(rounds: rounds)
        output.line("core")
        output.line("  Device.handle         \(core.text)")
        for line in MallocTrace.report(replay) { output.line("  \(line)") }
        output.flush()
        output.line("phone")
        output.line("  request to motor      \(try CommandBench.report())")
        output.flush()
    }
}

/// The median of several measurements.
func median(_ rounds: Int, _ measure: () -> Double) -> Double {
    var results: [Double] = []
    for _ in 0..<rounds { results.append(measure()) }
    results.sort()
    return results[results.count / 2]
}

/// How long something takes, in seconds.
func seconds(_ body: () -> Void) -> Double {
    let elapsed = ContinuousClock().measure(body)
    return Double(elapsed.wholeNanoseconds) * 1e-9
}

/// A figure with thousands apart, three digits being enough for a measurement.
func figure(_ value: Double) -> String {
    guard value >= 100 else { return Decimal.fixed(value, value < 10 ? 2 : 1) }
    var digits = "\(Int64(value.rounded()))"
    var groups: [Substring] = []
    while digits.count > 3 {
        groups.append(digits.suffix(3))
        digits.removeLast(3)
    }
    return ([Substring(digits)] + groups.reversed()).joined(separator: " ")
}
