import Configuration
import Glibc
import LockCore
import LockSimulation

/// `mortise-sim --headless`: plays one scenario and writes its record.
struct HeadlessRun {
    var scenario: String
    var profile: String?
    var seed: UInt64
    var trace: String?

    private enum Exit {
        static let met: Int32 = 0
        static let notMet: Int32 = 1
        static let unsafe: Int32 = 2
        // sysexits.h
        static let malformed: Int32 = 65
        static let unreadable: Int32 = 66
        static let cannotCreate: Int32 = 73
    }

    /// The exit code.
    func play() -> Int32 {
        let text: String
        do {
            text = String(decoding: try readFile(path: scenario), as: UTF8.self)
        } catch {
            complain("mortise-sim: \(error)")
            return Exit.unreadable
        }
        switch Scenario.parse(text, file: scenario) {
        case .failure(let errors):
            complain(errors.description)
            return Exit.malformed
        case .success(let story): return play(story)
        }
    }

    private func play(_ story: Scenario) -> Int32 {
        var board = DeviceConfiguration()
        if let path = profile ?? story.board.map(besideTheScenario) {
            do {
                board = try BoardProfile.load(path: path).deviceConfiguration
            } catch {
                complain("mortise-sim: \(error)")
                if case .unreadable = error { return Exit.unreadable }
                return Exit.malformed
            }
        }
        var run = ScenarioRun(story, board: board, seed: seed, isTraced: trace != nil)
        var output = OutputFile(standard: STDOUT_FILENO)
        let summary = run.run { output.line($0) }
        output.flush()
        for failure in summary.failures { complain(failure) }
        for violation in summary.violations { complain("\(scenario): safety: \(violation) (seed \(seed))") }
        if let trace, let drawn = run.trace, !draw(drawn, into: trace) { return Exit.cannotCreate }
        if !summary.violations.isEmpty { return Exit.unsafe }
        return summary.failures.isEmpty ? Exit.met : Exit.notMet
    }

    /// A scenario names its profile from where it is itself.
    private func besideTheScenario(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = scenario.lastIndex(of: "/") else { return path }
        return scenario[...slash] + path
    }

    private func draw(_ trace: Trace, into path: String) -> Bool {
        do {
            var file = try OutputFile(creating: path)
            file.write(TraceSVG.render(trace))
            guard file.flush() else { throw OutputFile.Failure(path: path, call: "write", code: errno) }
            return true
        } catch {
            complain("mortise-sim: \(error)")
            return false
        }
    }
}
