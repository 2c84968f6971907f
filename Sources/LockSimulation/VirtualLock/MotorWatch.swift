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
    /// The last drives. A calibration has four at most, besides one for each time that a hand turns the bolt back.
    private var recent: [Recent] = []
    private static let recentCapacity = 16

    private struct Recent: Hashable, Sendable {
        var direction: Direction
        var elapsed: Duration
    }

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

    /// Whether one of the last drives in this direction was exactly so long.
    func hasDriven(_ direction: Direction, for elapsed: Duration) -> Bool {
        recent.contains(Recent(direction: direction, elapsed: elapsed))
    }

    /// Drive time that is left by the motor's own account, at most; while it runs, what it has used is taken off.
    func available(at now: Instant) -> Duration {
        if let since = drivenSince {
            let used = now - since
            return .nanoseconds(budget - used.wholeNanoseconds)
        }
        let rested = max(0, (now - budgetAsOf).wholeNanoseconds)
        return .nanoseconds(
            min(configuration.duty.burst.wholeNanoseconds, budget + rested / Int64(configuration.duty.restPerDrive)))
    }

    private mutating func began(
        _ direction: Direction, levels: BoltLevels, isJournaled: Bool, at now: Instant
    ) -> [Finding] {
        var findings: [Finding] = []
        driveCount += 1
        budget = available(at: now).wholeNanoseconds
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
        return findings
    }

    private mutating func ended(at now: Instant) -> [Finding] {
        guard let since = drivenSince else { return [] }
        var findings: [Finding] = []
        let elapsed = now - since
        longest = max(longest, elapsed)
        if recent.count == Self.recentCapacity { recent.removeFirst() }
        if let drivenDirection { recent.append(Recent(direction: drivenDirection, elapsed: elapsed)) }
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
