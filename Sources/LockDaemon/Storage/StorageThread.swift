internal import SystemdRuntime

/// The storage thread, seen from the loop.
final class StorageThread {
    /// What it has to say; received by the loop.
    let answers: Mailbox<StorageAnswer>
    private let inbox: BlockingMailbox<StorageMessage>
    private let thread: WorkerThread

    /// As the kernel knows it.
    static let name = "storage"

    /// Messages that may wait. A stroke makes five; a store that is slower than people for this long does not answer at all.
    static let capacity = 256
    /// Answers that may wait: more than all waiting messages can bring about, so that none is ever lost.
    static let answerCapacity = 1024
    /// Bytes of stack: SQLite asks for little, and unoptimised Swift for more.
    static let stackSize = 512 * 1024
    /// How long the thread may take to end: a few commits on a slow card, and a checkpoint.
    static let endLimit: Duration = .seconds(5)

    /// Starts the thread, which opens the store. `gate` is called before everything that it does; see
    /// ``DaemonConfiguration/isStorageFailing`` for `isFailing`.
    init(
        path: String, bootID: String, gate: (@Sendable () -> Void)?, isFailing: (@Sendable () -> Bool)? = nil,
        loss: PowerLoss = PowerLoss()
    ) throws(SystemdError) {
        let inbox = try BlockingMailbox<StorageMessage>(capacity: Self.capacity)
        let answers = try Mailbox<StorageAnswer>(capacity: Self.answerCapacity)
        self.inbox = inbox
        self.answers = answers
        thread = try WorkerThread(name: Self.name, stackSize: Self.stackSize) {
            StorageWorker(
                path: path, bootID: bootID, inbox: inbox, answers: answers, gate: gate, isFailing: isFailing, loss: loss
            ).run()
        }
    }

    /// False: the queue is full, and the message was not taken.
    func send(_ message: StorageMessage) -> Bool { inbox.send(message) }

    /// Lets the thread finish what it has been sent, then end.
    func close() { inbox.close() }

    /// Throws away what the thread has not taken yet, and lets it end. For a simulated loss of power.
    func drop() { inbox.closeDropping() }

    /// Waits for the thread's end, after ``close()``. False: it did not end in time.
    func finish() -> Bool { thread.finish(within: Self.endLimit) }
}
