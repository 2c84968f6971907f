package import LockCore

/// The safety specification as code: watches a ``VirtualLock`` and writes down everything that must never happen.
///
/// It shares no logic with the core. What it knows it has seen from outside: the motor's lines, the switches' lines, the
/// effects, the store. ``Rule`` is what it holds the lock to.
package struct SafetyMonitor: Sendable {
    /// What must hold, whatever happens.
    package enum Rule: String, Hashable, Sendable, CaseIterable {
        /// The motor is energised no longer than its drive effect allowed, nor than the board's maximum.
        case cap
        /// The motor is not energised toward a limit switch whose line is active, and is let go at the first edge of it.
        case activeLimit
        /// Between two drives the motor coasts for the whole dead time.
        case deadTime
        /// The motor is energised only by a drive effect, once, in its direction, with the driver awake.
        case unordered
        /// Before the motor is energised its motion is durable, or `journalUnavailable` has been noted.
        case journal
        /// The journal is given its whole time before it is called unavailable.
        case journalWait
        /// The motor stays within its duty budget.
        case duty
        /// Without a stroke under way the driver sleeps.
        case leftAwake
        /// `locked` and `unlocked` are published only when the switches say so.
        case stateMatchesSwitches
        /// While no switch lies, `locked` and `unlocked` are where the bolt is.
        case stateMatchesBolt
        /// Every command gets exactly one reply, within ``answerBound``.
        case oneReply
        /// Every command that is not refused as busy gets exactly one audit entry.
        case oneAudit
        /// A stroke under way has a deadline, and not one that has passed unheeded.
        case deadline
        /// One input has at most ``effectBound`` effects.
        case effectBound
        /// The first state after a boot is what the switches say, and boot moves nothing by itself.
        case bootIsTrue
        /// A jam does not keep an unlock from being tried.
        case unlockWhileJammed
        /// Once nothing is wrong any more, the lock works.
        case liveness
    }

    package struct Violation: Hashable, Sendable, CustomStringConvertible {
        package var rule: Rule
        package var at: Instant
        package var detail: String
        package var description: String { "\(rule.rawValue) at \(at.nanoseconds) ns: \(detail)" }
    }

    /// Violations, the first ones only: what follows the first is usually its consequence.
    package private(set) var violations: [Violation] = []
    private static let violationCapacity = 16
    /// The most effects one input may have: every ticket answered and audited, twice over when one stroke replaces another.
    package static let effectBound = 64
    /// Calibration, with its wait for a hand and its strokes, is the longest.
    package static let answerBound: Duration = .seconds(75)

    let configuration: DeviceConfiguration
    private var motor: MotorWatch
    private var journal = JournalWatch()
    private var commands = CommandWatch()
    /// Set by the test while a switch has lied since the bolt's position was last beyond doubt.
    package var mayDoubtSwitches = false

    package var driveCount: Int { motor.driveCount }
    package var longestDrive: Duration { motor.longest }
    package var auditCount: Int { commands.auditCount }
    package var replies: [RequestID: Reply] { commands.replies }
    /// Commands that have not been answered yet.
    package var openCount: Int { commands.open.count }

    /// How late a timer may fire.
    private let timerLatency: Duration

    /// `timerLatency`: how late the lock's timers may fire, from ``VirtualLock/Latency``.
    package init(configuration: DeviceConfiguration, timerLatency: Duration = VirtualLock.Latency().timer) {
        self.configuration = configuration
        self.timerLatency = timerLatency
        motor = MotorWatch(configuration: configuration)
    }

    mutating func require(_ condition: Bool, _ rule: Rule, at now: Instant, _ detail: @autoclosure () -> String) {
        guard !condition, violations.count < Self.violationCapacity else { return }
        violations.append(Violation(rule: rule, at: now, detail: detail()))
    }

}

extension SafetyMonitor: VirtualLockObserver {
    package mutating func willPerform(_ effect: Effect, at now: Instant) {
        switch effect {
        case .drive(let direction, let cap, _, _): motor.ordered(direction, cap: cap)
        case .journal(let motion): journal.asked(motion.id, at: now)
        case .record(let event, _):
            commands.audited(event)
            if event.outcome == .refused(.journalUnavailable) { requireJournalWait(at: now) }
        case .reply(let id, let reply):
            let known = commands.answered(id, reply)
            require(known, .oneReply, at: now, "request \(id.rawValue) was answered twice, or never asked")
        default: break
        }
    }

    package mutating func outputChanged(to output: BridgeOutput, levels: BoltLevels, at now: Instant) {
        let findings = motor.changed(to: output, levels: levels, isJournaled: journal.allowsDriving, at: now)
        for finding in findings { require(false, finding.rule, at: now, finding.detail) }
    }

    package mutating func saw(_ edge: ModelEdge) {
        guard edge.isActive, let limit = edge.line.boltLine?.limit else { return }
        motor.limitReached(limit, at: edge.at)
    }

    package mutating func storeCompleted(_ operation: StoreOperation, stored: Bool, at now: Instant) {
        if case .begin(let motion) = operation { journal.answered(motion.id, stored: stored) }
    }

    package mutating func lostPower(committing last: StoreOperation?, at now: Instant) {
        motor.lostPower()
        journal = JournalWatch()
        commands.lostPower()
    }

    package mutating func turned(_ turn: Turn, lock: borrowing VirtualLock) {
        let now = turn.at
        guard let device = lock.computer?.device else { return }
        let isUnavailable = device.stroke?.warning == .journalUnavailable
        if isUnavailable, !journal.isUnavailable { requireJournalWait(at: now) }
        journal.isUnavailable = isUnavailable
        require(turn.effects.count <= Self.effectBound, .effectBound, at: now, "\(turn.effects.count) effects")
        if let stroke = device.stroke {
            let overdue = turn.bootTime - stroke.phase.deadline
            require(overdue <= timerLatency + .milliseconds(5), .deadline, at: now, "\(stroke.phase.name) is overdue")
        } else {
            let output = motor.output
            require(output == .safe, .leftAwake, at: now, "in \(turn.after.name): \(output)")
        }
        checkClaims(turn, device, lock)
        checkUnlockWhileJammed(turn)
        if let late = commands.overdue(at: now, bound: Self.answerBound) {
            require(false, .oneReply, at: now, "\(late) is not answered")
        }
        if case .boot = turn.input {
            let isMoving = turn.effects.contains { if case .drive = $0 { true } else { false } }
            require(!isMoving && motor.output == .safe, .bootIsTrue, at: now, "boot moved an output")
        }
        for origin in commands.settledUnevenly() {
            require(false, .oneAudit, at: now, "\(origin.key) has \(origin.value) audit entries")
        }
    }

    /// A command is on its way to the core. Tells the monitor before the lock can answer it.
    package mutating func asked(_ command: Command, from origin: Origin, id: RequestID, at now: Instant) {
        let isNew = commands.asked(command, origin, id, at: now)
        require(isNew, .oneReply, at: now, "request \(id.rawValue) is open already")
    }

    private mutating func requireJournalWait(at now: Instant) {
        let waited = journal.waited(until: now)
        require(
            waited == nil || waited ?? .zero >= Device.journalWait, .journalWait, at: now,
            "given up after \(waited?.wholeMilliseconds ?? 0) ms")
    }

    private mutating func checkUnlockWhileJammed(_ turn: Turn) {
        guard case .jammed(let cause) = turn.before, case .command(.unlock, _, let id) = turn.input else { return }
        let isRefusedForIt = turn.effects.contains(.reply(id, .refused(cause)))
        require(!isRefusedForIt, .unlockWhileJammed, at: turn.at, "refused as \(cause)")
    }

    private mutating func checkClaims(_ turn: Turn, _ device: Device, _ lock: borrowing VirtualLock) {
        let claim: LimitSwitch
        switch turn.after {
        case .locked: claim = .extended
        case .unlocked: claim = .retracted
        default: return
        }
        let now = turn.at
        require(
            device.limits[claim] && !device.limits[claim.opposite], .stateMatchesSwitches, at: now,
            "\(turn.after.name) with \(device.limits)")
        guard !mayDoubtSwitches else { return }
        let parameters = lock.mechanism.parameters
        // A bolt that has just left its switch is still claimed until the switch's edge has been debounced and taken.
        let slack = 1.5
        let position = lock.mechanism.position
        let isThere =
            claim == .retracted
            ? position <= parameters.limitDistance + parameters.limitHysteresis + slack
            : position >= parameters.travel - parameters.limitDistance - parameters.limitHysteresis - slack
        require(isThere, .stateMatchesBolt, at: now, "\(turn.after.name) with the bolt at \(position) mm")
    }
}

extension BoltLine {
    var limit: LimitSwitch? {
        switch self {
        case .extendedLimit: .extended
        case .retractedLimit: .retracted
        case .driverFault, .stall: nil
        }
    }
}
