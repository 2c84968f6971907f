import LockCore

/// What the core has been told of the world and asked for, as far as its answers can be judged by it. Instants are the world's.
struct WorldWatch: Hashable, Sendable {
    private(set) var battery: BatteryReading = .unknown
    private(set) var isDriverFaulty = false
    /// What was given as failed last and nothing has disproved, by what the lock itself has said since.
    private(set) var latched: FaultCode?
    /// When the stroke under way, or the first of several that followed one another, was asked for.
    private(set) var begunAt = Instant.zero
    /// Whether the inside button was pressed since.
    private(set) var isAskedFromInside = false
    /// How often each stroke was asked for since.
    private var asks: [Target: Int] = [:]
    /// Drives that the bolt thread has not ended within its time, and has not told of since.
    private(set) var lostDrives: Set<DriveID> = []
    /// Drives that the bolt thread owes the end of.
    private var drives: Set<DriveID> = []
    /// How much drive time the core may have charged without there having been a drive of it.
    private(set) var overcharged: Duration = .zero

    private var isDoorOpen = false
    private var doorOpenAt: Instant?
    private var limits = LimitReading(extended: false, retracted: false)
    private var conflictAt: Instant?
    private var lastAsk: [Target: Instant] = [:]

    /// Takes in what a turn's input says, before its effects are judged.
    mutating func hear(_ turn: Turn, capMaximum: Duration) {
        if !turn.before.isStroke {
            begunAt = turn.at
            isAskedFromInside = false
            asks = [:]
        }
        switch turn.input {
        case .boot(let facts):
            self = WorldWatch()
            begunAt = turn.at
            hear(door: facts.isDoorOpen, at: turn.at)
            hear(facts.limits, at: turn.at)
            battery = facts.battery
            isDriverFaulty = facts.hasDriverFault
        case .command(.lock, _, _): ask(for: .locked, at: turn.at)
        case .command(.unlock, _, _): ask(for: .unlocked, at: turn.at)
        case .command(.calibrate, _, _): ask(for: .calibrated, at: turn.at)
        case .insideButton(let isPressed) where isPressed:
            isAskedFromInside = true
            ask(for: .unlocked, at: turn.at)
        case .door(let isOpen):
            hear(door: isOpen, at: turn.at)
            // Whatever is being locked is taken back.
            if isOpen { ask(for: .unlocked, at: turn.at) }
        case .limits(let reading): hear(reading, at: turn.at)
        case .driverFault(let isFaulted): isDriverFaulty = isFaulted
        case .battery(let reading): battery = reading
        case .driveEnded(let end):
            drives.remove(end.id)
            lostDrives.remove(end.id)
        case .timer(.stroke, _) where turn.phaseBefore == "driving" && turn.effects.contains(.coast):
            lostDrives.formUnion(drives)
            drives = []
            overcharged += capMaximum
        default: break
        }
        for case .drive(_, _, _, let id) in turn.effects { drives.insert(id) }
    }

    /// Takes in what the turn has come to, after its effects were judged.
    mutating func conclude(_ turn: Turn) {
        for case .record(let event, _) in turn.effects where event.action.isOfStroke {
            switch event.outcome {
            case .failed(let code) where code != .powerLost: latched = code
            case .done, .already: latched = nil
            case .refused, .failed: break
            }
        }
        if !turn.after.isStroke { latched = turn.after.cause }
    }

    private mutating func ask(for target: Target, at now: Instant) {
        asks[target, default: 0] += 1
        lastAsk[target] = now
    }

    private mutating func hear(door isOpen: Bool, at now: Instant) {
        if isOpen || isDoorOpen { doorOpenAt = now }
        isDoorOpen = isOpen
    }

    private mutating func hear(_ reading: LimitReading, at now: Instant) {
        if reading.position == .conflict || limits.position == .conflict { conflictAt = now }
        limits = reading
    }

    /// Whether the door has been open at any moment since.
    func wasDoorOpen(since: Instant) -> Bool { isDoorOpen || doorOpenAt.map { $0 >= since } ?? false }

    /// Whether both switches have been active at any moment since.
    func wasInConflict(since: Instant) -> Bool {
        limits.position == .conflict || conflictAt.map { $0 >= since } ?? false
    }

    func wasAsked(for target: Target, since: Instant) -> Bool { lastAsk[target].map { $0 >= since } ?? false }

    /// Whether so many ask for the same at once that there is no place for another.
    func isFull(_ target: Target) -> Bool { asks[target, default: 0] > Self.places }

    /// How many may wait for the end of one stroke.
    private static let places = 8
}

extension LockState {
    /// Whether a stroke is under way.
    var isStroke: Bool {
        switch self {
        case .locking, .unlocking, .calibrating: true
        case .unknown, .locked, .unlocked, .between, .jammed, .fault: false
        }
    }
}
