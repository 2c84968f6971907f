import LockCore
import LockSimulation
import Testing

@Suite("A random walk")
struct WalkTests {
    @Test("breaks no rule, drives, and meets every kind of input")
    func walk() {
        var walk = RandomWalk()
        walk.run(from: 40_000, inputs: 30_000)
        if let failure = walk.failure {
            Issue.record("seed \(failure.seed): \(failure.violations); \(failure.story.suffix(20))")
        }
        #expect(walk.inputs >= 30_000)
        #expect(walk.drives > 1000)
        #expect(walk.coverage.surprises.isEmpty)
        #expect(walk.coverage.shortfalls(least: 1).count < 10)
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
