import LockCore
import LockSimulation
import Testing

@Suite("A trace")
struct TraceTests {
    /// A lock, a rest of a minute, and an unlock, recorded.
    private func recorded(seed: UInt64 = 1, capacity: Int = Trace.defaultCapacity) -> Trace {
        var model = PhysicalModel(seed: seed, at: .zero)
        var trace = Trace(title: "lock & unlock", parameters: model.parameters, capacity: capacity)
        for (direction, state) in [(Direction.extend, "locking"), (.retract, "unlocking")] {
            trace.record(TraceEvent(at: model.now, kind: .command, text: "\(state) <now>"))
            model.set(BridgeOutput(bridge: direction == .extend ? .extend : .retract, isAwake: true))
            let cap = model.now + .milliseconds(900)
            while let edge = model.run(until: cap, recording: &trace, state: state) {
                if edge.line == ModelLine(direction.limit) { break }
            }
            model.set(BridgeOutput(bridge: .brake, isAwake: true))
            let rest = model.now + .milliseconds(60)
            while model.run(until: rest, recording: &trace, state: state) != nil {}
            model.set(.safe)
            let end = model.now + .seconds(60)
            while model.run(until: end, recording: &trace, state: direction == .extend ? "locked" : "unlocked") != nil {
            }
        }
        return trace
    }

    @Test("keeps a stroke's curve and every change of a line, and two samples of a rest")
    func keeps() {
        let trace = recorded()
        #expect(trace.samples.count > 400 && trace.samples.count < 1500)
        #expect(trace.dropped == 0 && trace.interval == Trace.finestInterval)
        #expect(trace.samples.map(\.at) == trace.samples.map(\.at).sorted())
        #expect((trace.samples.map(\.position).max() ?? 0) > 19)
        #expect(trace.samples.last?.at ?? .zero > Instant.zero + .seconds(120))
    }

    @Test("does not disturb what it records")
    func undisturbed() {
        var plain = PhysicalModel(seed: 1, at: .zero)
        var watched = plain
        var trace = Trace(title: "", parameters: plain.parameters)
        plain.set(BridgeOutput(bridge: .extend, isAwake: true))
        watched.set(BridgeOutput(bridge: .extend, isAwake: true))
        let end = Instant.zero + .milliseconds(777)
        while plain.run(until: end) != nil {}
        while watched.run(until: end, recording: &trace, state: "") != nil {}
        #expect(plain == watched)
    }

    @Test("stays within its size by thinning curves, never changes of lines")
    func bounded() {
        let full = recorded()
        let small = recorded(capacity: 200)
        #expect(small.samples.count <= 200)
        #expect(small.interval > Trace.finestInterval)
        let changes = { (trace: Trace) in
            zip(trace.samples, trace.samples.dropFirst()).filter { $0.lines.levels != $1.lines.levels }.count
        }
        #expect(small.dropped == 0 && changes(small) == changes(full))
        let tiny = recorded(capacity: 16)
        #expect(tiny.samples.count <= 16 && tiny.dropped > 0)
    }

    @Test("is drawn as the same bytes for the same seed, and other bytes for another")
    func deterministic() {
        #expect(TraceSVG.render(recorded()) == TraceSVG.render(recorded()))
        #expect(TraceSVG.render(recorded()) != TraceSVG.render(recorded(seed: 2)))
    }

    @Test("is drawn with everything that a person looks for, escaped, and with nothing from outside")
    func content() {
        let svg = TraceSVG.render(recorded())
        for text in [
            "lock &amp; unlock", "locking &lt;now&gt;", "bolt (mm)", "battery (V)", "current (A)", "extended switch",
            "retracted switch", "driver fault", "stall", "door open", "time since boot (s)", "legend", "s at rest",
            "locking", "unlocking",
        ] {
            #expect(svg.contains(text), "\(text)")
        }
        let outside = svg.replacing("http://www.w3.org/2000/svg", with: "")
        #expect(!outside.contains("http") && !outside.contains("href") && !outside.contains("url("))
        #expect(!svg.contains("nan") && !svg.contains("inf") && !svg.contains("\"-\""))
    }

    @Test("of nothing, and of one moment, is drawn as well")
    func empty() {
        let model = PhysicalModel(seed: 1, at: .zero)
        var trace = Trace(title: "nothing", parameters: model.parameters)
        #expect(TraceSVG.render(trace).contains("Nothing was recorded."))
        trace.record(TraceSample(model, state: "locked"))
        #expect(TraceSVG.render(trace).contains("retracted switch"))
    }

    @Test("shows a rest of a day in the width of a break")
    func compressed() throws {
        var model = PhysicalModel(seed: 1, at: .zero)
        var trace = Trace(title: "a day", parameters: model.parameters)
        while model.run(until: .zero + .seconds(86_400), recording: &trace, state: "unlocked") != nil {}
        model.perform(.door(open: true))
        while model.run(until: model.now + .milliseconds(100), recording: &trace, state: "unlocked") != nil {}
        let svg = TraceSVG.render(trace)
        #expect(svg.contains("86399.9 s at rest"))
        #expect(trace.samples.count <= 5)
    }
}
