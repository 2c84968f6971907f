import Glibc
import LockCore
import LockDaemon
import Synchronization
import SystemdRuntime
import Testing

@testable import LockDaemon

@Suite struct BoltWorkerTests {
    /// Lines that say what the test wants. One thread.
    private final class Lines: BoltLines {
        struct State {
            var levels = BoltLevels(limits: LimitReading(extended: false, retracted: true))
            var events: [BoltEvent] = []
            var isFailing = false
            var output: BridgeOutput?
        }

        let state = Mutex(State())
        var eventDescriptor: Int32 { -1 }
        func set(_ output: BridgeOutput) throws(BoardError) { state.withLock { $0.output = output } }

        func levels() throws(BoardError) -> BoltLevels {
            let (levels, isFailing) = state.withLock { ($0.levels, $0.isFailing) }
            guard !isFailing else {
                throw BoardError(operation: "read", chip: "test", line: "BOLT_IN", errno: EIO)
            }
            return levels
        }

        func nextEvent() throws(BoardError) -> BoltEvent? {
            state.withLock { $0.events.isEmpty ? nil : $0.events.removeFirst() }
        }
    }

    private let lines = Lines()
    private let answers: RealtimeMailbox<BoltAnswer>
    private let worker: BoltWorker<Lines>
    private let stroke = StrokeTiming()

    /// The loop's mailbox has room for one message, and that is taken.
    init() throws {
        answers = try RealtimeMailbox(capacity: 1)
        worker = try BoltWorker(
            lines: lines, stroke: stroke, orders: try RealtimeMailbox(capacity: 8), answers: answers)
        #expect(answers.send(.started(RealtimeOutcome(schedulingErrno: 0, lockingErrno: nil))))
    }

    /// What comes when the loop takes its messages again, one a round.
    private func taken() -> [BoltAnswer] {
        var result: [BoltAnswer] = []
        for _ in 0..<8 {
            answers.drain { result.append($0) }
            worker.finish()
        }
        return result
    }

    /// The bolt is turned out by hand, and has come to rest there.
    private func turnOut() {
        let now = BootClock.now()
        let out = LimitReading(extended: true, retracted: false)
        lines.state.withLock {
            $0.levels.limits = out
            $0.events = [
                .edge(.retractedLimit, isActive: false, at: now), .edge(.extendedLimit, isActive: true, at: now),
            ]
        }
        worker.takeEdges()
        worker.wake(at: now + stroke.debounce)
        worker.finish()
    }

    private func order(_ order: BoltOrder) { worker.handle(.order(order)) }

    @Test func `a drive that the board does not begin does not push out the report before it`() {
        turnOut()
        lines.state.withLock { $0.isFailing = true }
        order(.drive(.retract, atMost: .seconds(1), blanking: .milliseconds(10), id: DriveID(7)))
        let taken = taken()
        let limits = taken.compactMap { if case .report(.limits(let reading)) = $0 { reading } else { nil } }
        #expect(limits == [LimitReading(extended: true, retracted: false)])
        let ends = taken.compactMap { if case .report(.driveEnded(let end)) = $0 { end } else { nil } }
        #expect(ends.map(\.id) == [DriveID(7)])
        #expect(ends.map(\.reason) == [.driverFault])
    }

    @Test func `a drive after a failure that has passed does not wait for a pause that is long over`() {
        order(.wakeDriver)
        order(.drive(.extend, atMost: .seconds(1), blanking: .zero, id: DriveID(1)))
        lines.state.withLock { $0.isFailing = true }
        worker.wake(at: BootClock.now())
        lines.state.withLock { $0.isFailing = false }
        order(.coast)
        order(.sleepDriver)
        let until = BootClock.now() + stroke.deadTime
        while BootClock.now() < until { usleep(5_000) }
        order(.wakeDriver)
        order(.drive(.extend, atMost: .seconds(1), blanking: .zero, id: DriveID(2)))
        #expect(lines.state.withLock { $0.output }?.bridge == .extend)
    }

    @Test func `that the board has failed for good is told when there is room again`() {
        lines.state.withLock { $0.isFailing = true }
        for _ in 0..<BoltWorker<Lines>.failureLimit { order(.wakeDriver) }
        lines.state.withLock { $0.isFailing = false }
        let failures = taken().compactMap { if case .failed(_, let isLast) = $0 { isLast } else { nil } }
        #expect(failures == [true])
    }

    @Test func `the watchdog's question is answered when there is room again`() {
        worker.handle(.echo(5))
        let echoes = taken().compactMap { if case .echo(let number) = $0 { number } else { nil } }
        #expect(echoes == [5])
    }
}
