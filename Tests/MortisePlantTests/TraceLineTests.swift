import LockCore
import Testing

@testable import mortise_plant

/// Lines are as the virtual board's kernel (6.12) printed them.
@Suite struct TraceLineTests {
    private func event(
        _ task: String, _ thread: Int, _ microseconds: Int64, _ line: Int, _ kind: TraceEvent.Kind
    ) -> TraceLine {
        .event(
            TraceEvent(
                task: task, thread: thread, at: Instant(nanoseconds: microseconds * 1000), line: line, kind: kind))
    }

    @Test func `a level that was set`() {
        #expect(
            TraceLine("         gpioset-221     [000] .....   206.073874: gpio_value: 520 set 1")
                == event("gpioset", 221, 206_073_874, 520, .set(true)))
        #expect(
            TraceLine("         gpioset-182     [001] d..1.    12.658436: gpio_value: 521 set 0")
                == event("gpioset", 182, 12_658_436, 521, .set(false)))
    }

    @Test func `a level that was read`() {
        #expect(
            TraceLine("        mortised-300     [001] .....   210.000001: gpio_value: 524 get 0")
                == event("mortised", 300, 210_000_001, 524, .get(false)))
    }

    @Test func `directions, of which the kernel pads one with a blank`() {
        #expect(
            TraceLine("         gpioset-221     [000] .....   206.076970: gpio_direction: 520 out (0)")
                == event("gpioset", 221, 206_076_970, 520, .madeOutput))
        #expect(
            TraceLine("         gpioget-229     [001] .....   208.578627: gpio_direction: 520  in (0)")
                == event("gpioget", 229, 208_578_627, 520, .madeInput))
        #expect(
            TraceLine("         gpioget-229     [001] .....   208.578627: gpio_direction: 520  in (-22)")
                == event("gpioget", 229, 208_578_627, 520, .directionRefused(-22)))
    }

    @Test(
        arguments: [
            "mortise bolt", "a-b-c", "[odd]", "gpio_value: 520 set 1", "x: gpio_value: 1 set 1-7 [000] .. 1.0",
            "<...>",
        ])
    func `a thread's name may hold anything`(name: String) {
        #expect(
            TraceLine(" \(name)-77      [001] .....     1.000002: gpio_value: 9 set 1")
                == event(name, 77, 1_000_002, 9, .set(true)))
    }

    @Test func `a group's number after the thread's is left out`() {
        #expect(
            TraceLine("    bolt-77  (   70) [001] .....     1.000002: gpio_value: 9 set 1")
                == event("bolt", 77, 1_000_002, 9, .set(true)))
    }

    @Test func `lost events are noticed, counted or not`() {
        #expect(TraceLine("CPU:0 [LOST 12 EVENTS]") == .lost(12))
        #expect(TraceLine("CPU:1 [LOST EVENTS]") == .lost(nil))
    }

    @Test(
        arguments: [
            "", " ", "# tracer: nop", "CPU:0 [LOST", "CPU:0 [GOT 12 EVENTS]", "a-1 [000] ..... 1.000000: gpio_value:",
            "a-1 [000] ..... 1.000000: gpio_value: 520 set 2", "a-1 [000] ..... 1.000000: gpio_value: x set 1",
            "a-1 [000] ..... 1.000000: gpio_value: -1 set 1", "a-1 [000] ..... 1.0000: gpio_value: 520 set 1",
            "a-1 [000] ..... -1.000000: gpio_value: 520 set 1", "a-1 ..... 1.000000: gpio_value: 520 set 1",
            "a [000] ..... 1.000000: gpio_value: 520 set 1", "a-1 [000] ..... 1.000000: gpio_direction: 520 out",
            "a-1 [000] ..... 1.000000: gpio_direction: 520 out (x)", "a-1 [000] 1.000000: other_event: 520 set 1",
            "a-1 [000] ..... 99999999999999999999.000000: gpio_value: 520 set 1", ":", "::", "é: gpio_value: 1 set 1",
        ])
    func `whatever else comes is nothing, and harmless`(text: String) {
        #expect(TraceLine(text) == .other)
    }
}
