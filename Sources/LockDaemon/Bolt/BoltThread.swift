internal import LockCore
internal import SystemdRuntime

/// The bolt thread, seen from the loop.
final class BoltThread {
    /// What it has to say; received by the loop.
    let answers: RealtimeMailbox<BoltAnswer>
    private let orders: RealtimeMailbox<BoltMessage>
    private let thread: WorkerThread

    /// Orders that may wait. The core gives at most four between two reports, and the thread takes them in microseconds: a
    /// full queue is a thread that stands still.
    static let orderCapacity = 64
    /// Reports that may wait: as many as the loop could get in a second of a switch that chatters once a debounce time.
    static let answerCapacity = 256
    /// How long the thread may take to end: the brake of a stroke (half a second at most) and room.
    static let endLimit: Duration = .seconds(2)

    /// Starts the thread. `locksMemory`: whether the whole process is locked into memory.
    init(
        lines: some BoltLines, stroke: StrokeTiming, locksMemory: Bool, loss: PowerLoss = PowerLoss()
    ) throws(SystemdError) {
        let orders = try RealtimeMailbox<BoltMessage>(capacity: Self.orderCapacity)
        let answers = try RealtimeMailbox<BoltAnswer>(capacity: Self.answerCapacity)
        self.orders = orders
        self.answers = answers
        thread = try WorkerThread(name: "bolt", stackSize: RealtimeScheduling.stackSize) {
            Self.body(
                lines: lines, stroke: stroke, locksMemory: locksMemory, loss: loss, orders: orders, answers: answers)
        }
    }

    private static func body(
        lines: some BoltLines, stroke: StrokeTiming, locksMemory: Bool, loss: PowerLoss,
        orders: RealtimeMailbox<BoltMessage>, answers: RealtimeMailbox<BoltAnswer>
    ) {
        let locking = locksMemory ? RealtimeScheduling.lockMemory() : nil
        RealtimeScheduling.touchStack()
        let outcome = RealtimeOutcome(
            schedulingErrno: RealtimeScheduling.raisePriority(), lockingErrno: locking)
        _ = answers.send(.started(outcome))
        do throws(BoltThreadError) {
            let worker = try BoltWorker(lines: lines, stroke: stroke, orders: orders, answers: answers, loss: loss)
            _ = answers.send(.levels(worker.initialLevels))
            worker.run()
        } catch {
            _ = answers.send(.couldNotStart(error))
        }
    }

    /// False: the thread has not taken its orders for so long that there is no room for another.
    func send(_ message: BoltMessage) -> Bool { orders.send(message) }

    /// Waits for the thread's end, after ``BoltMessage/stop``. False: it did not end in time.
    func finish() -> Bool { thread.finish(within: Self.endLimit) }
}
