internal import LockCore
internal import OTLPMetrics
internal import SystemdRuntime

/// The telemetry thread, seen from the loop.
final class TelemetryThread {
    /// What it has to say; received by the loop.
    let answers: Mailbox<TelemetryAnswer>
    private let inbox: BlockingMailbox<TelemetryMessage>
    private let thread: WorkerThread

    /// As the kernel knows it.
    static let name = "telemetry"
    /// Messages that may wait. What finds no room is lost, as telemetry may be; whoever asks for something is told so.
    static let capacity = 64
    /// Answers that may wait: more than all waiting messages can bring about.
    static let answerCapacity = 512
    /// Bytes of stack: SQLite asks for little, and unoptimised Swift for more.
    static let stackSize = 512 * 1024
    /// How long the thread may take to end: one flush on a slow card, and two checkpoints.
    static let endLimit: Duration = .seconds(5)

    /// `gate` is called before everything that it does.
    init(directory: String, gate: (@Sendable () -> Void)? = nil) throws(SystemdError) {
        let inbox = try BlockingMailbox<TelemetryMessage>(capacity: Self.capacity)
        let answers = try Mailbox<TelemetryAnswer>(capacity: Self.answerCapacity)
        self.inbox = inbox
        self.answers = answers
        thread = try WorkerThread(name: Self.name, stackSize: Self.stackSize) {
            let keeper = TelemetryKeeper(
                directory: directory, startedAt: BootClock.now(),
                random: {
                    var generator = SystemRandomNumberGenerator()
                    return (0..<TelemetryKeeper.randomBytes).map { _ in .random(in: .min ... .max, using: &generator) }
                },
                encode: MetricsRequest.bytes,
                // The loop is the only sender of what is answered, and its queue is shorter: there is room.
                tell: { _ = answers.send($0) })
            while true {
                let now = BootClock.now()
                let received = inbox.receive(timeout: keeper.deadline(at: now).map { max($0 - now, .zero) })
                gate?()
                switch received {
                case .message(let message): keeper.handle(message, at: BootClock.now())
                case .timedOut: keeper.timeOut(at: BootClock.now())
                case .closed: return keeper.finish(at: BootClock.now())
                }
            }
        }
    }

    /// False: the queue is full, and the message was not taken.
    func send(_ message: TelemetryMessage) -> Bool { inbox.send(message) }

    /// Lets the thread finish what it has been sent, then end.
    func close() { inbox.close() }

    /// Throws away what the thread has not taken yet, and lets it end. For a simulated loss of power.
    func drop() { inbox.closeDropping() }

    /// Waits for the thread's end, after ``close()``. False: it did not end in time.
    func finish() -> Bool { thread.finish(within: Self.endLimit) }
}
