import LockCore
import LockSimulation
import Testing

@Suite("A scenario")
struct ScenarioTests {
    /// Plays a scenario and gives all of its record.
    private func played(
        _ text: String, seed: UInt64 = 1, isTraced: Bool = false
    ) throws -> (lines: [String], summary: ScenarioSummary) {
        var run = ScenarioRun(
            try Scenario.parse(text, file: "test.scenario").get(), board: DeviceConfiguration(), seed: seed,
            isTraced: isTraced)
        var lines: [String] = []
        let summary = run.run { lines.append($0) }
        return (lines, summary)
    }

    @Test("of the project holds, whatever the seed", arguments: ScenarioFiles.names)
    func holds(name: String) throws {
        let scenario = try Scenario.parse(try ScenarioFiles.text(name), file: name).get()
        for seed in 1...UInt64(4) {
            var run = ScenarioRun(scenario, board: DeviceConfiguration(), seed: seed)
            let summary = run.run { _ in }
            #expect(summary.failures.isEmpty)
            #expect(summary.violations.isEmpty, "seed \(seed)")
            #expect(summary.met > 0 && summary.turns > 0)
        }
    }

    @Test("is there for every fault that can be injected")
    func complete() throws {
        #expect(ScenarioFiles.names.count >= 40)
        let steps = try ScenarioFiles.names.flatMap {
            try Scenario.parse(try ScenarioFiles.text($0), file: $0).get().steps
        }
        for kind in Fault.allCases {
            #expect(
                steps.contains { if case .fault(let fault) = $0.action { fault.name == kind.name } else { false } },
                "no scenario has \(kind.name)")
        }
    }

    @Test("writes the same bytes for the same seed, and others for another", arguments: ["demo", "power-cut-complete"])
    func deterministic(name: String) throws {
        let text = try ScenarioFiles.text(name)
        let first = try played(text).lines
        #expect(first == (try played(text).lines))
        #expect(first != (try played(text, seed: 2).lines))
        #expect(first.count > 100)
    }

    @Test("is not disturbed by being drawn")
    func undisturbed() throws {
        let text = try ScenarioFiles.text("stroke")
        #expect(try played(text).lines == (try played(text, isTraced: true).lines))
    }

    @Test("says where an expectation is not met, what was seen, and with which seed")
    func notMet() throws {
        let text = """
            # A comment.
            300ms command lock as in

            +1s expect state unlocked
            +0s expect reply in refused busy
            +0s expect drive retract 1ms..2s
            +0s expect bolt 1..2
            +0s expect audit unlock done
            +0s expect state locked
            """
        let failures = try played(text, seed: 7).summary.failures
        #expect(failures.count == 5)
        #expect(failures.first == "test.scenario:4: at 1300ms: expect state unlocked: but saw locked (seed 7)")
        #expect(failures.allSatisfy { $0.hasSuffix("(seed 7)") })
        #expect(failures[1].contains("but saw done locked"))
        #expect(failures[2].contains("but saw extend for "))
        #expect(failures[4].contains("lock done locked by local:1000"))
    }

    @Test("takes drives and audit entries one by one")
    func inOrder() throws {
        let text = """
            300ms command lock
            +1s   command unlock
            +1s   expect audit unlock done
            +0s   expect audit lock done
            +0s   expect no audit
            +0s   expect drive extend 1ms..2s
            +0s   expect no drive
            +0s   expect drive retract 1ms..2s
            +0s   expect no drive
            """
        let failures = try played(text).summary.failures
        #expect(failures.map { $0.prefix(15) } == ["test.scenario:4", "test.scenario:7"])
    }

    @Test("is one JSON object a line: turns with input, effects and state, and a summary at the end")
    func record() throws {
        let lines = try played("300ms command lock as in\n+1s expect reply in done locked\n").lines
        #expect(lines.allSatisfy { $0.hasPrefix("{\"") && $0.hasSuffix("}") && !$0.contains("\n") })
        let turns = lines.filter { $0.contains("\"event\":\"turn\"") }
        #expect(turns.count > 8)
        for key in ["\"boot\":", "\"effects\":[", "\"input\":{", "\"state\":\"", "\"time\":"] {
            #expect(turns.allSatisfy { $0.contains(key) })
        }
        #expect(lines.last?.contains("\"event\":\"summary\"") == true)
        #expect(lines.last?.contains("\"met\":1") == true)
        #expect(lines.contains { $0.contains("\"event\":\"drive\"") && $0.contains("\"direction\":\"extend\"") })
    }

    @Test("that is wrong is refused with every mistake, its line, the word, and what is allowed")
    func mistakes() throws {
        let text = """
            titel Wrong
            set colour red
            set retries 9
            1s command dance
            500ms command lock
            2s expect state open
            2s fault gremlin
            2s expect reply nobody done locked
            2s hammer
            2s expect drive extend 5..6
            2s expect bolt 7
            title Late
            2s command lock as twice
            2s command lock as twice
            """
        guard case .failure(let errors) = Scenario.parse(text, file: "bad.scenario") else {
            Issue.record("it was accepted")
            return
        }
        #expect(errors.problems.map(\.line) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14])
        let wanted = [
            "title TEXT", "retries", "0 to 5", "set mode normal|passage|lockOut", "before the step before it, at 1s",
            "unlocked", "slipping-gear", "nobody", "bolt-thread held-up DURATION", "350ms..600ms", "19..20.3",
            "directives come before the first", "already",
        ]
        for (problem, words) in zip(errors.problems, wanted) {
            #expect(problem.message.contains(words), "\(problem)")
        }
        #expect(errors.description.hasPrefix("bad.scenario:1: "))
    }

    @Test("without a step is refused", arguments: ["", "\n\n# nothing\n", "title Empty\n"])
    func empty(text: String) {
        guard case .failure(let errors) = Scenario.parse(text, file: "bad") else {
            Issue.record("it was accepted")
            return
        }
        #expect(errors.problems.count == 1)
    }

    @Test("of any bytes is read or refused, never more")
    func noise() throws {
        var random = SplitMix64(seed: 5)
        let words = Array(
            (ScenarioAction.syntax + ScenarioExpectation.syntax + Hand.syntax + Fault.syntax + ScenarioDirective.syntax)
                .joined(separator: " ").split(separator: " ").map(String.init))
        for _ in 0..<2000 {
            var line = random.draw(0...1) == 0 ? "1s" : "+5ms"
            for _ in 0..<random.draw(0...6) { line += " " + words[Int(random.draw(0...Int64(words.count - 1)))] }
            if random.draw(0...3) == 0 { line += String(UnicodeScalar(UInt8(random.draw(0...255)))) }
            switch Scenario.parse(line, file: "noise") {
            case .success(let scenario): #expect(scenario.steps.count == 1)
            case .failure(let errors): #expect(!errors.problems.isEmpty)
            }
        }
    }
}
