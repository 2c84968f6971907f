import LockCore
import LockSimulation
import Testing

@testable import mortise_plant

/// Expectations cannot change values.
private final class Gauge {
    private var follower = GaugeFollower()
    func look(at model: PhysicalModel, now: Instant) -> GaugeFollower.Reading? { follower.look(at: model, now: now) }
}

@Suite struct GaugeFollowerTests {
    private static let start = Instant(nanoseconds: 1_000_000_000)

    @Test func `a load shows as a sag, and its end as the voltage at rest`() throws {
        var model = PhysicalModel(seed: 1, at: Self.start)
        let gauge = Gauge()
        let rest = try #require(gauge.look(at: model, now: Self.start))
        #expect(gauge.look(at: model, now: Self.start) == nil)
        model.set(BridgeOutput(bridge: .extend, isAwake: true))
        model.advance(to: Self.start + .milliseconds(150)) { _ in }
        let loaded = try #require(gauge.look(at: model, now: model.now))
        #expect(loaded.millivolts < rest.millivolts - 50)
        #expect(loaded.percent == rest.percent)
        model.set(.safe)
        model.advance(to: model.now + .milliseconds(500)) { _ in }
        #expect(gauge.look(at: model, now: model.now) == rest)
    }

    @Test func `it looks no more often than a gauge converts while the motor runs`() {
        var model = PhysicalModel(seed: 1, at: Self.start)
        let gauge = Gauge()
        _ = gauge.look(at: model, now: Self.start)
        model.set(BridgeOutput(bridge: .extend, isAwake: true))
        var looks = 0
        while model.now < Self.start + .milliseconds(400) {
            model.advance(to: model.now + .milliseconds(1)) { _ in }
            if gauge.look(at: model, now: model.now) != nil { looks += 1 }
        }
        #expect((1...4).contains(looks))
    }

    @Test func `a gauge that does not answer is a battery that is not there`() {
        var model = PhysicalModel(seed: 1, at: Self.start)
        let gauge = Gauge()
        _ = gauge.look(at: model, now: Self.start)
        model.inject(.gaugeUnreadable)
        #expect(gauge.look(at: model, now: Self.start)?.isPresent == false)
        model.removeAllFaults()
        #expect(gauge.look(at: model, now: Self.start)?.isPresent == true)
    }
}
