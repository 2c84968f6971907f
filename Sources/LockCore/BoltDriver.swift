/// An order to the bolt thread: the effects that touch the motor.
package enum BoltOrder: Hashable, Sendable {
    case wakeDriver
    case sleepDriver
    case drive(Direction, atMost: Duration, blanking: Duration, id: DriveID)
    case brake
    case coast
}

/// What the bolt thread tells the core.
package enum BoltReport: Hashable, Sendable {
    case driveEnded(DriveEnd)
    case limits(LimitReading)
    case driverFault(Bool)
}

/// The bolt thread's mind: ends every drive by itself, whatever the rest of the daemon is doing.
///
/// It decides on raw edges, because waiting for a debounced one would let the bolt run on into its stop; debouncing is for
/// what is reported at rest. The caller owns the lines and the clock. After every call it sets the lines to ``output`` if
/// that changed, takes every ``nextReport()``, and arms its timer for ``deadline``. Nothing here allocates.
package struct BoltDriver: Hashable, Sendable {
    /// What the lines must be now.
    package private(set) var output: BridgeOutput = .safe
    private var levels: BoltLevels
    private var drive: DriveUnderWay?
    /// A drive whose motor has not coasted for long enough.
    private var waiting: WaitingDrive?
    private var extended: SwitchDebouncer
    private var retracted: SwitchDebouncer
    private var reportedFault: Bool

    // One slot for each kind of report: a newer reading replaces an older one that nobody has taken, and a drive cannot
    // end twice before its end is taken, because the core has one drive open at a time.
    private var endReport: DriveEnd?
    private var secondEndReport: DriveEnd?
    private var hasLimitReport = false

    /// When the motor was last let go; nil while it is driven or braked, and before the first drive.
    private var coastingSince: Instant?
    /// The outputs that let it go have not been set yet.
    private var isLettingGo = false
    private var hasDriven = false
    /// The least the motor coasts between two drives. The core waits for as long by its own clock; but an order may be carried out
    /// late, and the one after it at once.
    private let deadTime: Duration

    /// `debounce`: how long a switch must be steady at rest to be believed. `deadTime`: how long the core lets the motor coast.
    package init(debounce: Duration, deadTime: Duration, levels: BoltLevels) {
        self.levels = levels
        self.deadTime = deadTime
        extended = SwitchDebouncer(period: debounce, isActive: levels.limits.extended)
        retracted = SwitchDebouncer(period: debounce, isActive: levels.limits.retracted)
        reportedFault = levels.driverFault
    }

    /// When ``wake(levels:at:)`` must be called at the latest; nil while there is nothing to wait for.
    package var deadline: Instant? {
        earliest(drive?.nextDeadline ?? waiting?.at, earliest(extended.deadline, retracted.deadline))
    }

    /// Whether a drive is under way, or about to be.
    package var isDriving: Bool { drive != nil || waiting != nil }

    /// The lines have been set to ``output``: if that lets the motor go, it coasts from now on. Where this is not called, from the
    /// instant of the order.
    package mutating func applied(at now: Instant) {
        if isLettingGo, coastingSince != nil { coastingSince = now }
        isLettingGo = false
    }

    /// Carries out one order. `levels` is a fresh reading of the lines.
    package mutating func perform(_ order: BoltOrder, levels fresh: BoltLevels, at now: Instant) {
        absorb(fresh, at: now)
        switch order {
        case .wakeDriver: output.isAwake = true
        case .sleepDriver:
            end(.stopped, leaving: .coast, at: now)
            output = .safe
            letGo(at: now)
        case .brake:
            end(.stopped, leaving: .brake, at: now)
            output.bridge = .brake
            coastingSince = nil
        case .coast:
            end(.stopped, leaving: .coast, at: now)
            output.bridge = .coast
            letGo(at: now)
        case .drive(let direction, let cap, let blanking, let id):
            start(direction, cap: cap, blanking: blanking, id: id, at: now)
        }
    }

    private mutating func start(
        _ direction: Direction, cap: Duration, blanking: Duration, id: DriveID, at now: Instant
    ) {
        let wanted = WaitingDrive(id: id, direction: direction, blanking: blanking, cap: cap, at: now)
        // A second drive over the first would reverse without coasting.
        guard !isDriving, output.isAwake, output.bridge == .coast, coastingSince != nil || !hasDriven else {
            end(.stopped, leaving: .coast, at: now)
            return refuse(wanted, .notStarted, at: now)
        }
        energise(wanted, at: now)
    }

    /// Now, or when the motor has coasted for long enough.
    private mutating func energise(_ wanted: WaitingDrive, at now: Instant) {
        waiting = nil
        if hasDriven, let since = coastingSince, now < since + deadTime {
            waiting = wanted
            waiting?.at = since + deadTime
            return
        }
        let direction = wanted.direction
        guard !levels.limits[direction.limit] else { return refuse(wanted, .notStarted, at: now) }
        guard !levels.driverFault else { return refuse(wanted, .driverFault, at: now) }
        drive = DriveUnderWay(
            id: wanted.id, direction: direction, began: now, blanked: now + wanted.blanking, cap: now + wanted.cap,
            leftStart: !levels.limits[direction.limit.opposite])
        output.bridge = direction == .extend ? .extend : .retract
        hasDriven = true
        coastingSince = nil
    }

    /// Ends a drive that was never begun.
    private mutating func refuse(_ wanted: WaitingDrive, _ reason: DriveEnd.Reason, at now: Instant) {
        let leftStart = !levels.limits[wanted.direction.limit.opposite]
        report(wanted.id, reason, began: now, ended: now, leftStart: leftStart)
    }

    private mutating func letGo(at now: Instant) {
        guard coastingSince == nil else { return }
        coastingSince = now
        isLettingGo = true
    }

    /// A raw edge, with the kernel's timestamp.
    package mutating func edge(_ line: BoltLine, isActive: Bool, at timestamp: Instant) {
        levels[line] = isActive
        track(line, at: timestamp)
        // An edge from before the drive was still in the kernel's queue: the levels that the drive began with are newer.
        if let drive, timestamp < drive.began { return }
        judge(at: timestamp)
    }

    /// The deadline has passed, or edges were lost; `levels` is a fresh reading.
    package mutating func wake(levels fresh: BoltLevels, at now: Instant) {
        absorb(fresh, at: now)
        extended.settle(at: now)
        retracted.settle(at: now)
        noteSettled()
        if let waiting, now >= waiting.at { energise(waiting, at: now) }
        judge(at: now)
    }

    /// The oldest report that has not been taken.
    package mutating func nextReport() -> BoltReport? {
        if let end = endReport {
            endReport = secondEndReport
            secondEndReport = nil
            return .driveEnded(end)
        }
        if hasLimitReport {
            hasLimitReport = false
            return .limits(LimitReading(extended: extended.believed, retracted: retracted.believed))
        }
        if levels.driverFault != reportedFault {
            reportedFault = levels.driverFault
            return .driverFault(reportedFault)
        }
        return nil
    }

    // MARK: Deciding

    private mutating func absorb(_ fresh: BoltLevels, at now: Instant) {
        // One by one: a loop over all cases would make an array of them, in the middle of a stroke.
        absorb(.extendedLimit, fresh, at: now)
        absorb(.retractedLimit, fresh, at: now)
        absorb(.driverFault, fresh, at: now)
        absorb(.stall, fresh, at: now)
        judge(at: now)
    }

    private mutating func absorb(_ line: BoltLine, _ fresh: BoltLevels, at now: Instant) {
        let isActive = fresh[line]
        guard levels[line] != isActive else { return }
        levels[line] = isActive
        track(line, at: now)
    }

    private mutating func track(_ line: BoltLine, at now: Instant) {
        switch line {
        case .extendedLimit: extended.edge(isActive: levels.limits.extended, at: now)
        case .retractedLimit: retracted.edge(isActive: levels.limits.retracted, at: now)
        case .driverFault, .stall: break
        }
        noteSettled()
    }

    private mutating func noteSettled() {
        // Both are asked, not either: `||` alone would leave the second one's news untaken.
        let first = extended.takeNews()
        let second = retracted.takeNews()
        if first || second { hasLimitReport = true }
    }

    private mutating func judge(at now: Instant) {
        guard var current = drive else { return }
        let behind = levels.limits[current.direction.limit.opposite]
        if !behind { current.leftStart = true }
        if now >= current.blanked { current.isBlanked = false }
        current.watchBehind(isActive: behind, sustain: extended.period, at: now)
        drive = current

        if levels.limits[current.direction.limit] {
            end(.limit, leaving: .brake, at: now)
        } else if now >= current.blanked, levels.driverFault {
            end(.driverFault, leaving: .coast, at: now)
        } else if now >= current.cap {
            end(.cap, leaving: .brake, at: now)
        } else if now >= current.blanked, levels.stall {
            end(.stall, leaving: .brake, at: now)
        } else if let wrong = current.wrongSince, now >= wrong {
            end(.wrongLimit, leaving: .brake, at: now)
        }
    }

    private mutating func end(_ reason: DriveEnd.Reason, leaving bridge: Bridge, at now: Instant) {
        if let refused = waiting {
            waiting = nil
            refuse(refused, reason, at: now)
        }
        guard let ending = drive else { return }
        drive = nil
        output.bridge = bridge
        coastingSince = nil
        if bridge == .coast { letGo(at: now) }
        report(ending.id, reason, began: ending.began, ended: now, leftStart: ending.leftStart)
    }

    private mutating func report(
        _ id: DriveID, _ reason: DriveEnd.Reason, began: Instant, ended: Instant, leftStart: Bool
    ) {
        let end = DriveEnd(
            id: id, reason: reason, began: began, ended: ended, limits: levels.limits, leftStart: leftStart)
        if endReport == nil { endReport = end } else { secondEndReport = end }
    }
}

/// A drive that was ordered and is not energised yet.
private struct WaitingDrive: Hashable, Sendable {
    let id: DriveID
    let direction: Direction
    let blanking: Duration
    let cap: Duration
    /// When it begins.
    var at: Instant
}

/// One drive, from energising to its end.
private struct DriveUnderWay: Hashable, Sendable {
    let id: DriveID
    let direction: Direction
    let began: Instant
    /// From here on the stall sensor and nFAULT are believed.
    let blanked: Instant
    let cap: Instant
    var leftStart: Bool
    /// Whether the end of the blanking time still has to be looked at: a stall or fault that began during it makes no edge.
    var isBlanked = true
    /// When the limit switch behind will have been active long enough to prove that the bolt came back.
    var wrongSince: Instant?

    /// The starting switch bounces while it releases, so coming back counts only after the blanking time and when it lasts.
    mutating func watchBehind(isActive: Bool, sustain: Duration, at now: Instant) {
        guard isActive, leftStart else {
            wrongSince = nil
            return
        }
        if wrongSince == nil { wrongSince = max(now, blanked) + sustain }
    }

    var nextDeadline: Instant {
        var next = cap
        if isBlanked { next = min(next, blanked) }
        if let wrongSince { next = min(next, wrongSince) }
        return next
    }
}

private func earliest(_ left: Instant?, _ right: Instant?) -> Instant? {
    guard let left else { return right }
    guard let right else { return left }
    return min(left, right)
}
