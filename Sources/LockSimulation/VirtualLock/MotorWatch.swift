import LockCore

/// What the ``SafetyMonitor`` holds against the motor's lines.
struct MotorWatch: Hashable, Sendable {
    struct Finding: Hashable, Sendable {
        var rule: SafetyMonitor.Rule
        var detail: String
    }

    private let configuration: DeviceConfiguration
    private(set) var output = BridgeOutput.safe
    private var drivenSince: Instant?
    private var drivenDirection: Direction?
    private var coastingSince: Instant?
    private var hasDriven = false
    /// The drive effect that has not been carried out yet.
    private var order: Order?
    /// What the drive under way is allowed.
    private var allowed: Duration = .zero
    private var budget: Int64
    private var budgetAsOf = Instant.zero
    private(set) var driveCount = 0
    private(set) var longest: Duration = .zero

    private struct Order: Hashable, Sendable {
        var direction: Direction
        var cap: Duration
    }

    init(configuration: DeviceConfiguration) {
        self.configuration = configuration
        budget = configuration.duty.burst.wholeNanoseconds
    }

    mutating func ordered(_ direction: Direction, cap: Duration) { order = Order(direction: direction, cap: cap) }

    /// The limit switch ahead has shown an edge: from now on the motor is not allowed a nanosecond more.
    mutating func limitReached(_ limit: LimitSwitch, at now: Instant) {
        guard let since = drivenSince, drivenDirection?.limit == limit else { return }
        allowed = min(allowed, now - since)
    }

    mutating func lostPower() {
        order = nil
        // The core's budget starts anew with the boot; the pause that a power cut is does not refill this one.
        budget = configuration.duty.burst.wholeNanoseconds
    }

    mutating func changed(
        to new: BridgeOutput, levels: BoltLevels, isJournaled: Bool, at now: Instant
    ) -> [Finding] {
        var findings: [Finding] = []
        let was = output.isAwake ? output.bridge.direction : nil
        let isNow = new.isAwake ? new.bridge.direction : nil
        output = new
        if was != isNow {
            if was != nil { findings += ended(at: now) }
            if let isNow { findings += began(isNow, levels: levels, isJournaled: isJournaled, at: now) }
        }
        let isCoasting = !new.isAwake || new.bridge == .coast
        if !isCoasting { coastingSince = nil } else if coastingSince == nil { coastingSince = now }
        return findings
    }

    private mutating func began(
        _ direction: Direction, levels: BoltLevels, isJournaled: Bool, at now: Instant
    ) -> [Finding] {
        var findings: [Finding] = []
        driveCount += 1
        drivenSince = now
        drivenDirection = direction
        if levels.limits[direction.limit] {
            findings.append(Finding(rule: .activeLimit, detail: "\(direction) into its active limit"))
        }
        let coasted = coastingSince.map { now - $0 } ?? .zero
        if hasDriven, coasted < configuration.stroke.deadTime {
            findings.append(
                Finding(rule: .deadTime, detail: "coasted \(coasted.wholeNanoseconds) ns before \(direction)"))
        }
        hasDriven = true
        if order?.direction != direction {
            findings.append(Finding(rule: .unordered, detail: "\(direction) without such an effect"))
        }
        allowed = min(order?.cap ?? .zero, configuration.stroke.capMaximum)
        order = nil
        if !isJournaled { findings.append(Finding(rule: .journal, detail: "\(direction) before the journal has it")) }
        let rested = max(0, (now - budgetAsOf).wholeNanoseconds)
        budget = min(
            configuration.duty.burst.wholeNanoseconds, budget + rested / Int64(configuration.duty.restPerDrive))
        return findings
    }

    private mutating func ended(at now: Instant) -> [Finding] {
        guard let since = drivenSince else { return [] }
        var findings: [Finding] = []
        let elapsed = now - since
        longest = max(longest, elapsed)
        if elapsed > allowed {
            findings.append(
                Finding(
                    rule: .cap,
                    detail: "driven for \(elapsed.wholeNanoseconds) ns, allowed \(allowed.wholeNanoseconds) ns"))
        }
        drivenSince = nil
        drivenDirection = nil
        budget -= elapsed.wholeNanoseconds
        budgetAsOf = now
        if budget < 0 { findings.append(Finding(rule: .duty, detail: "\(-budget) ns over budget")) }
        return findings
    }
}

/// What the ``SafetyMonitor`` knows of the motion journal.
struct JournalWatch: Hashable, Sendable {
    private var wanted: MotionID?
    private var durable: MotionID?
    private var askedAt = Instant.zero
    private var hasFailed = false
    var isUnavailable = false

    mutating func asked(_ motion: MotionID, at now: Instant) {
        wanted = motion
        askedAt = now
        hasFailed = false
        isUnavailable = false
    }

    mutating func answered(_ motion: MotionID, stored: Bool) {
        if stored { durable = motion }
        if motion == wanted, !stored { hasFailed = true }
    }

    /// How long the journal has had for its answer; nil when it has answered that it cannot.
    func waited(until now: Instant) -> Duration? { hasFailed ? nil : now - askedAt }

    /// Whether a motor may be energised for the motion asked for last.
    var allowsDriving: Bool { wanted != nil && (durable == wanted || isUnavailable) }
}

/// What the ``SafetyMonitor`` knows of commands and their answers.
struct CommandWatch: Hashable, Sendable {
    struct Open: Hashable, Sendable {
        var command: Command
        var origin: Origin
        var at: Instant
    }

    private(set) var open: [RequestID: Open] = [:]
    private(set) var replies: [RequestID: Reply] = [:]
    private(set) var auditCount = 0
    /// Audit entries of origins that have asked for something: entries written less entries owed.
    private var balance: [Origin: Int] = [:]
    private var waiting: [Origin: Int] = [:]

    mutating func asked(_ command: Command, _ origin: Origin, _ id: RequestID, at now: Instant) -> Bool {
        guard open[id] == nil else { return false }
        open[id] = Open(command: command, origin: origin, at: now)
        balance[origin, default: 0] -= 1
        waiting[origin, default: 0] += 1
        return true
    }

    mutating func answered(_ id: RequestID, _ reply: Reply) -> Bool {
        guard let request = open.removeValue(forKey: id) else { return false }
        replies[id] = reply
        waiting[request.origin, default: 0] -= 1
        if reply == .refused(.busy) { balance[request.origin, default: 0] += 1 }
        return true
    }

    mutating func audited(_ event: AuditEvent) {
        auditCount += 1
        if balance[event.origin] != nil { balance[event.origin, default: 0] += 1 }
    }

    /// Origins all of whose requests are answered, and whose audit entries do not match them.
    func settledUnevenly() -> [(key: String, value: Int)] {
        balance.filter { $0.value != 0 && waiting[$0.key] == 0 }.map { ("\($0.key)", $0.value) }.sorted {
            $0.key < $1.key
        }
    }

    func overdue(at now: Instant, bound: Duration) -> String? {
        open.filter { now - $0.value.at > bound }.map { "\($0.value.command) \($0.key.rawValue)" }.min()
    }

    /// What was open has lost its answer with the power, and whoever asked knows that.
    mutating func lostPower() {
        open = [:]
        balance = [:]
        waiting = [:]
    }
}
