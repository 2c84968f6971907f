import Configuration
import Glibc
import LockCore
import LockSimulation
import SystemdRuntime

/// The mechanism behind the board's lines: follows what is driven, sets what the lock reads, and does what it is told.
///
/// One thread. It wakes up when the kernel has an event of the motor's lines, when somebody says something, and for the model's
/// next edge; while nothing moves it sleeps without a time-out.
final class Plant {
    let wiring: MotorWiring
    let pins: SimulatedPins
    let trace: TraceInstance
    let listener: Listener
    let events: EventLoop

    var mechanism: Mechanism
    var driven: DrivenLevels
    var record: DriveRecord
    var edges: EdgeRecord
    var history = TraceHistory()
    var inputs: [InputLine: Bool] = [:]
    var wakeups = 0
    /// What the kernel has said: events of the motor's lines, and lines that could not be read.
    var eventCount = 0
    var unreadCount = 0
    /// Why the plant cannot go on.
    private(set) var failure: PlantError?

    private let motorLines: [Int: MotorLine]
    private var grouper = WriteGrouper()
    private var gauge = GaugeFollower()
    /// Edges of the model that have not been acted out yet.
    private var due: [ModelEdge] = []
    private var battery: TestPower?
    private var timer: LoopTimer?
    private var sources: [EventSource] = []
    let startFile: String

    /// How often a condition that no event announces is looked at: the bolt travels a twentieth of a millimetre in this time.
    private static let looking: Duration = .milliseconds(1)

    init(_ profile: BoardProfile, setup: PlantSetup, socket: String, startFile: String, events: EventLoop) throws {
        self.events = events
        self.startFile = startFile
        wiring = MotorWiring(profile)
        pins = try SimulatedPins(profile)
        motorLines = Dictionary(pins.motor.map { ($1, $0) }) { line, _ in line }
        // From here on nothing is missed; what was driven before is read once.
        trace = try TraceInstance(name: "mortise-plant", lines: pins.motor.values.sorted())
        driven = try pins.motorLevels()
        let now = Self.now
        let output = wiring.output(driven)
        record = DriveRecord(output, at: now)
        edges = EdgeRecord(at: now)
        mechanism = Mechanism(setup, output: output, at: now)
        battery = TestPower.isThere && profile.powerSupply != nil ? TestPower() : nil
        listener = try Listener(socket, events: events)
        showAllInputs()
        followBattery(at: now)
        Self.rehearse()
    }

    /// Moves a mechanism that nobody sees: an emulated machine takes its time over code that it has not met.
    private static func rehearse() {
        var mechanism = Mechanism(.usual, output: BridgeOutput(bridge: .extend, isAwake: true), at: .zero)
        var now = Instant.zero
        while let next = mechanism.nextActivity, now < .zero + .seconds(1) {
            now = max(now, next)
            mechanism.advance(to: now) { _ in }
        }
    }

    /// Boot time.
    static var now: Instant { Instant(nanoseconds: EventLoop.bootNanoseconds) }

    /// Runs until a signal ends it. False: ``failure`` says why it could not go on.
    func run() throws -> Bool {
        timer = try events.timer { [unowned self] in turn() }
        sources = [
            try events.watch(trace.descriptor, for: .readable) { [unowned self] _ in turn() },
            try events.onSignal(SIGTERM) { [unowned self] in events.exit() },
            try events.onSignal(SIGINT) { [unowned self] in events.exit() },
        ]
        try listener.start { [unowned self] in turn() }
        try Notify.ready(status: "the mechanism is there")
        turn()
        let code = try events.run()
        sources = []
        timer = nil
        return code == 0
    }

    // MARK: Turns

    /// Brings everything up to the present, and sleeps until there is something to do again.
    private func turn() {
        wakeups += 1
        // Read first: everything that is in the trace by then is older.
        let now = Self.now
        do throws(PlantError) {
            try readTrace(at: now)
        } catch {
            fail(error)
            return
        }
        mechanism.advance(to: limit(now)) { due.append($0) }
        showDue()
        listen()
        finishWaits(at: now)
        followBattery(at: now)
        arm()
    }

    /// A write that may be incomplete holds the mechanism at its time: what the outputs were from then on is not known yet.
    private func limit(_ now: Instant) -> Instant { grouper.pending.map { min($0.first, now) } ?? now }

    private func readTrace(at now: Instant) throws(PlantError) {
        try trace.lines { text in
            switch TraceLine(text) {
            case .event(let event):
                history.add(text, at: event.at)
                guard let line = motorLines[event.line] else { return }
                eventCount += 1
                for write in grouper.take(event, of: line) { apply(write) }
            case .lost(let count):
                history.add(text, at: now)
                record.lost(count, at: now)
                grouper = WriteGrouper()
                recover(at: now)
            case .other:
                history.add(text, at: now)
                unreadCount += 1
            }
        }
        if let write = grouper.flush(at: now) { apply(write) }
    }

    private func apply(_ write: OutputWrite) {
        driven = write.applied(to: driven)
        drive(by: write.author, at: write.last)
    }

    private func drive(by author: String, at: Instant) {
        let output = wiring.output(driven)
        guard output != record.output else { return }
        record.set(output, by: author, at: at)
        mechanism.set(output, at: at) { due.append($0) }
    }

    /// Events are missing: what somebody drives at this moment is known all the same.
    private func recover(at now: Instant) {
        guard let levels = try? pins.motorLevels() else { return }
        for line in pins.drivenLines() { driven[line] = levels[line] }
        drive(by: "lost", at: now)
    }

    /// Acts out what is due. Of a line that has changed to and fro by now, only where it has come to: a bounce that is acted out
    /// late would look like a contact that rests, for as long as the plant is kept from going on.
    private func showDue() {
        guard !due.isEmpty else { return }
        for line in InputLine.allCases {
            let own = due.filter { InputLine($0.line) == line }
            guard let last = own.last, pins.has(line) else { continue }
            let first = own.first { $0.isActive == last.isActive } ?? last
            let isNews = inputs[line] != last.isActive
            edges.skipped += own.count - (isNews ? 1 : 0)
            if isNews { show(line, last.isActive, due: first.at) }
        }
        due.removeAll(keepingCapacity: true)
    }

    private func show(_ line: InputLine, _ isActive: Bool, due: Instant) {
        inputs[line] = isActive
        let at = Self.now
        do throws(PlantError) {
            try pins.set(line, active: isActive)
        } catch {
            fail(error)
        }
        edges.add(EdgeRecord.Entry(line: line, isActive: isActive, due: due, at: max(at, due)))
    }

    private func followBattery(at now: Instant) {
        guard battery != nil, let reading = gauge.look(at: mechanism.model, now: now) else { return }
        do throws(PlantError) {
            try battery?.show(reading)
        } catch {
            fail(error)
        }
    }

    private func fail(_ error: PlantError) {
        guard failure == nil else { return }
        failure = error
        events.exit(1)
    }

    private func arm() {
        let now = Self.now
        var next = grouper.deadline
        // What is held is looked at when the hold is over.
        if grouper.pending == nil { next = mechanism.nextActivity }
        for client in listener.clients {
            guard let waiting = client.waiting else { continue }
            next = min(next ?? waiting.deadline, waiting.deadline)
            if waiting.condition.needsLooking, let due = next, mechanism.model.nextActivity != nil {
                next = min(due, now + Self.looking)
            }
        }
        if let next { timer?.arm(atBootNanoseconds: next.nanoseconds) } else { timer?.cancel() }
    }

    // MARK: Words

    private func listen() {
        listener.forgetTheGone()
        for client in listener.clients {
            while client.waiting == nil, let line = client.nextLine() { obey(line, of: client) }
        }
    }

    private func obey(_ line: Result<String, CommandError>, of client: Client) {
        do throws(CommandError) {
            let text = try line.get()
            let command = try PlantCommand(line: text)
            if case .wait(let condition, let limit) = command {
                client.waiting = (condition, text, Self.now + limit)
                finishWaits(at: Self.now)
            } else {
                client.send(Answer(try perform(command)))
            }
        } catch {
            client.send(Answer(error: error.description))
        }
    }

    private func finishWaits(at now: Instant) {
        for client in listener.clients {
            guard let waiting = client.waiting else { continue }
            let present = mechanism.snapshot(at: limit(now))
            if waiting.condition.holds(present, output: record.output, inputs: inputs, record: record) {
                client.waiting = nil
                client.send(Answer(["at": .integer(now.nanoseconds)]))
            } else if now >= waiting.deadline {
                client.waiting = nil
                client.send(
                    Answer(
                        error: "\"\(waiting.words)\": the time is over", ["status": .object(status(at: now))]))
            }
        }
    }

    /// Somebody acts on the mechanism, now.
    func act<Value>(_ body: (inout PhysicalModel) -> Value) -> Value {
        let now = limit(Self.now)
        let value = mechanism.act(at: now, onEdge: { due.append($0) }, body)
        mechanism.advance(to: now) { due.append($0) }
        showDue()
        return value
    }

    /// A new mechanism, which the outputs drive as they are.
    func reset(_ setup: PlantSetup) {
        let now = Self.now
        mechanism = Mechanism(setup, output: record.output, at: now)
        due = []
        edges.restartCounting()
        showAllInputs()
        followBattery(at: now)
    }

    private func showAllInputs() {
        let model = mechanism.model
        let levels: [InputLine: Bool] = [
            .extendedLimit: model.levels.limits.extended, .retractedLimit: model.levels.limits.retracted,
            .driverFault: model.levels.driverFault, .stall: model.levels.stall, .door: model.isDoorOpen,
            .tamper: model.isTampered, .insideButton: model.isButtonPressed,
        ]
        // Not late: nobody has waited for these.
        for line in InputLine.allCases where pins.has(line) && inputs[line] != levels[line] {
            show(line, levels[line] ?? false, due: Self.now)
        }
    }
}
