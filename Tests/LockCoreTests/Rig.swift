import Testing

@testable import LockCore

/// What the bolt thread answers to one drive.
enum DriveAnswer {
    case arrives(after: Duration)
    case stalls(after: Duration, left: Bool)
    case runsToCap(left: Bool)
    /// Back at the limit behind, or driven there from mid-travel.
    case wrongLimit(after: Duration)
    case driverFault(after: Duration)
    case refuses
    case silence
}

enum JournalAnswer {
    case stores, fails, silence
}

/// A device with somebody to talk to: plays the bolt thread, the journal and the timers in virtual time.
///
/// Every drive gets the next of ``answers`` (then: arrives after ``strokeTime``), every journal entry ``journal``. Whatever
/// breaks the ``MotorContract`` is recorded as an issue of the test that caused it.
struct Rig {
    static let strokeTime: Duration = .milliseconds(300)
    /// When the starting switch releases.
    private static let release: Duration = .milliseconds(40)
    private static let debounce: Duration = .milliseconds(10)

    private(set) var device: Device
    private(set) var now = Instant.ms(1000)
    var answers: [DriveAnswer] = []
    var journal = JournalAnswer.stores
    /// Everything the device has asked for since boot, in order.
    private(set) var effects: [Effect] = []
    /// Everything it was told, for a replay.
    private(set) var log: [(at: Instant, input: Input)] = []
    private var limits: LimitReading
    private var timers: [TimerID: Instant] = [:]
    private var contract = MotorContract()
    private var coming: [Coming] = []
    private var lastRequest: UInt64 = 0
    private var awakeSince: Instant?
    /// The longest time for which the driver was awake without a pause.
    private(set) var longestAwake = Duration.zero

    private struct Coming {
        var at: Instant
        var input: Input
        /// Happens only if the motor runs that long.
        var needsMotor = false
    }

    init(
        _ position: BoltPosition = .retracted, configuration: DeviceConfiguration = DeviceConfiguration(),
        facts change: (inout BootFacts) -> Void = { _ in }
    ) {
        device = Device(configuration: configuration)
        limits = LimitReading(position)
        var facts = BootFacts(limits: limits)
        change(&facts)
        limits = facts.limits
        send(.boot(facts))
    }

    // MARK: Telling

    mutating func send(_ input: Input) {
        log.append((now, input))
        contract.hear(input)
        if case .limits(let reading) = input { limits = reading }
        let new = device.handle(input, at: now)
        effects += new
        for effect in new { perform(effect) }
        noteAwake(new)
        for complaint in contract.hear(new, of: device, at: now) { Issue.record("at \(now): \(complaint)") }
    }

    /// Whatever happens, the driver is not awake for longer than a time-out in hardware may count on; one drive that nobody answers
    /// is given up later.
    private mutating func noteAwake(_ new: [Effect]) {
        for effect in new {
            switch effect {
            case .wakeDriver: awakeSince = awakeSince ?? now
            case .sleepDriver:
                if let since = awakeSince { longestAwake = max(longestAwake, now - since) }
                awakeSince = nil
            default: break
            }
        }
        guard let awakeSince else { return }
        let limit = device.configuration.stroke.longestAwake + Device.driveAnswerMargin
        if now - awakeSince > limit { Issue.record("at \(now): the driver is awake for longer than \(limit)") }
    }

    mutating func command(_ command: Command, from origin: Origin = .key(1)) -> RequestID {
        lastRequest += 1
        let id = RequestID(lastRequest)
        send(.command(command, from: origin, id: id))
        return id
    }

    @discardableResult mutating func lock(from origin: Origin = .key(1)) -> RequestID { command(.lock, from: origin) }
    @discardableResult mutating func unlock(from origin: Origin = .key(1)) -> RequestID {
        command(.unlock, from: origin)
    }
    @discardableResult mutating func calibrate() -> RequestID { command(.calibrate) }
    @discardableResult mutating func configure(_ settings: Settings) -> RequestID { command(.configure(settings)) }
    @discardableResult mutating func acknowledge() -> RequestID { command(.acknowledgeAlarms) }
    mutating func pressButton() {
        send(.insideButton(isPressed: true))
        send(.insideButton(isPressed: false))
    }
    mutating func openDoor() { send(.door(isOpen: true)) }
    mutating func closeDoor() { send(.door(isOpen: false)) }
    mutating func turn(to position: BoltPosition) { send(.limits(LimitReading(position))) }
    mutating func battery(_ percent: Int, millivolts: Int = 6000) {
        send(.battery(.level(percent: percent, millivolts: millivolts)))
    }

    // MARK: Time

    /// Lets the next thing happen: an answer or a timer. False: there is none.
    @discardableResult mutating func step() -> Bool {
        let answer = coming.indices.min { coming[$0].at < coming[$1].at }
        let timer = timers.min { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
        if let answer, timer == nil || coming[answer].at <= (timer?.value ?? .zero) {
            let next = coming.remove(at: answer)
            now = max(now, next.at)
            send(next.input)
        } else if let timer {
            timers[timer.key] = nil
            now = max(now, timer.value)
            send(.timer(timer.key, deadline: timer.value))
        } else {
            return false
        }
        return true
    }

    /// Runs until no stroke is under way and nothing is about to be answered.
    mutating func rest() {
        for _ in 0..<500 {
            guard device.stroke != nil || !coming.isEmpty else { return }
            step()
        }
        Issue.record("the device does not come to rest")
    }

    /// Runs until the stroke is in this phase, `times` times over.
    mutating func run(until phase: String, times: Int = 1) {
        var seen = 0
        var before: String?
        for _ in 0..<500 {
            let current = device.stroke?.phase.name
            if current == phase, before != phase { seen += 1 }
            before = current
            if seen == times { return }
            guard step() else { break }
        }
        Issue.record("the stroke never was in \(phase)")
    }

    /// Lets time pass, with everything that falls due in it.
    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while let next = (timers.values + coming.map(\.at)).min(), next <= end { step() }
        now = end
    }

    // MARK: Asking

    var state: LockState { device.state }
    var phase: String? { device.stroke?.phase.name }
    var records: [AuditEvent] {
        effects.compactMap { if case .record(let event, _) = $0 { event } else { nil } }
    }
    var closed: [MotionID] {
        effects.compactMap { if case .record(_, let motion?) = $0 { motion } else { nil } }
    }
    var journaled: [Motion] { effects.compactMap { if case .journal(let motion) = $0 { motion } else { nil } } }
    var drives: [Direction] {
        effects.compactMap { if case .drive(let direction, _, _, _) = $0 { direction } else { nil } }
    }
    var caps: [Duration] { effects.compactMap { if case .drive(_, let cap, _, _) = $0 { cap } else { nil } } }
    var saved: [Calibration] {
        effects.compactMap { if case .saveCalibration(let calibration?) = $0 { calibration } else { nil } }
    }
    var published: [LockState] {
        effects.compactMap { if case .publish(let status) = $0 { status.state } else { nil } }
    }
    func replies(to id: RequestID) -> [Reply] {
        effects.compactMap { if case .reply(id, let reply) = $0 { reply } else { nil } }
    }
    func outcomes(of action: AuditAction) -> [AuditOutcome] {
        records.filter { $0.action == action }.map(\.outcome)
    }
    func deadline(_ timer: TimerID) -> Instant? { timers[timer] }
    var isAwake: Bool { contract.isAwake }

    // MARK: The other side

    private mutating func perform(_ effect: Effect) {
        switch effect {
        case .startTimer(let id, let deadline): timers[id] = deadline
        case .cancelTimer(let id): timers[id] = nil
        case .journal(let motion):
            switch journal {
            case .stores: coming.append(Coming(at: now + .milliseconds(5), input: .journaled(motion.id, stored: true)))
            case .fails: coming.append(Coming(at: now + .milliseconds(5), input: .journaled(motion.id, stored: false)))
            case .silence: break
            }
        case .drive(let direction, let cap, _, let id): answerDrive(id, direction, cap)
        case .brake, .coast, .sleepDriver: stopDrive()
        default: break
        }
    }

    private mutating func answerDrive(_ id: DriveID, _ direction: Direction, _ cap: Duration) {
        let answer = answers.isEmpty ? .arrives(after: Self.strokeTime) : answers.removeFirst()
        let wasBehind = limits[direction.limit.opposite]
        func end(_ reason: DriveEnd.Reason, after: Duration, at position: BoltPosition?, left: Bool) {
            let leaves = left && wasBehind && after > Self.release
            let final = position.map(LimitReading.init) ?? (leaves ? LimitReading(.between) : limits)
            if leaves {
                coming.append(Coming(at: now + Self.release, input: .limits(LimitReading(.between)), needsMotor: true))
            }
            let report = DriveEnd(
                id: id, reason: reason, began: now, ended: now + after, limits: final, leftStart: left || !wasBehind)
            coming.append(Coming(at: now + after, input: .driveEnded(report), needsMotor: true))
            if final != (leaves ? LimitReading(.between) : limits) {
                coming.append(Coming(at: now + after + Self.debounce, input: .limits(final), needsMotor: true))
            }
        }
        switch answer {
        case .arrives(let after):
            end(.limit, after: after, at: direction == .extend ? .extended : .retracted, left: true)
        case .stalls(let after, let left): end(.stall, after: after, at: nil, left: left)
        case .runsToCap(let left): end(.cap, after: cap, at: nil, left: left)
        case .wrongLimit(let after):
            end(.wrongLimit, after: after, at: direction == .extend ? .retracted : .extended, left: true)
        case .driverFault(let after): end(.driverFault, after: after, at: nil, left: true)
        case .refuses: end(.notStarted, after: .zero, at: nil, left: false)
        case .silence: break
        }
    }

    private mutating func stopDrive() {
        guard let drive = contract.open, !drive.isStopped else { return }
        guard coming.contains(where: { if case .driveEnded = $0.input { true } else { false } }) else { return }
        coming.removeAll { $0.needsMotor }
        let report = DriveEnd(
            id: drive.id, reason: .stopped, began: drive.began, ended: now, limits: limits,
            leftStart: !limits[drive.direction.limit.opposite])
        coming.append(Coming(at: now, input: .driveEnded(report)))
    }
}
