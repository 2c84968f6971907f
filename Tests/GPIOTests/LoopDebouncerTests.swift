import LockCore
import LockDaemon
import Testing

/// Door, tamper switch and button where the kernel does not debounce them.
struct LoopDebouncerTests {
    let start = Instant(nanoseconds: 1_000_000_000)
    let period: Duration = .milliseconds(10)

    func debouncer(_ levels: LoopLevels = LoopLevels()) -> LoopDebouncer {
        LoopDebouncer([.door, .insideButton], period: period, levels: levels)
    }

    @Test func `a level that lasts is told once, when its period is over`() {
        var lines = debouncer()
        #expect(lines.deadline == nil)
        lines.edge(1, isActive: true, at: start)
        #expect(lines.takeNews() == nil)
        #expect(lines.deadline == start + period)
        lines.settle(at: start + period, levels: LoopLevels(isButtonPressed: true))
        #expect(lines.deadline == .zero)
        #expect(lines.takeNews() == .changed(.insideButton, isActive: true))
        #expect(lines.takeNews() == nil)
        #expect(lines.deadline == nil)
        #expect(lines.levels == LoopLevels(isButtonPressed: true))
    }

    @Test func `a bounce is told of once`() {
        var lines = debouncer()
        for step in 0..<5 { lines.edge(0, isActive: step % 2 == 0, at: start + .milliseconds(step)) }
        lines.settle(at: start + .milliseconds(14), levels: LoopLevels(isDoorOpen: true))
        #expect(lines.takeNews() == .changed(.door, isActive: true))
        #expect(lines.takeNews() == nil)
    }

    @Test func `a level that is gone when its period is over is not told, though the edge back was lost`() {
        var lines = debouncer()
        lines.edge(0, isActive: true, at: start)
        lines.settle(at: start + period, levels: LoopLevels())
        #expect(lines.takeNews() == nil)
        #expect(lines.deadline == nil)
    }

    @Test func `a level that no edge told of is told a period after it was read`() {
        var lines = debouncer()
        lines.settle(at: start, levels: LoopLevels(isDoorOpen: true), lostEdges: true)
        #expect(lines.takeNews() == nil)
        #expect(lines.deadline == start + period)
        lines.settle(at: start + period, levels: LoopLevels(isDoorOpen: true))
        #expect(lines.takeNews() == .changed(.door, isActive: true))
    }

    @Test func `both lines at once are both told`() {
        var lines = debouncer()
        lines.edge(0, isActive: true, at: start)
        lines.edge(1, isActive: true, at: start)
        lines.settle(at: start + period, levels: LoopLevels(isDoorOpen: true, isButtonPressed: true))
        #expect(lines.takeNews() == .changed(.door, isActive: true))
        #expect(lines.deadline == .zero)
        #expect(lines.takeNews() == .changed(.insideButton, isActive: true))
    }

    @Test func `a change that was not taken gives way to the next of the same line`() {
        var lines = debouncer()
        lines.edge(0, isActive: true, at: start)
        lines.settle(at: start + period, levels: LoopLevels(isDoorOpen: true))
        lines.edge(0, isActive: false, at: start + period)
        lines.settle(at: start + period * 2, levels: LoopLevels())
        #expect(lines.takeNews() == .changed(.door, isActive: false))
        #expect(lines.takeNews() == nil)
    }
}
