import Glibc
import LockCore
import LockDaemon
import Synchronization
import SystemdRuntime
import TestBus
import Testing

/// A board with the simplest of bolts, in real time on a thread of its own: it travels at a constant speed while it is driven,
/// and stands while it is not.
final class TestBoard: Board {
    /// One full stroke.
    static let strokeTime: Duration = .milliseconds(160)

    let name = "Test board"
    let boltLines: TestBoltLines
    let loopLines: TestLoopLines
    let gauge = TestGauge()
    let mechanism: TestMechanism

    init(position: Double = 0) throws {
        mechanism = try TestMechanism(position: position)
        boltLines = TestBoltLines(mechanism: mechanism)
        loopLines = try TestLoopLines()
    }
}

/// What the gauge says; set by the test before a stroke.
final class TestGauge: Gauge {
    let reading = Mutex(BatteryReading.level(percent: 80, millivolts: 6000))
    var changeDescriptor: Int32? { nil }
    private let reads = Atomic(0)
    var readCount: Int { reads.load(ordering: .relaxed) }
    func read() -> BatteryReading {
        reads.add(1, ordering: .relaxed)
        return reading.withLock { $0 }
    }
    func takeChange() -> Bool { true }
}

/// The motor's lines and the limit switches.
final class TestBoltLines: BoltLines {
    private let mechanism: TestMechanism
    init(mechanism: TestMechanism) { self.mechanism = mechanism }

    var eventDescriptor: Int32 { mechanism.events.readEnd }

    func set(_ output: BridgeOutput) throws(BoardError) {
        if let error = mechanism.failure("set") { throw error }
        mechanism.set(output)
    }

    func levels() throws(BoardError) -> BoltLevels {
        if let error = mechanism.failure("read") { throw error }
        return mechanism.levels
    }

    func nextEvent() throws(BoardError) -> BoltEvent? { mechanism.events.take() }
}

/// Door, tamper switch and inside button, already debounced.
final class TestLoopLines: LoopLines {
    private let events: EventPipe<LoopLineEvent>
    private let now = Mutex(LoopLevels())
    /// Whether the levels cannot be read.
    let isFailing = Mutex(false)

    init() throws { events = try EventPipe() }

    var eventDescriptor: Int32 { events.readEnd }
    func levels() throws(BoardError) -> LoopLevels {
        if isFailing.withLock({ $0 }) {
            throw BoardError(operation: "read", chip: "test", line: "DOOR_OPEN", errno: EIO)
        }
        return now.withLock { $0 }
    }
    func nextEvent() throws(BoardError) -> LoopLineEvent? { events.take() }

    func set(_ line: LoopLine, _ isActive: Bool) {
        now.withLock { levels in
            switch line {
            case .door: levels.isDoorOpen = isActive
            case .tamper: levels.isTampered = isActive
            case .insideButton: levels.isButtonPressed = isActive
            }
        }
        events.put(.changed(line, isActive: isActive))
    }

    /// Presses and releases.
    func pressButton() {
        set(.insideButton, true)
        set(.insideButton, false)
    }
}

/// Events with a descriptor that is readable while some wait.
final class EventPipe<Event: Sendable>: Sendable {
    private let waiting = Mutex<[Event]>([])
    let readEnd: Int32
    private let writeEnd: Int32

    init() throws {
        let ends = try makePipe()
        for end in ends { try #require(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func put(_ event: Event) {
        waiting.withLock { $0.append(event) }
        var byte: UInt8 = 1
        write(writeEnd, &byte, 1)
    }

    func take() -> Event? {
        var byte: UInt8 = 0
        guard read(readEnd, &byte, 1) == 1 else { return nil }
        return waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}
