import LockCore
import LockDaemon
import MallocCounter
import SystemdRuntime
import Testing

@testable import LockDaemon

/// Whoever asks for memory may have to wait for a lock that a thread standing still has: so nobody does in a stroke.
@Suite struct StrokeAllocationTests {
    /// A mechanism that allocates nothing itself. One thread.
    private final class Lines: BoltLines, @unchecked Sendable {
        var now = BoltLevels(limits: LimitReading(extended: false, retracted: true))
        var next: (BoltEvent?, BoltEvent?) = (nil, nil)
        var eventDescriptor: Int32 { -1 }
        func set(_ output: BridgeOutput) throws(BoardError) {}
        func levels() throws(BoardError) -> BoltLevels { now }
        func nextEvent() throws(BoardError) -> BoltEvent? {
            defer { next = (next.1, nil) }
            return next.0
        }
    }

    private let lines = Lines()
    private let orders: RealtimeMailbox<BoltMessage>
    private let answers: RealtimeMailbox<BoltAnswer>
    private let worker: BoltWorker<Lines>
    private let debounce: Duration

    init() throws {
        orders = try RealtimeMailbox(capacity: 8)
        answers = try RealtimeMailbox(capacity: 64)
        // So that one drive may follow another at once.
        var stroke = StrokeTiming()
        stroke.deadTime = .zero
        debounce = stroke.debounce
        worker = try BoltWorker(lines: lines, stroke: stroke, orders: orders, answers: answers)
    }

    private func give(_ message: BoltMessage) {
        _ = orders.send(message)
        orders.drain { worker.handle($0) }
        worker.finish()
    }

    /// All that the bolt thread does in one stroke, but for sleeping.
    private func stroke(_ direction: Direction, _ number: UInt32) {
        let (left, reached): (BoltLine, BoltLine) =
            direction == .extend ? (.retractedLimit, .extendedLimit) : (.extendedLimit, .retractedLimit)
        give(.order(.wakeDriver))
        give(.order(.drive(direction, atMost: .seconds(1), blanking: .zero, id: DriveID(number))))
        let now = BootClock.now()
        lines.next = (.edge(left, isActive: false, at: now), .edge(reached, isActive: true, at: now))
        lines.now.limits = LimitReading(extended: direction == .extend, retracted: direction == .retract)
        worker.takeEdges()
        worker.finish()
        give(.order(.brake))
        give(.order(.coast))
        give(.order(.sleepDriver))
        worker.wake(at: now + debounce)
        worker.finish()
        give(.echo(1))
    }

    /// Ends at the cap, and is told to stop another time.
    private func strokesWithoutAnEnd(_ number: UInt32) {
        give(.order(.wakeDriver))
        give(.order(.drive(.extend, atMost: .zero, blanking: .zero, id: DriveID(number))))
        worker.wake(at: BootClock.now())
        worker.finish()
        give(.order(.coast))
        give(.order(.drive(.extend, atMost: .seconds(1), blanking: .zero, id: DriveID(number + 1))))
        give(.order(.sleepDriver))
    }

    private func reasons() -> [DriveEnd.Reason] {
        var reasons: [DriveEnd.Reason] = []
        answers.drain { if case .report(.driveEnded(let end)) = $0 { reasons.append(end.reason) } }
        return reasons
    }

    @Test func `nothing is allocated between an order and its report`() {
        // Once before, so that what is made only once is there.
        stroke(.extend, 1)
        stroke(.retract, 2)
        strokesWithoutAnEnd(3)
        _ = reasons()

        let before = malloc_counter_of_this_thread()
        stroke(.extend, 5)
        stroke(.retract, 6)
        strokesWithoutAnEnd(7)
        let taken = malloc_counter_of_this_thread() - before

        // They were strokes.
        #expect(reasons() == [.limit, .limit, .cap, .stopped])
        #expect(taken == 0)
    }

    @Test func `the counter counts`() {
        let before = malloc_counter_of_this_thread()
        let array = Array(repeating: before, count: 100)
        #expect(malloc_counter_of_this_thread() > before)
        withExtendedLifetime(array) {}
    }
}
