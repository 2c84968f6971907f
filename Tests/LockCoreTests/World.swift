@testable import LockCore

/// A device, what surrounds it in the abstract, and what has been promised so far.
///
/// Time is abstract too: whatever happens, happens right now, or when the stroke's timer or the drive under way says so. The
/// long deadlines (auto-relock, door ajar) may fall due at any moment. The switches may say anything at any moment at which somebody looks. So the
/// worlds that can be reached are more than reality has, and what holds in all of them holds there.
struct World {
    private(set) var device: Device
    private(set) var now = Instant.ms(1000)
    private var contract = MotorContract()
    private var timers: [TimerID: Instant] = [:]
    private var openRequests: Set<RequestID> = []
    private var openMotions: Set<MotionID> = []
    private var lastRequest: UInt64 = 0

    /// How many wait for a stroke's end at most, in this exploration.
    static let maximumWaiting = 2
    /// At most: everybody waiting is answered twice over (refused, then asked again), with an entry and a reply each; and the
    /// stroke, the relock and the ajar timer, the journal, the motor, an alarm with its entry, and the news, once or twice.
    static let maximumEffects = 4 * maximumWaiting + 12

    enum Event: Hashable {
        case command(Command)
        case button
        case door(isOpen: Bool)
        case driverFault(Bool)
        case battery(Int)
        case limits(BoltPosition)
        case journaled(Bool)
        case timer(TimerID)
        case staleTimer
        /// The bolt thread answers a drive that was given up for lost.
        case lateAnswer
        case ends(DriveEnd.Reason, after: Duration, left: Bool)
    }

    init(_ position: BoltPosition, configuration: DeviceConfiguration, settings: Settings, calibration: Calibration?) {
        device = Device(configuration: configuration)
        let facts = BootFacts(
            limits: LimitReading(position), battery: .level(percent: 80, millivolts: 6000), settings: settings,
            calibration: calibration)
        _ = take(.boot(facts))
    }

    // MARK: What can happen

    func events(of alphabet: Alphabet) -> [Event] {
        var events: [Event] = [.staleTimer]
        if waiting.count < Self.maximumWaiting {
            events += [.command(.lock), .command(.unlock), .button]
            if alphabet.calibrates { events.append(.command(.calibrate)) }
        }
        if device.configuration.equipment.doorSensor { events.append(.door(isOpen: !device.isDoorOpen)) }
        if alphabet.driverFaults { events.append(.driverFault(!device.hasDriverFault)) }
        if alphabet.batteryEmpties { events.append(.battery(device.battery.allowsLocking ? 5 : 80)) }
        if looksAtSwitches {
            for position in BoltPosition.allCases where position != device.limits.position {
                if position != .conflict || alphabet.switchesConflict { events.append(.limits(position)) }
            }
        }
        if awaitedMotion != nil { events += [.journaled(true), .journaled(false)] }
        events += timers.keys.sorted { $0.rawValue < $1.rawValue }.map { .timer($0) }
        if let drive = contract.open { events += ends(of: drive) }
        if device.unansweredDrive != nil { events.append(.lateAnswer) }
        return events
    }

    /// The motion whose answer decides something: the stroke's, or that of what comes next.
    private var awaitedMotion: MotionID? {
        guard let stroke = device.stroke else { return nil }
        if case .journaling = stroke.phase { return stroke.motion }
        guard let next = stroke.interruption?.successor.tickets.first, next.isJournaled == nil else { return nil }
        return next.motion
    }

    /// While the motor is braked or coasts nobody looks: what the switches say then, they say before the drive ends, or after.
    private var looksAtSwitches: Bool {
        switch device.stroke?.phase {
        case .braking, .coasting: false
        default: true
        }
    }

    private func ends(of drive: MotorContract.OpenDrive) -> [Event] {
        if drive.isStopped {
            return [.ends(.stopped, after: .zero, left: true), .ends(.limit, after: .zero, left: true)]
        }
        var ends: [Event] = [
            .ends(.limit, after: Rig.strokeTime, left: true), .ends(.limit, after: .milliseconds(10), left: true),
            .ends(.wrongLimit, after: .milliseconds(200), left: true), .ends(.cap, after: drive.cap, left: true),
            .ends(.cap, after: drive.cap, left: false), .ends(.driverFault, after: .milliseconds(100), left: false),
            .ends(.notStarted, after: .zero, left: false),
        ]
        if device.configuration.equipment.stallSensor {
            ends.append(.ends(.stall, after: .milliseconds(100), left: true))
            ends.append(.ends(.stall, after: .milliseconds(100), left: false))
        }
        return ends
    }

    /// What the exploration may do besides moving the bolt.
    struct Alphabet {
        var calibrates = true
        var driverFaults = true
        var batteryEmpties = false
        var switchesConflict = true
    }

    // MARK: Letting it happen

    /// Lets it happen; says which promises it broke.
    mutating func happen(_ event: Event) -> [String] {
        switch event {
        case .command(let command):
            lastRequest += 1
            openRequests.insert(RequestID(lastRequest))
            return take(.command(command, from: .key(1), id: RequestID(lastRequest)))
        case .button: return take(.insideButton(isPressed: true))
        case .door(let isOpen): return take(.door(isOpen: isOpen))
        case .driverFault(let isFaulted): return take(.driverFault(isFaulted))
        case .battery(let percent): return take(.battery(.level(percent: percent, millivolts: 6000)))
        case .limits(let position): return take(.limits(LimitReading(position)))
        case .journaled(let stored): return take(.journaled(awaitedMotion ?? MotionID(0), stored: stored))
        case .staleTimer: return take(.timer(.stroke, deadline: now + .seconds(-1)))
        case .timer(let id):
            guard let deadline = timers.removeValue(forKey: id) else { return [] }
            if id == .stroke { now = max(now, deadline) }
            return take(.timer(id, deadline: deadline))
        case .lateAnswer:
            guard let drive = device.unansweredDrive else { return [] }
            return take(
                .driveEnded(
                    DriveEnd(id: drive, reason: .cap, began: now, ended: now, limits: device.limits, leftStart: true)))
        case .ends(let reason, let after, let left):
            guard let drive = contract.open else { return [] }
            now = max(now, drive.began + after)
            var limits = device.limits
            if reason == .limit { limits = LimitReading(drive.direction == .extend ? .extended : .retracted) }
            let end = DriveEnd(
                id: drive.id, reason: reason, began: drive.began, ended: now, limits: limits,
                leftStart: left || !device.limits[drive.direction.limit.opposite])
            return take(.driveEnded(end))
        }
    }

    private mutating func take(_ input: Input) -> [String] {
        contract.hear(input)
        let effects = device.handle(input, at: now)
        var broken = contract.hear(effects, of: device, at: now)
        if effects.count > Self.maximumEffects { broken.append("\(effects.count) effects of one input") }
        for effect in effects { broken += note(effect) }
        return broken + complaints()
    }

    private mutating func note(_ effect: Effect) -> [String] {
        switch effect {
        case .startTimer(let id, let deadline): timers[id] = deadline
        case .cancelTimer(let id): timers[id] = nil
        case .journal(let motion): openMotions.insert(motion.id)
        case .record(_, let motion?):
            if openMotions.remove(motion) == nil { return ["motion \(motion) closed twice"] }
        case .reply(let id, let reply):
            if openRequests.remove(id) == nil { return ["\(id) answered twice"] }
            if case .done(.locking, _) = reply { return ["told done while locking"] }
        case .publish(let status): return Self.complaints(about: status)
        default: break
        }
        return []
    }

    private static func complaints(about status: Status) -> [String] {
        switch (status.state, status.position) {
        case (.locked, .extended), (.unlocked, .retracted), (.between, .between): []
        case (.locked, _), (.unlocked, _), (.between, _): ["published \(status.state) at \(status.position)"]
        default: []
        }
    }

    /// Everybody who waits for the stroke's end.
    private var waiting: [Ticket] {
        (device.stroke?.tickets ?? []) + (device.stroke?.interruption?.successor.tickets ?? [])
    }

    private func complaints() -> [String] {
        var broken: [String] = []
        if openRequests != Set(waiting.compactMap(\.id)) {
            broken.append("a request is lost, or waits after its answer")
        }
        if timers[.stroke] != device.stroke?.phase.deadline { broken.append("the stroke's timer is not its deadline") }
        if timers[.autoRelock] != device.relockDeadline { broken.append("the relock timer is not its deadline") }
        if timers[.doorAjar] != device.ajarDeadline { broken.append("the ajar timer is not its deadline") }
        if let stroke = device.stroke {
            if stroke.phase.deadline < now { broken.append("the stroke waits for the past") }
            if openMotions != Set(waiting.compactMap(\.motion)) {
                broken.append("open motions \(openMotions) of \(waiting)")
            }
            if stroke.motion != stroke.tickets.first?.motion {
                broken.append("the motor waits for somebody else's motion")
            }
            if stroke.tickets.isEmpty { broken.append("nobody asked for the stroke") }
        } else {
            if contract.isAwake { broken.append("the driver is awake at rest") }
            if let open = contract.open, !open.isStopped { broken.append("driven at rest") }
            if !openMotions.isEmpty { broken.append("a motion is left open") }
            if device.unansweredDrive != nil, device.state != .fault(.driverFault) {
                broken.append("says \(device.state) by switches that nobody has looked at")
            }
        }
        return broken
    }

    // MARK: The same future

    /// All that decides what can happen from here on, measured from now. Left out is what is only passed on: the names of
    /// requests, motions and drives, who asked (but for whether they stand inside or are auto-relock), the code of a jam, the
    /// alarms, what has been recorded and saved already; when a refused relock may be tried again, because the relock timer may
    /// fire at any moment; and the motor's duty, of which the explored boards have more than any path uses.
    struct Key: Hashable {
        var limits: LimitReading
        var flags: [Bool]
        var latch: Device.Latch?
        var calibration: Calibration?
        var widened: LimitReading
        /// Of what comes next, when the stroke is interrupted.
        var goal: Target?
        var isInterrupted: Bool
        var phase: Stroke.Phase?
        var attempt: Int
        /// What the journal has said of what comes next.
        var isNextJournaled: Bool?
        var waiting: Int
        var evidence: Stroke.Evidence?
        var run: CalibrationRun?
        var contract: MotorContract
    }

    var key: Key {
        let stroke = device.stroke
        let interruption = stroke?.interruption
        var latch = device.latch
        if case .jammed = latch { latch = .jammed(.blocked) }
        // What an attempt has shown is asked only where another one may follow.
        var history = interruption == nil ? stroke : nil
        if case .settling(_, _?, _) = stroke?.phase { history = nil }
        var evidence = history?.evidence
        // These two decide which name a jam gets, and no more.
        evidence?.leftAndDidNotArrive = false
        evidence?.didNotLeave = false
        if device.configuration.retry.retries > 0 { evidence?.capMayBeTooShort = false }
        var run = history?.calibration
        run?.standstill = .notMoving
        var contract = contract.rebased(
            to: now, deadTime: device.configuration.stroke.deadTime, isAtRest: stroke == nil)
        if case .journaling = stroke?.phase {} else { contract.forgetJournal(in: device) }
        let next = interruption?.successor.tickets ?? stroke?.tickets ?? []
        return Key(
            limits: device.limits,
            flags: [
                device.isDoorOpen, device.hasDriverFault, device.battery.allowsLocking, device.isRelockSuspended,
                device.relockDeadline != nil, device.ajarDeadline != nil, device.unansweredDrive != nil,
                next.contains(where: \.origin.isInside),
                // Only a refusal of the stroke itself is told to auto-relock: it asks at rest and supersedes nothing.
                stroke?.tickets.contains { $0.origin == .autoRelock } ?? false,
            ],
            latch: latch, calibration: device.calibration, widened: device.widened,
            goal: interruption?.successor.goal ?? stroke?.goal, isInterrupted: interruption != nil,
            phase: stroke?.phase.rebased(to: now, in: device), attempt: history?.attempt ?? 0,
            isNextJournaled: interruption?.successor.tickets.first?.isJournaled, waiting: waiting.count,
            evidence: evidence, run: run, contract: contract)
    }
}

extension Stroke.Phase {
    /// The same phase with its deadline measured from `now`, its drive without a name, and without what only decides which name
    /// a jam gets.
    fileprivate func rebased(to now: Instant, in device: Device) -> Stroke.Phase {
        let left = Instant.zero + (deadline - now)
        switch self {
        case .journaling: return .journaling(deadline: left)
        case .waking(let move, _): return .waking(move, deadline: left)
        case .driving(let move, _, _): return .driving(move, DriveID(0), deadline: left)
        case .braking(let move, let end, _):
            let (move, end) = Self.essence(of: end, move, in: device)
            return .braking(move, end, deadline: left)
        case .coasting(let move, let end, _):
            let (move, end) = Self.essence(of: end, move, in: device)
            return .coasting(move, end, deadline: left)
        case .pausing: return .pausing(deadline: left)
        case .awaitingHand: return .awaitingHand(deadline: left)
        case .settling(_, .jammed?, _): return .settling(nil, verdict: .jammed(.blocked), deadline: left)
        case .settling(_, .faulty(let code, _)?, _): return .settling(nil, verdict: .faulty(code), deadline: left)
        case .settling(let arrival, let verdict, _): return .settling(arrival, verdict: verdict, deadline: left)
        }
    }

    /// The end of a move reduced to what is decided by it.
    private static func essence(of end: MoveEnd, _ move: Move, in device: Device) -> (Move, MoveEnd) {
        var end = end
        if end.reason != .limit { end.elapsed = .zero }
        // Asked again together with what the switches say now; after an arrival or a fault not at all.
        let isAsked = end.reason != .limit && end.reason != .driverFault
        if !isAsked || end.reason != .notStarted && device.limits == end.limits { end.limits = LimitReading(.between) }
        let isReversed = end.reason == .wrongLimit && !move.isFull && move.purpose != .backOff
        guard device.stroke?.interruption == nil else {
            // An interrupted stroke asks only whether the driver is to blame.
            let reason = isReversed || end.reason == .driverFault ? DriveEnd.Reason.driverFault : .stopped
            return (
                Move(purpose: .advance, direction: .extend, isFull: true),
                MoveEnd(reason: reason, elapsed: .zero, leftStart: true, limits: LimitReading(.between))
            )
        }
        guard device.stroke?.goal != .calibrated else {
            if end.reason == .stall || end.reason == .stopped { end.reason = .cap }
            return (move, end)
        }
        let isWidening =
            end.reason == .cap && end.leftStart && device.cap(move.direction) < device.configuration.stroke.capMaximum
        end.leftStart = true
        switch end.reason {
        case .wrongLimit where isReversed: end.reason = .driverFault
        case .cap where isWidening && move.purpose != .backOff: break
        case .wrongLimit where move.purpose != .backOff: break
        case .wrongLimit, .stopped, .stall, .cap: end.reason = .stall
        case .limit, .driverFault, .notStarted: break
        }
        return (move, end)
    }
}
