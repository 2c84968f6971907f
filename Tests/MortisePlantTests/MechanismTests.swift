import LockCore
import LockSimulation
import Testing

@testable import mortise_plant

@Suite struct MechanismTests {
    private static let start = Instant(nanoseconds: 1_000_000_000)
    private static let extend = BridgeOutput(bridge: .extend, isAwake: true)

    /// The model on its own: what the mechanism must come to however often somebody looks.
    private func alone(until end: Instant) -> (edges: [ModelEdge], position: Double) {
        var model = PhysicalModel(seed: 1, at: Self.start)
        var edges: [ModelEdge] = []
        model.advance(to: Self.start + .milliseconds(5)) { edges.append($0) }
        model.set(Self.extend)
        model.advance(to: end) { edges.append($0) }
        return (edges, model.position)
    }

    /// Runs the mechanism from wake-up to wake-up, each late by so much.
    private func run(_ mechanism: inout Mechanism, until end: Instant, late: Duration) -> [ModelEdge] {
        var edges: [ModelEdge] = []
        var now = mechanism.model.now
        mechanism.advance(to: now) { edges.append($0) }
        while let next = mechanism.nextActivity, next + late <= end {
            now = max(now, next) + late
            mechanism.advance(to: now) { edges.append($0) }
        }
        mechanism.advance(to: end) { edges.append($0) }
        return edges
    }

    @Test(arguments: [0, 1, 70, 1500, 30_000])
    func `however late it wakes up, the edges are the model's`(microseconds: Int64) {
        let end = Self.start + .milliseconds(800)
        let expected = alone(until: end)
        #expect(expected.edges.contains { $0.line == .extendedLimit && $0.isActive })
        var mechanism = Mechanism(.usual, output: .safe, at: Self.start)
        mechanism.set(Self.extend, at: Self.start + .milliseconds(5)) { _ in }
        let edges = run(&mechanism, until: end, late: .microseconds(microseconds))
        #expect(edges == expected.edges)
        #expect(mechanism.snapshot(at: end).position == expected.position)
    }

    @Test func `an output that comes late is applied at its own time`() {
        var prompt = Mechanism(.usual, output: .safe, at: Self.start)
        var late = prompt
        let at = Self.start + .milliseconds(5)
        prompt.set(Self.extend, at: at) { _ in }
        late.advance(to: at + .milliseconds(1)) { _ in }
        late.set(Self.extend, at: at) { _ in }
        let end = Self.start + .milliseconds(100)
        #expect(late.snapshot(at: end).position == prompt.snapshot(at: end).position)
        #expect(late.latestOutput == .zero)
    }

    @Test func `an output that the model has passed is told of`() {
        var mechanism = Mechanism(.usual, output: Self.extend, at: Self.start)
        mechanism.advance(to: Self.start + .milliseconds(50)) { _ in }
        mechanism.set(.safe, at: Self.start + .milliseconds(40)) { _ in }
        #expect(mechanism.latestOutput > .zero)
        #expect(mechanism.latestOutput <= .milliseconds(10))
    }

    @Test func `a mechanism at rest wakes nobody`() {
        var mechanism = Mechanism(.usual, output: .safe, at: Self.start)
        _ = run(&mechanism, until: Self.start + .milliseconds(100), late: .zero)
        #expect(mechanism.nextActivity == nil)
        mechanism.set(Self.extend, at: Self.start + .milliseconds(100)) { _ in }
        #expect(mechanism.nextActivity != nil)
        _ = run(&mechanism, until: Self.start + .milliseconds(900), late: .zero)
        mechanism.set(.safe, at: Self.start + .milliseconds(900)) { _ in }
        _ = run(&mechanism, until: Self.start + .milliseconds(2000), late: .zero)
        #expect(mechanism.nextActivity == nil)
        #expect(!mechanism.model.isMoving)
    }

    @Test func `what a hand does is seen at once, and a button's release in time`() {
        var mechanism = Mechanism(.usual, output: .safe, at: Self.start)
        var edges: [ModelEdge] = []
        mechanism.act(at: Self.start, onEdge: { edges.append($0) }) { _ = $0.perform(.door(open: true)) }
        mechanism.advance(to: Self.start) { edges.append($0) }
        #expect(edges.map(\.line) == [.door])
        mechanism.act(at: Self.start, onEdge: { edges.append($0) }) {
            _ = $0.perform(.button(holding: .milliseconds(300)))
        }
        edges += run(&mechanism, until: Self.start + .milliseconds(400), late: .zero)
        #expect(edges.last?.isActive == false)
        #expect((edges.last?.at ?? .zero) >= Self.start + .milliseconds(300))
        #expect(mechanism.nextActivity == nil)
    }
}
