import Configuration
import LockCore
import Testing

@testable import mortise_plant

/// Expectations cannot change values.
private final class Grouping {
    private var grouper = WriteGrouper()
    var pending: OutputWrite? { grouper.pending }
    var deadline: Instant? { grouper.deadline }
    func take(_ event: TraceEvent, of line: MotorLine) -> [OutputWrite] { grouper.take(event, of: line) }
    func flush(at now: Instant? = nil) -> OutputWrite? { grouper.flush(at: now) }
}

@Suite struct WriteGrouperTests {
    private let grouper = Grouping()

    private func event(
        _ microseconds: Int64, _ kind: TraceEvent.Kind, thread: Int = 1
    ) -> TraceEvent {
        TraceEvent(task: "bolt", thread: thread, at: .zero + .microseconds(microseconds), line: 0, kind: kind)
    }

    @Test func `a call that sets all lines is one write, at the time of its last line`() {
        #expect(grouper.take(event(10, .set(true)), of: .in1).isEmpty)
        #expect(grouper.take(event(12, .set(false)), of: .in2).isEmpty)
        let writes = grouper.take(event(15, .set(true)), of: .sleep)
        #expect(writes.map(\.levels) == [[.in1: true, .in2: false, .sleep: true]])
        #expect(writes.first?.first == .zero + .microseconds(10))
        #expect(writes.first?.last == .zero + .microseconds(15))
        #expect(grouper.pending == nil)
    }

    @Test func `brake to coast never passes through a drive`() {
        var levels = DrivenLevels()
        levels[.in1] = true
        levels[.in2] = true
        levels[.sleep] = true
        for (line, level) in [(MotorLine.in1, false), (.in2, false), (.sleep, true)] {
            for write in grouper.take(event(1, .set(level)), of: line) { levels = write.applied(to: levels) }
            #expect(levels[.in1] == levels[.in2])
        }
        #expect(!levels[.in1])
    }

    @Test func `a line that is set again is another write`() {
        _ = grouper.take(event(1, .set(true)), of: .in1)
        #expect(grouper.take(event(2, .set(false)), of: .in1).map(\.levels) == [[.in1: true]])
        #expect(grouper.pending?.levels == [.in1: false])
    }

    @Test func `another thread's is another write`() {
        _ = grouper.take(event(1, .set(true)), of: .in1)
        #expect(grouper.take(event(2, .set(false), thread: 2), of: .in2).map(\.levels) == [[.in1: true]])
    }

    @Test func `what comes too long after is another write`() {
        _ = grouper.take(event(1, .set(true)), of: .in1)
        let late = event(2 + WriteGrouper.span.wholeNanoseconds / 1000, .set(false))
        #expect(grouper.take(late, of: .in2).map(\.levels) == [[.in1: true]])
    }

    @Test func `a thread that sets all lines may be held up between two of them`() {
        for (line, time) in [(MotorLine.in1, Int64(1)), (.in2, 2), (.sleep, 3)] {
            _ = grouper.take(event(time, .set(true)), of: line)
        }
        #expect(grouper.take(event(100_000, .set(false)), of: .in1).isEmpty)
        #expect(grouper.flush(at: .zero + .microseconds(150_000)) == nil)
        #expect(grouper.take(event(160_000, .set(false)), of: .in2).isEmpty)
        #expect(
            grouper.take(event(170_000, .set(true)), of: .sleep).map(\.levels) == [
                [.in1: false, .in2: false, .sleep: true]
            ])
    }

    @Test func `a thread that no longer sets all lines is not waited for twice`() {
        for (line, time) in [(MotorLine.in1, Int64(1)), (.in2, 2), (.sleep, 3)] {
            _ = grouper.take(event(time, .set(true)), of: line)
        }
        _ = grouper.take(event(100_000, .set(false)), of: .in1)
        #expect(grouper.flush(at: .zero + .microseconds(100_000) + WriteGrouper.wholesaleSpan) != nil)
        _ = grouper.take(event(2_000_000, .set(true)), of: .in1)
        #expect(grouper.deadline == Instant.zero + .microseconds(2_000_000) + WriteGrouper.span)
    }

    @Test func `a write of some lines is complete when nothing can follow`() {
        _ = grouper.take(event(1, .set(true)), of: .in1)
        let deadline = grouper.deadline
        #expect(deadline == Instant.zero + .microseconds(1) + WriteGrouper.span)
        #expect(grouper.flush(at: .zero + .microseconds(2)) == nil)
        #expect(grouper.flush(at: deadline ?? .zero)?.levels == [.in1: true])
        #expect(grouper.flush(at: deadline ?? .zero) == nil)
    }

    @Test func `a line that is made an input goes low`() {
        _ = grouper.take(event(1, .madeInput), of: .in1)
        #expect(grouper.flush()?.levels == [.in1: false])
    }

    @Test func `what sets nothing is no write`() {
        for kind: TraceEvent.Kind in [.get(true), .madeOutput, .directionRefused(-22)] {
            #expect(grouper.take(event(1, kind), of: .in1).isEmpty)
            #expect(grouper.pending == nil)
        }
    }

    @Test func `a request gives levels and directions by turns, and is one write`() {
        for (line, time) in [(MotorLine.sleep, Int64(1)), (.in1, 20)] {
            #expect(grouper.take(event(time, .set(false)), of: line).isEmpty)
            #expect(grouper.take(event(time + 5, .madeOutput), of: line).isEmpty)
        }
        #expect(grouper.take(event(40, .set(false)), of: .in2).count == 1)
    }
}
