import CommandSupport
import Glibc
import LockCore
import LockDaemon
import LockSimulation
import Synchronization
import SystemdRuntime

/// The mechanism in real time, on a thread of its own that sleeps while nothing moves: a lock at rest costs no wake-ups.
///
/// While something moves the thread looks every ``grain``; edges carry the model's own time stamps, as the kernel's would.
final class World: Sendable {
    /// How often a moving mechanism is looked at: the bolt travels a twentieth of a millimetre in this time.
    static let grain: Duration = .milliseconds(1)
    /// Edges that may wait for the bolt thread: the kernel's buffer holds 16 a line.
    private static let boltCapacity = 256
    private static let loopCapacity = 64

    let boltEvents: EventQueue<BoltEvent>
    let loopEvents: EventQueue<LoopLineEvent>
    let gaugeNews: EventQueue<Void>
    private let wakeUp: EventQueue<Void>
    private let state: Mutex<WorldState>
    private let isEnding = Atomic(false)
    /// Called on the world's thread, or on that of whoever acts, when something has begun to move or has happened.
    private let onChange: @Sendable () -> Void
    /// Called on the same threads when the supply has fallen below what the processor needs.
    private let onBrownOut: @Sendable () -> Void

    init(
        seed: UInt64, position: Double, onChange: @escaping @Sendable () -> Void,
        onBrownOut: @escaping @Sendable () -> Void
    ) throws(SetupFailure) {
        boltEvents = try EventQueue(capacity: Self.boltCapacity)
        loopEvents = try EventQueue(capacity: Self.loopCapacity)
        gaugeNews = try EventQueue(capacity: 1)
        wakeUp = try EventQueue(capacity: 1)
        state = Mutex(WorldState(seed: seed, position: position, at: BootClock.now()))
        self.onChange = onChange
        self.onBrownOut = onBrownOut
    }

    // MARK: From the lock

    func set(_ output: BridgeOutput) {
        if output.bridge.direction != nil { lastDrive.withLock { $0 = BootClock.now() } }
        let hasEnded = change { state in
            let wasDriven = state.model.output.bridge.direction != nil
            state.set(output)
            return wasDriven && output.bridge.direction == nil
        }
        if hasEnded { holdUp() }
    }

    /// On the thread that has just ended a drive: its report comes late, the motor's end does not.
    private func holdUp() {
        let taken: Duration? = pendingHoldUp.withLock { pending in
            defer { pending = nil }
            return pending
        }
        guard let length = taken else { return }
        rest(for: length)
    }

    /// For how long whoever ends the next drive is held up; nil: not at all.
    var boltThreadHoldUp: Duration? {
        get { pendingHoldUp.withLock { $0 } }
        set { pendingHoldUp.withLock { $0 = newValue } }
    }

    private let pendingHoldUp = Mutex<Duration?>(nil)

    /// When the motor was last energised.
    var driveBegan: Instant? { lastDrive.withLock { $0 } }

    private let lastDrive = Mutex<Instant?>(nil)

    var boltLevels: BoltLevels { change { $0.model.levels } }
    var loopLevels: LoopLevels { change { $0.loopLevels } }
    var battery: BatteryReading { change { $0.model.battery } }

    // MARK: From people

    /// False: it was not possible (a door does not close on a bolt).
    @discardableResult
    func act(_ action: WorldAction) -> Bool {
        var news: [WorldState.News] = []
        let isDone = change { $0.act(action) { news.append($0) } }
        tell(news)
        onChange()
        return isDone
    }

    func cutPower() { change { $0.cutPower() } }
    func restorePower() { change { $0.restorePower() } }

    /// The mechanism now.
    var snapshot: WorldState { change { $0 } }

    /// Brings the world up to the present, and changes it.
    private func change<Result: Sendable>(_ body: (inout sending WorldState) -> Result) -> Result {
        var news: [WorldState.News] = []
        let (result, mustWake) = state.withLock { state -> (Result, Bool) in
            state.advance(to: BootClock.now()) { news.append($0) }
            let before = state.nextActivity
            let result = body(&state)
            return (result, state.nextActivity != before)
        }
        tell(news)
        if mustWake { wakeUp.put(()) }
        return result
    }

    private func tell(_ news: [WorldState.News]) {
        for item in news {
            switch item {
            case .bolt(let event): boltEvents.put(event)
            case .loop(let event): loopEvents.put(event)
            case .gauge: gaugeNews.put(())
            case .brownOut: onBrownOut()
            }
        }
    }

    // MARK: The thread

    /// Runs until ``end()``.
    func run() {
        while !isEnding.load(ordering: .acquiring) {
            while case .event = wakeUp.take() {}
            let next = change { $0.nextActivity }
            onChange()
            wait(until: next)
        }
    }

    func end() {
        isEnding.store(true, ordering: .releasing)
        wakeUp.put(())
    }

    private func wait(until next: Instant?) {
        var entry = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
        guard let next else {
            poll(&entry, 1, -1)
            return
        }
        // Rounded up: what is looked at too early has to be looked at again.
        let left = max(Self.grain, next - BootClock.now()).wholeNanoseconds
        poll(&entry, 1, Int32(clamping: (left + 999_999) / 1_000_000))
    }
}
