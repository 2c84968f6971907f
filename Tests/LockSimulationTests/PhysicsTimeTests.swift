import LockCore
import LockSimulation
import Testing

@Suite("Simulated time")
struct PhysicsTimeTests {
    /// What a seeded walk did, with the model looked at in pieces of the given length.
    private func walk(seed: UInt64, actions: UInt64, looking: Duration) -> (edges: [ModelEdge], model: PhysicalModel) {
        var rig = PhysicsRig(seed: seed)
        var random = SplitMix64(seed: actions)
        for _ in 0..<1500 {
            act(&rig.model, &random)
            let end = rig.model.now + .microseconds(random.draw(0...60_000))
            while rig.model.now < end { rig.run(min(looking, end - rig.model.now)) }
        }
        return (rig.edges, rig.model)
    }

    @Test("is the same for the same seed, to the last bit, however often one looks")
    func deterministic() {
        let once = walk(seed: 9, actions: 4, looking: .seconds(1))
        let again = walk(seed: 9, actions: 4, looking: .seconds(1))
        #expect(once.edges == again.edges && once.model == again.model)
        let often = walk(seed: 9, actions: 4, looking: .microseconds(737))
        #expect(once.edges == often.edges && once.model.position.bitPattern == often.model.position.bitPattern)
        #expect(once.edges.count > 1000)
    }

    @Test("bounces differently for another seed")
    func seeds() {
        var one = PhysicsRig(seed: 1)
        var two = PhysicsRig(seed: 2)
        one.stroke(.extend)
        two.stroke(.extend)
        #expect(one.edges != two.edges)
        #expect(one.edges(of: .stall) == two.edges(of: .stall))
    }

    @Test("has no step above 100 µs and keeps the bolt within the compliance of its stops, in a walk of any actions")
    func bounded() {
        for actions in 0..<8 as Range<UInt64> {
            var rig = PhysicsRig(seed: actions)
            var random = SplitMix64(seed: actions)
            let parameters = rig.model.parameters
            for _ in 0..<1500 {
                act(&rig.model, &random)
                rig.run(.microseconds(random.draw(0...40_000)))
                #expect(rig.model.position > -parameters.compliance, "actions seed \(actions)")
                #expect(rig.model.position < parameters.travel + parameters.compliance, "actions seed \(actions)")
                #expect(rig.model.current.isFinite && rig.model.velocity.isFinite)
            }
            #expect(rig.model.longestStep <= PhysicalModel.maximumStep)
            #expect(rig.model.droppedEdges == 0)
        }
    }

    @Test("delivers edges in order, at the instant that the model shows, and levels that follow from them")
    func order() {
        var rig = PhysicsRig(seed: 5)
        var random = SplitMix64(seed: 5)
        var levels = rig.model.levels
        var last = rig.model.now
        for _ in 0..<1500 {
            act(&rig.model, &random)
            let faults = rig.model.faults
            let isHonest = !faults.contains { $0.name == "late-edges" || $0.name == "lost-edges" }
            let end = rig.model.now + .microseconds(random.draw(0...40_000))
            while let edge = rig.model.run(until: end) {
                #expect(edge.at >= last && edge.at == rig.model.now)
                last = edge.at
                if let line = edge.line.boltLine { levels[line] = edge.isActive }
            }
            #expect(rig.model.now == end)
            if !isHonest {
                rig.model.remove(.lateEdges(by: .zero))
                rig.model.remove(.lostEdges(.extended, count: 1))
                while rig.model.run(until: rig.model.now + .seconds(1)) != nil {}
                levels = rig.model.levels
                last = rig.model.now
            } else {
                #expect(levels == rig.model.levels)
            }
        }
    }

    @Test("jumps over rest: a year costs no step")
    func rest() {
        var rig = PhysicsRig()
        rig.stroke(.extend)
        #expect(rig.model.nextActivity == nil)
        let steps = rig.model.stepCount
        let start = rig.model.now
        rig.run(.seconds(365 * 86_400))
        #expect(rig.model.stepCount == steps && rig.model.now == start + .seconds(365 * 86_400))
        // 80 µA of standby for a year: 700 mAh of 2500.
        #expect(rig.model.battery == .level(percent: 72, millivolts: 5551))
    }

    @Test("stops at the first edge, and at the bound without one")
    func firstEdge() throws {
        var rig = PhysicsRig()
        let start = rig.model.now
        #expect(rig.model.run(until: start + .seconds(1)) == nil)
        #expect(rig.model.now == start + .seconds(1))
        rig.model.perform(.door(open: true))
        let first = rig.model.run(until: start + .seconds(2))
        let edge = try #require(first)
        #expect(edge == ModelEdge(line: .door, isActive: true, at: start + .seconds(1)))
        #expect(rig.model.now == start + .seconds(1))
        #expect(rig.model.run(until: start) == nil)
        #expect(rig.model.now == start + .seconds(1))
    }

    @Test("says when something will happen next")
    func nextActivity() throws {
        var rig = PhysicsRig()
        #expect(rig.model.nextActivity == nil)
        rig.model.perform(.button(holding: .seconds(3)))
        #expect(rig.model.nextActivity == rig.model.now)
        rig.run(.seconds(1))
        let next = try #require(rig.model.nextActivity)
        #expect(next == Instant(nanoseconds: 8_000_000_000))
        rig.model.set(BridgeOutput(bridge: .extend, isAwake: true))
        rig.run(.milliseconds(10))
        let step = try #require(rig.model.nextActivity)
        #expect(step - rig.model.now <= .microseconds(100))
    }

    @Test("draws the published sequence of SplitMix64, and stays within its bounds")
    func generator() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
        #expect(random.next() == 9_817_491_932_198_370_423)
        var seen: Set<Int64> = []
        for _ in 0..<1000 { seen.insert(random.draw(-2...3)) }
        #expect(seen == [-2, -1, 0, 1, 2, 3])
        #expect(random.draw(7...7) == 7)
        _ = random.draw(.min ... .max)
        var child = random.split()
        #expect(child.next() != random.next())
    }
}
