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
        /// `locked` and `unlocked` are published only when the switches say so, as the core believes them.
        case stateMatchesSwitches
        /// What the core believes of switches and door is what their lines show, once they have rested and unless edges are lost
        /// or late. A switch that is stuck is no excuse: its line shows what it shows.
        case linesAreHeard
        /// While no switch lies, `locked` and `unlocked` are where the bolt is.
        case stateMatchesBolt
        /// Every command gets exactly one reply, within a bound.
        case oneReply
        /// Every command that is not refused as busy gets exactly one audit entry; one whose motion is durable gets it across any
        /// number of power cuts, and never twice.
        case oneAudit
        /// A reply says what the audit entry right before it says, and that is of the same request.
        case replyIsRecorded
        /// What is answered `done` is so at that instant.
        case doneIsTrue
        /// What is answered `failed` is a fault, and it stands: it is the state that is published, until something else is tried.
        case failureIsLatched
        /// What is answered `refused` has a cause that is there, and is one for this command.
        case refusalIsJustified
        /// No stroke begins in spite of what must keep it from beginning.
        case beginningIsAllowed
        /// What was published last is what the lock says of itself.
        case isPublished
        /// A stroke under way has a deadline, and not one that has passed unheeded.
        case deadline
        /// One input has at most ``effectBound`` effects.
        case effectBound
        /// The first state after a boot is what the switches say, and boot moves nothing by itself.
        case bootIsTrue
        /// A jam does not keep an unlock from being tried.
        case unlockWhileJammed
        /// Whoever presses the inside button gets the bolt drawn, or an entry that says why not; and nobody turns it round again.
        case insideButton
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

    let configuration: DeviceConfiguration
    private(set) var motor: MotorWatch
    private var journal = JournalWatch()
    private(set) var commands = CommandWatch()
    private(set) var world = WorldWatch()
    private var published: Status?
    /// When a line of a limit switch last showed an edge, and the door's.
    private var lastLimitEdge = Instant.zero
    private var lastDoorEdge = Instant.zero
    private var poweredAt = Instant.zero

    package var driveCount: Int { motor.driveCount }
    package var longestDrive: Duration { motor.longest }
    package var auditCount: Int { commands.auditCount }
    package var replies: [RequestID: Reply] { commands.replies }
    /// Commands that have not been answered yet.
    package var openCount: Int { commands.open.count }
    /// Motions that the store has, and no entry of what became of them.
    package var owedMotions: [Motion] { journal.owed.values.sorted { $0.id < $1.id } }
    /// Motions of a store that could not be read at the last boot: only a later one can tell of them.
    package var hiddenMotions: Set<MotionID> { journal.hidden }
    /// How often the claims of the lock were held against the mechanism itself, switches not being in doubt.
    package private(set) var strictLooks = 0

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
        case .record(let event, let motion):
            commands.audited(event)
            // Who joined a stroke shares its fate, whatever has become of the motion of their own.
            if event.outcome == .refused(.journalUnavailable), !journal.hasFailed(motion) {
                requireJournalWait(at: now)
            }
            if let motion { close(motion, event, at: now) }
        case .reply(let id, let reply):
            let known = commands.answered(id, reply)
            require(known, .oneReply, at: now, "request \(id.rawValue) was answered twice, or never asked")
        case .publish(let status): published = status
        default: break
        }
    }

    package mutating func outputChanged(to output: BridgeOutput, levels: BoltLevels, at now: Instant) {
        let findings = motor.changed(to: output, levels: levels, isJournaled: journal.allowsDriving, at: now)
        for finding in findings { require(false, finding.rule, at: now, finding.detail) }
    }

    package mutating func saw(_ edge: ModelEdge) {
        if edge.line == .door { lastDoorEdge = edge.at }
        if edge.line.boltLine?.limit != nil { lastLimitEdge = edge.at }
        guard edge.isActive, let limit = edge.line.boltLine?.limit else { return }
        motor.limitReached(limit, at: edge.at)
    }

    package mutating func storeCompleted(_ operation: StoreOperation, stored: Bool, at now: Instant) {
        if case .begin(let motion) = operation { journal.answered(motion, stored: stored) }
        if stored { committed(operation, at: now) }
    }

    package mutating func lostPower(committing last: StoreOperation?, at now: Instant) {
        if let last {
            if case .begin(let motion) = last { journal.answered(motion, stored: true) }
            committed(last, at: now)
        }
        motor.lostPower()
        journal.lostPower()
        commands.lostPower()
        published = nil
    }

    private mutating func committed(_ operation: StoreOperation, at now: Instant) {
        guard case .record(let event, let motion) = operation else { return }
        let isExpected = commands.committed(event)
        require(isExpected, .oneAudit, at: now, "\(event.origin) has more entries than it has asked for, with \(event)")
        guard let motion else { return }
        let isFirst = journal.committedClosing(motion)
        require(isFirst, .oneAudit, at: now, "motion \(motion.rawValue) has two entries, the second being \(event)")
    }

    /// The core closes a motion: one that is open, and with an entry about the one who asked for it.
    private mutating func close(_ id: MotionID, _ event: AuditEvent, at now: Instant) {
        guard let motion = journal.closed(id) else {
            return require(false, .oneAudit, at: now, "motion \(id.rawValue) is closed and was not open")
        }
        require(
            motion.origin == event.origin && AuditAction(of: motion.target) == event.action, .oneAudit, at: now,
            "\(motion) is closed by \(event)")
    }

    package mutating func decided(_ turn: Turn, lock: borrowing VirtualLock) {
        guard let device = lock.computer?.device else { return }
        world.hear(turn, capMaximum: configuration.stroke.capMaximum)
        if case .boot(let facts) = turn.input {
            poweredAt = turn.at
            journal.booted(facts.interrupted)
        }
        for effect in turn.effects {
            guard case .journal(let motion) = effect else { continue }
            journal.asked(motion, at: turn.at)
            commands.journaled(motion)
        }
        if let motion = device.stroke?.motion, motion != journal.wanted {
            journal.begins(motion)
            if let begun = journal.open[motion] { judgeBeginning(of: begun, turn, device) }
        }
        judgeAnswers(turn, device)
        checkInsideButton(turn, device)
        world.conclude(turn)
        checkClaims(turn, device, lock)
        checkLines(turn, device, lock)
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
        checkUnlockWhileJammed(turn)
        require(published == nil || published == device.status, .isPublished, at: now, "in \(turn.after.name)")
        if !turn.after.isStroke {
            let left = journal.open.keys.min()
            require(left == nil, .oneAudit, at: now, "motion \(left?.rawValue ?? 0) was left open")
        }
        if let late = commands.overdue(at: now) {
            require(false, .oneReply, at: now, "\(late) is not answered")
        }
        if case .boot(let facts) = turn.input {
            let untold = facts.interrupted.first { journal.open[$0.id] != nil }
            require(untold == nil, .oneAudit, at: now, "\(untold as Motion?) was not told of at boot")
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

    private mutating func checkInsideButton(_ turn: Turn, _ device: borrowing Device) {
        guard configuration.equipment.insideButton, case .insideButton(isPressed: true) = turn.input,
            turn.before != .unknown
        else { return }
        let goal = device.stroke.map { $0.interruption?.successor.goal ?? $0.goal }
        let isAnswered = turn.effects.contains {
            guard case .record(let event, _) = $0, event.origin == .insideButton, event.action == .unlock else {
                return false
            }
            return switch event.outcome {
            case .already, .refused: true
            case .done, .failed: false
            }
        }
        require(
            goal == .unlocked || isAnswered, .insideButton, at: turn.at, "pressed in \(turn.before), and \(turn.after)")
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
        let faults = lock.mechanism.faults
        guard lock.truth.hasShownTruth(for: Self.restBound, faults, at: now),
            lock.truth.hasToldEdges(for: Self.restBound, faults, at: now)
        else { return }
        strictLooks += 1
        let parameters = lock.mechanism.parameters
        // A bolt that has just left its switch is still claimed until the switch's edge has been debounced and taken.
        let slack = now - lastLimitEdge < Self.restBound ? 1.2 : 0
        let position = lock.mechanism.position
        let reach = parameters.limitDistance + parameters.limitHysteresis + slack
        let isThere = claim == .retracted ? position <= reach : position >= parameters.travel - reach
        require(isThere, .stateMatchesBolt, at: now, "\(turn.after.name) with the bolt at \(position) mm")
    }

    /// From the last edge of a line until the core has been told, at most: the debounce of the switch, or of the kernel's line, and
    /// the way through a mailbox.
    private static let restBound: Duration = .milliseconds(25)

    private mutating func checkLines(_ turn: Turn, _ device: Device, _ lock: borrowing VirtualLock) {
        let now = turn.at
        guard turn.after != .unknown, let computer = lock.computer, computer.reports.isEmpty else { return }
        let mechanism = lock.mechanism
        if now - lastLimitEdge >= Self.restBound,
            lock.truth.hasToldEdges(for: Self.restBound, mechanism.faults, at: now)
        {
            let lines = mechanism.levels.limits
            require(device.limits == lines, .linesAreHeard, at: now, "\(device.limits), and the lines show \(lines)")
        }
        guard let isOpen = device.status.isDoorOpen, now - lastDoorEdge >= Self.restBound, computer.inbox.isEmpty else {
            return
        }
        require(
            isOpen == mechanism.isDoorOpen, .linesAreHeard, at: now,
            "the door is taken for \(isOpen ? "open" : "closed")")
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
