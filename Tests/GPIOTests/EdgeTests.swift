import GPIO
import Glibc
import Testing

/// Edges on the kernel's gpio-sim.
@Suite(.enabled(if: SimulatedChip.isAvailable, SimulatedChip.reason), .serialized)
struct EdgeTests {
    private func monotonicNow() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }

    private func descriptor(of request: borrowing LineRequest) throws -> Int32 {
        try request.eventDescriptor()
    }

    @Test func `an edge has the time at which it happened, not the time at which it was read`() throws {
        let simulated = try SimulatedChip(["LINE"])
        var request = try Chip(label: simulated.label).request(
            [Chip.Wish("LINE", .input(edges: .both))], consumer: "test")
        let descriptor = try descriptor(of: request)
        let before = monotonicNow()
        try simulated.pull(0, up: true)
        try #require(isReadable(descriptor))
        let after = monotonicNow()
        let next = try request.nextEvent()
        let event = try #require(next)
        #expect(event.isActive)
        #expect(event.line == 0)
        #expect(event.missedBefore == 0)
        #expect((before...after).contains(event.timestampNanoseconds))
    }

    @Test func `without an edge there is none, at once`() throws {
        let simulated = try SimulatedChip(["LINE"])
        var request = try Chip(label: simulated.label).request(
            [Chip.Wish("LINE", .input(edges: .both))], consumer: "test")
        let descriptor = try descriptor(of: request)
        let event = try request.nextEvent()
        #expect(event == nil)
        #expect(!isReadable(descriptor, within: 0))
    }

    @Test func `edges of several lines keep their lines, and the descriptor is readable until the last is taken`()
        throws
    {
        let simulated = try SimulatedChip(["A", "B", "C"])
        var request = try Chip(label: simulated.label).request(
            ["C", "A"].map { Chip.Wish($0, .input(edges: .both)) }, consumer: "test")
        let descriptor = try descriptor(of: request)
        // B is not watched. Each line has an interrupt thread of its own: the second edge comes when the first is in.
        try simulated.pull(0, up: true)
        try #require(isReadable(descriptor))
        for line in [1, 2] { try simulated.pull(line, up: true) }
        var lines: [Int] = []
        while lines.count < 2 {
            try #require(isReadable(descriptor))
            guard let event = try request.nextEvent() else { continue }
            lines.append(event.line)
        }
        #expect(Set(lines) == [0, 1])
        if Capabilities.current.singleDescriptor { #expect(lines == [1, 0]) }
        let none = try request.nextEvent()
        #expect(none == nil)
        #expect(!isReadable(descriptor, within: 0))
    }

    @Test func `one direction of edges is one direction`() throws {
        let simulated = try SimulatedChip(["LINE"])
        var request = try Chip(label: simulated.label).request(
            [Chip.Wish("LINE", .input(edges: .falling))], consumer: "fall")
        let descriptor = try descriptor(of: request)
        let thread = try EdgeThread(consumer: "fall")
        for _ in 0..<2 {
            try simulated.pull(0, up: true)
            try thread.afterEdge { try simulated.pull(0, up: false) }
        }
        for _ in 0..<2 {
            try #require(isReadable(descriptor))
            let next = try request.nextEvent()
            let event = try #require(next)
            #expect(!event.isActive)
            #expect(event.missedBefore == 0)
        }
        let none = try request.nextEvent()
        #expect(none == nil)
    }

    @Test(.enabled(if: Capabilities.current.sequenceNumbers, "this libgpiod does not number events"))
    func `edges that the kernel's buffer had no room for are counted`() throws {
        let simulated = try SimulatedChip(["LINE"])
        var request = try Chip(label: simulated.label).request(
            [Chip.Wish("LINE", .input(edges: .both))], consumer: "full", eventBuffer: 16)
        let descriptor = try descriptor(of: request)
        let thread = try EdgeThread(consumer: "full")
        let changes = 100
        for change in 0..<changes { try thread.afterEdge { try simulated.pull(0, up: change % 2 == 0) } }
        try #require(isReadable(descriptor))
        var taken = 0
        var missed = 0
        while let event = try request.nextEvent() {
            taken += 1
            missed += Int(event.missedBefore)
        }
        // The kernel rounds its buffer up; some edges did not fit, and none is unaccounted for.
        #expect(missed > 0)
        #expect(taken + missed == changes)
    }

    @Test(.enabled(if: Capabilities.current.debounce, "this libgpiod has no debounce"))
    func `the kernel debounces what bounces`() throws {
        let simulated = try SimulatedChip(["LINE"])
        var request = try Chip(label: simulated.label).request(
            [Chip.Wish("LINE", .input(edges: .both, debounce: .milliseconds(50)))], consumer: "test")
        let descriptor = try descriptor(of: request)
        for up in [true, false, true, false, true] { try simulated.pull(0, up: up) }
        let end = monotonicNow()
        try #require(isReadable(descriptor))
        let next = try request.nextEvent()
        let event = try #require(next)
        #expect(event.isActive)
        // Stamped when it is believed, a period after the last bounce.
        #expect(event.timestampNanoseconds > end)
        let none = try request.nextEvent()
        #expect(none == nil)
    }
}
