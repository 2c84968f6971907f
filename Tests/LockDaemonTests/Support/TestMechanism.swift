import Glibc
import LockCore
import LockDaemon
import Synchronization
import SystemdRuntime
import TestBus
import Testing

/// Position by time, in closed form: what happens next is known when the outputs are set, so the thread sleeps until then.
final class TestMechanism: Sendable {
    struct State: Sendable {
        var output = BridgeOutput.safe
        /// 0 retracted, 1 extended; at ``since``.
        var position: Double
        var since = BootClock.now()
        /// Nothing gets past this when extending.
        var obstruction: Double?
        var told: BoltLevels
        var outputs: [(at: Instant, output: BridgeOutput)] = []
        /// Number of the operation that fails: "set", "read", or nil for none.
        var failing: String?
        var isEnding = false
    }

    let events: EventPipe<BoltEvent>
    private let wakeUp: EventPipe<Bool>
    private let state: Mutex<State>
    private let thread = Mutex<WorkerBox?>(nil)

    /// Keeps the thread; it ends with ``end()``.
    struct WorkerBox: @unchecked Sendable { var thread: WorkerThread }

    init(position: Double) throws {
        events = try EventPipe()
        wakeUp = try EventPipe()
        state = Mutex(State(position: position, told: Self.levels(at: position)))
    }

    func start() throws {
        let worker = WorkerBox(thread: try WorkerThread(name: "test-board", stackSize: 256 * 1024) { self.run() })
        thread.withLock { $0 = worker }
    }

    func end() {
        state.withLock { $0.isEnding = true }
        wakeUp.put(true)
        _ = thread.withLock { $0 }?.thread.finish(within: patience)
        thread.withLock { $0 = nil }
    }

    // MARK: From the lock

    func set(_ output: BridgeOutput) {
        let now = BootClock.now()
        state.withLock { state in
            state.position = Self.position(state, at: now)
            state.since = now
            state.output = output
            state.outputs.append((now, output))
        }
        wakeUp.put(true)
    }

    var levels: BoltLevels { state.withLock { Self.levels(at: Self.position($0, at: BootClock.now())) } }

    func failure(_ operation: String) -> BoardError? {
        guard state.withLock({ $0.failing }) == operation else { return nil }
        return BoardError(operation: operation, chip: "test", line: "MOTOR_IN1", errno: EIO)
    }

    // MARK: From the test

    func obstruct(at position: Double?) { state.withLock { $0.obstruction = position } }
    func fail(_ operation: String?) { state.withLock { $0.failing = operation } }
    var output: BridgeOutput { state.withLock { $0.output } }
    var outputs: [(at: Instant, output: BridgeOutput)] { state.withLock { $0.outputs } }
    /// How often the motor was energised.
    var drives: Int { outputs.count { $0.output.bridge.direction != nil } }
    var position: Double { state.withLock { Self.position($0, at: BootClock.now()) } }

    /// Puts the bolt somewhere, as a hand at the thumbturn does.
    func turn(to position: Double) {
        state.withLock {
            $0.position = position
            $0.since = BootClock.now()
        }
        wakeUp.put(true)
    }

    // MARK: The thread

    private func run() {
        while !state.withLock({ $0.isEnding }) {
            while wakeUp.take() != nil {}
            tell()
            var entry = pollfd(fd: wakeUp.readEnd, events: Int16(POLLIN), revents: 0)
            // While it moves, looked at every millisecond; at rest, never.
            let isMoving = state.withLock { $0.output.isAwake && $0.output.bridge.direction != nil }
            poll(&entry, 1, isMoving ? 1 : -1)
        }
    }

    /// Sends an edge for each switch that is not as it was last told.
    private func tell() {
        let now = BootClock.now()
        let edges: [BoltEvent] = state.withLock { state in
            let levels = Self.levels(at: Self.position(state, at: now))
            defer { state.told = levels }
            return BoltLine.allCases.filter { levels[$0] != state.told[$0] }.map {
                .edge($0, isActive: levels[$0], at: now)
            }
        }
        for edge in edges { events.put(edge) }
    }

    private static func position(_ state: State, at now: Instant) -> Double {
        guard state.output.isAwake, let direction = state.output.bridge.direction else { return state.position }
        let travel =
            Double((now - state.since).wholeNanoseconds) / Double(TestBoard.strokeTime.wholeNanoseconds)
        let end = direction == .extend ? state.position + travel : state.position - travel
        return max(0, min(end, direction == .extend ? max(state.obstruction ?? 1, state.position) : 1))
    }

    private static func levels(at position: Double) -> BoltLevels {
        BoltLevels(limits: LimitReading(extended: position > 0.97, retracted: position < 0.03))
    }
}
