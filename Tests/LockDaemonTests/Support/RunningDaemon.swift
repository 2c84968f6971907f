import Configuration
import Glibc
import LockCore
import LockDaemon
import Synchronization
import SystemdRuntime
import TestBus
import Testing

/// A daemon in this process, on a thread of its own, with its own directory and board.
final class RunningDaemon {
    let board: TestBoard
    let directory: TemporaryDirectory
    let handle: DaemonHandle
    let log: String
    private let turns: BlockingMailbox<DaemonTurn>
    private let ended: BlockingMailbox<DaemonEnd>
    private let thread: WorkerThread
    private let logDescriptor: Int32
    private var end: DaemonEnd?

    static func profile(_ change: (String) -> String = { $0 }) throws -> BoardProfile {
        let text = """
            [Board]
            name=Test board
            compatible=mortise,test
            [GPIO]
            chip=test
            motor-in1=MOTOR_IN1
            motor-in2=MOTOR_IN2
            motor-sleep=MOTOR_NSLEEP
            limit-extended=BOLT_OUT
            limit-retracted=BOLT_IN
            driver-fault=MOTOR_NFAULT
            stall=none
            door=DOOR_OPEN
            tamper=CASE_OPEN
            inside-button=INSIDE_BUTTON
            [Motor]
            extend=in1
            [Battery]
            supply=test
            """
        return try BoardProfile.parse(change(text), file: "test.conf").get()
    }

    init(
        bus: Bus.Address, board: TestBoard? = nil, directory: TemporaryDirectory? = nil, profile: BoardProfile? = nil,
        configure: (inout DaemonConfiguration) -> Void = { _ in }
    ) throws {
        let board = try board ?? TestBoard()
        let directory = try directory ?? TemporaryDirectory()
        let handle = try DaemonHandle()
        let turns = try BlockingMailbox<DaemonTurn>(capacity: 4096)
        let ended = try BlockingMailbox<DaemonEnd>(capacity: 1)
        log = directory.path + "/log"
        logDescriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        var configuration = DaemonConfiguration(
            profile: try profile ?? Self.profile(), stateDirectory: directory.path, bus: bus, version: "test")
        configuration.journal = Journal(
            identifier: "mortised", destination: .lines(fileDescriptor: logDescriptor))
        configuration.observer = { _ = turns.send($0) }
        configure(&configuration)
        self.board = board
        self.directory = directory
        self.handle = handle
        self.turns = turns
        self.ended = ended
        try board.mechanism.start()
        let final = configuration
        thread = try WorkerThread(name: "loop", stackSize: 8 << 20) {
            // As in mortised: signals are the loop's.
            try? Signals.blockAll()
            _ = ended.send(Daemon.run(final, board: board, handle: handle))
        }
    }

    deinit {
        handle.stop()
        _ = thread.finish(within: patience)
        board.mechanism.end()
        close(logDescriptor)
    }

    /// Waits for a turn of which the condition holds.
    @discardableResult
    func turn(where condition: (DaemonTurn) -> Bool) throws -> DaemonTurn {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while true {
            guard case .message(let turn) = turns.receive(timeout: max(deadline - clock.now, .zero)) else {
                throw Impatience()
            }
            if condition(turn) { return turn }
        }
    }

    /// Waits until the core has booted.
    @discardableResult
    func booted() throws -> DaemonTurn {
        try turn { if case .boot = $0.input { true } else { false } }
    }

    /// Waits for the next turn that leaves the lock in a state; those that were waited for already do not count.
    @discardableResult
    func state(_ state: LockState) throws -> DaemonTurn { try turn { $0.status.state == state } }

    /// Presses the inside button and waits until the bolt is drawn.
    func leave() throws {
        board.loopLines.pressButton()
        try turn { $0.input == .insideButton(isPressed: true) }
        try state(.unlocked)
    }

    /// Waits for the end, without asking for it.
    func waitForEnd() throws -> DaemonEnd {
        if let end { return end }
        guard case .message(let result) = ended.receive(timeout: patience) else { throw Impatience() }
        end = result
        return result
    }

    /// Asks for the end and waits for it.
    func stop() throws -> DaemonEnd {
        handle.stop()
        return try waitForEnd()
    }

    /// Waits until something has been written to the journal, by whatever thread writes it.
    func wait(forLog words: String) throws {
        let end = ContinuousClock.now + patience
        while try !logText.contains(words) {
            guard ContinuousClock.now < end else { throw Impatience() }
            usleep(10_000)
        }
    }

    /// What has been written to the journal.
    var logText: String {
        get throws { String(decoding: try bytes(of: log), as: UTF8.self) }
    }
}

/// A client of the lock on a bus. Connects and waits until the lock's name is there.
final class Client {
    let bus: Bus
    var lock: BusProxy { bus.proxy("org.mortise.Lock1", path: "/org/mortise/Lock1", interface: "org.mortise.Lock1") }
    var admin: BusProxy { bus.proxy("org.mortise.Lock1", path: "/org/mortise/Lock1", interface: "org.mortise.Admin1") }

    init(_ address: Bus.Address) throws {
        bus = try Bus(connectingTo: address)
        var isThere = false
        let slot = try bus.onOwnerChange(of: "org.mortise.Lock1") { _, new in if new != nil { isThere = true } }
        try withExtendedLifetime(slot) {
            if try bus.owner(of: "org.mortise.Lock1") != nil { return }
            try process { isThere }
        }
    }

    /// Handles what arrives until the condition holds.
    func process(until condition: () -> Bool) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while !condition() {
            let left = deadline - clock.now
            guard left > .zero else { throw Impatience() }
            try bus.process(waitingAtMost: left)
        }
    }

    /// Handles what arrives until the motor has been energised.
    func process(until mechanism: TestMechanism, drives bridge: Bridge) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        // By what has been set, not by what is: a test that was kept waiting does not wait for a drive that is over.
        while !mechanism.outputs.contains(where: { $0.output.bridge == bridge }) {
            guard clock.now < deadline else { throw Impatience() }
            try bus.process(waitingAtMost: .milliseconds(1))
        }
    }

    func texts(_ values: [BusValue]) -> [String] { values.map { $0.asString ?? "?" } }
}
