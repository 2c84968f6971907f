/// The lock: the one composition of bolt, door, battery, settings and alarms.
///
/// `handle` takes what has happened and when, and gives back what must be done, in order. It reads no clock, draws no random
/// number, does no I/O and never throws, so a log of (instant, input) replays a field problem exactly.
///
/// What it promises, whatever the inputs:
/// - the motor is energised only through ``Effect/drive(_:atMost:blanking:id:)``, for at most the board's `capMaximum`, never
///   toward a limit switch that is active, never in the other direction without coasting for the dead time first, and never
///   before the motion is journaled or `journalUnavailable` has been noted;
/// - `locked` and `unlocked` are published only while the switches say so and nothing has contradicted them;
/// - every command gets one ``Reply``; every command that is not refused as `busy` gets one audit entry;
/// - every wait has a deadline.
package struct Device: Hashable, Sendable {
    package let configuration: DeviceConfiguration

    // Internal setters: the rest of the machine lives in this module's other files.
    package internal(set) var isBooted = false
    package internal(set) var stroke: Stroke?
    package internal(set) var latch: Latch?
    package internal(set) var limits = LimitReading(extended: false, retracted: false)
    package internal(set) var settings = Settings()
    package internal(set) var calibration: Calibration?
    /// The calibration as the store has it; it is saved again when the learned one has drifted from it.
    var storedCalibration: Calibration?
    package internal(set) var isJournalAvailable = true
    var isDoorOpen = false
    var isTampered = false
    var hasDriverFault = false
    /// The driver's fault at rest has been recorded since the last stroke that ended well.
    var isDriverFaultRecorded = false
    package internal(set) var battery: BatteryMonitor
    var duty: DutyBudget
    var alarms = AlarmSet()
    /// Alarms whose cause has ended, or not yet, but that stay until somebody has acknowledged them.
    var unacknowledged = AlarmSet()
    var relockDeadline: Instant?
    /// A relock was refused; it is not tried again until the bolt, the door or the settings change.
    var isRelockSuspended = false
    /// A relock was refused for a reason that passes by itself; not before this instant is it tried again.
    var relockNotBefore = Instant.zero
    /// How long it waits after the next such refusal.
    var relockPatience = Device.relockRetry
    var ajarDeadline: Instant?
    /// How much may still be written down of what the switches do by themselves.
    var movementEntries = EntryBudget()
    /// The same of a gauge that comes and goes; and what was last written down of it.
    var gaugeEntries = EntryBudget()
    var isGaugeLossWritten = false
    var clock: CivilReading?
    var nextMotion = MotionID(1)
    var nextDrive = DriveID(1)
    /// Directions in which a stroke has taken longer than its cap: until one has arrived, the board's own cap holds. A
    /// calibration may have been helped by a hand, and must not jam the lock for good.
    var widened = LimitReading(extended: false, retracted: false)
    /// A drive that was given up for lost. Until the bolt thread answers it, what it last said of the switches is stale.
    var unansweredDrive: DriveID?
    private var published: Status?

    /// What keeps the state from being what the switches say.
    package enum Latch: Hashable, Sendable {
        case jammed(FaultCode)
        case faulty(FaultCode)
    }

    package init(configuration: DeviceConfiguration) {
        self.configuration = configuration
        battery = BatteryMonitor(thresholds: configuration.battery)
        duty = DutyBudget(limit: configuration.duty, at: .zero)
    }

    /// How long the motor waits for the journal before it is decided without it.
    package static let journalWait: Duration = .milliseconds(150)
    /// How long after the cap the bolt thread may take to answer before it is given up.
    package static let driveAnswerMargin: Duration = .milliseconds(250)
    /// How long auto-relock waits after a refusal that passes by itself, the first time and at most. Each one is an audit entry,
    /// and a disk that has failed for good must not fill the memory that keeps entries with these.
    package static let relockRetry: Duration = .seconds(60)
    package static let relockRetryMaximum: Duration = .seconds(960)
    /// How long calibration waits for a hand at the thumbturn.
    package static let handWait: Duration = .seconds(30)

    // MARK: The entry point

    /// Takes one input and returns its effects, in the order in which they must be performed.
    package mutating func handle(_ input: Input, at now: Instant) -> [Effect] {
        var effects: [Effect] = []
        guard isBooted else {
            handleBeforeBoot(input, at: now, &effects)
            return effects
        }
        switch input {
        case .boot: break  // Only the first one counts; a second would forget what is under way.
        case .command(let command, let origin, let id):
            handleCommand(command, from: origin, id: id, at: now, &effects)
        case .limits(let reading): limitsChanged(to: reading, at: now, &effects)
        case .driveEnded(let end): driveEnded(end, at: now, &effects)
        case .driverFault(let isFaulted): driverFaultChanged(to: isFaulted, at: now, &effects)
        case .door(let isOpen): doorChanged(isOpen: isOpen, at: now, &effects)
        case .tamper(let isActive): tamperChanged(isActive: isActive, at: now, &effects)
        case .insideButton(let isPressed): insideButtonChanged(isPressed: isPressed, at: now, &effects)
        case .battery(let reading): batteryRead(reading, at: now, &effects)
        case .timer(let id, let deadline): timerFired(id, deadline: deadline, at: now, &effects)
        case .journaled(let motion, let stored): journaled(motion, stored: stored, at: now, &effects)
        case .civilTime(let reading): clock = reading
        }
        finishTurn(at: now, &effects)
        return effects
    }

    private mutating func handleBeforeBoot(_ input: Input, at now: Instant, _ effects: inout [Effect]) {
        switch input {
        case .boot(let facts):
            boot(facts, at: now, &effects)
            finishTurn(at: now, &effects)
        case .command(_, _, let id): effects.append(.reply(id, .refused(.busy)))
        case .civilTime(let reading): clock = reading
        case .limits, .driveEnded, .driverFault, .door, .tamper, .insideButton, .battery, .timer, .journaled:
            // The boot facts are read after these could have happened, and say the same.
            break
        }
    }

    /// What every turn ends with: the deadlines that follow from the state, and the news.
    private mutating func finishTurn(at now: Instant, _ effects: inout [Effect]) {
        updateRelock(at: now, &effects)
        let status = self.status
        guard status != published else { return }
        published = status
        effects.append(.publish(status))
    }

    // MARK: What the lock says of itself

    package var state: LockState {
        guard isBooted else { return .unknown }
        if let stroke {
            switch stroke.goal {
            case .locked: return .locking
            case .unlocked: return .unlocking
            case .calibrated: return .calibrating
            }
        }
        switch latch {
        case .jammed(let code): return .jammed(code)
        case .faulty(let code): return .fault(code)
        case nil: break
        }
        switch limits.position {
        case .extended: return .locked
        case .retracted: return .unlocked
        case .between: return .between
        case .conflict: return .fault(.sensorConflict)
        }
    }

    package var status: Status {
        Status(
            state: state, position: limits.position,
            isDoorOpen: configuration.equipment.doorSensor ? isDoorOpen : nil, battery: battery.reading,
            alarms: alarms, settings: settings, calibration: calibration, relockDeadline: relockDeadline,
            isJournalAvailable: isJournalAvailable)
    }

    /// Whether somebody waits for a stroke, or for the one behind it.
    package func isAskedBy(_ origin: Origin) -> Bool {
        guard let stroke else { return false }
        return stroke.tickets.contains { $0.origin == origin }
            || stroke.interruption?.successor.tickets.contains { $0.origin == origin } ?? false
    }

    // MARK: Shared by the machine's parts

    func auditEvent(_ action: AuditAction, _ origin: Origin, _ outcome: AuditOutcome, at now: Instant) -> AuditEvent {
        AuditEvent(
            action: action, origin: origin, outcome: outcome, at: now, unixSeconds: clock?.unixSeconds(at: now),
            isTimeTrusted: clock?.isTrusted ?? false)
    }

    func audit(
        _ action: AuditAction, _ origin: Origin, _ outcome: AuditOutcome, closing motion: MotionID? = nil,
        at now: Instant, _ effects: inout [Effect]
    ) {
        effects.append(.record(auditEvent(action, origin, outcome, at: now), closing: motion))
    }

    func position(of goal: Target) -> BoltPosition { goal == .locked ? .extended : .retracted }

    private mutating func timerFired(
        _ id: TimerID, deadline: Instant, at now: Instant, _ effects: inout [Effect]
    ) {
        // A timer that was replaced or cancelled while it was firing still arrives: its deadline is then nobody's.
        switch id {
        case .stroke:
            guard let stroke, stroke.phase.deadline == deadline else { return }
            strokeTimerFired(at: now, &effects)
        case .autoRelock:
            guard relockDeadline == deadline else { return }
            relockDue(at: now, &effects)
        case .doorAjar:
            guard ajarDeadline == deadline else { return }
            ajarDeadline = nil
            raise(.doorAjar, at: now, &effects)
        }
    }
}
