import LockCore
import LockSimulation
import Testing

@Suite("A random walk")
struct WalkTests {
    @Test("breaks no rule, drives, and meets every legal pair of state and input")
    func walk() {
        var walk = RandomWalk()
        walk.run(from: 40_000, inputs: 60_000)
        if let failure = walk.failure {
            Issue.record("seed \(failure.seed): \(failure.violations); \(failure.story.suffix(20))")
        }
        #expect(walk.inputs >= 60_000)
        #expect(walk.drives > 2000)
        for pair in walk.coverage.surprises { Issue.record("\(pair.input) in \(pair.state) was taken for impossible") }
        for pair in walk.coverage.shortfalls(least: 1) { Issue.record("\(pair.input) in \(pair.state) was never met") }
    }

    @Test("takes no pair of state and input for impossible without a reason, and knows all the others")
    func pairs() {
        let impossible = Coverage.impossible
        #expect(Set(impossible.map { "\($0.state) \($0.input)" }).count == impossible.count)
        for pair in impossible {
            #expect(LockState.names.contains(pair.state) && Input.names.contains(pair.input), "\(pair)")
            #expect(pair.reason.count > 20, "\(pair)")
            #expect(!Coverage.isLegal(state: pair.state, input: pair.input))
        }
        #expect(Coverage().shortfalls(least: 1).count == 9 * 16 - impossible.count)
        #expect(impossible.count == 15)
    }

    @Test("lives the same life for the same seed, watched or not")
    func replays() {
        for seed in UInt64(1)...6 {
            var plain = Episode(seed: seed)
            plain.run()
            var watched = Episode(seed: seed)
            watched.watch.listener = RunRecorder(monitor: SafetyMonitor(configuration: watched.configuration))
            watched.run()
            #expect(plain.story == watched.story && plain.watch.turns == watched.watch.turns)
            let recorder = watched.watch.listener as? RunRecorder
            #expect(recorder?.turns == plain.watch.turns)
        }
    }
}
