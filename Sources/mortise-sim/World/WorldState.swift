import LockCore
import LockDaemon
import LockSimulation

/// The mechanism in real time, and what has become of its edges. A value: the world's thread and the lock's threads take turns at
/// it under one lock.
struct WorldState: Sendable {
    private(set) var model: PhysicalModel
    /// The kernel's debouncers of the lines that the loop watches.
    private var door: SwitchDebouncer
    private var tamper: SwitchDebouncer
    private var button: SwitchDebouncer
    /// Without power the outputs are what the pull-downs make of them, whatever the lock wants.
    private(set) var isPowered = true
    private var reading: BatteryReading

    /// What has to be told, in order. Bounded by the edges of one advance, which the model bounds.
    enum News: Sendable {
        case bolt(BoltEvent)
        case loop(LoopLineEvent)
        case gauge
        case brownOut
    }

    /// As the kernel would debounce them.
    private static let lineDebounce: Duration = .milliseconds(10)

    init(seed: UInt64, position: Double, at now: Instant) {
        model = PhysicalModel(seed: seed, at: now, position: position)
        door = SwitchDebouncer(period: Self.lineDebounce, isActive: model.isDoorOpen)
        tamper = SwitchDebouncer(period: Self.lineDebounce, isActive: model.isTampered)
        button = SwitchDebouncer(period: Self.lineDebounce, isActive: model.isButtonPressed)
        reading = model.battery
    }

    /// What the loop's lines are believed to be.
    var loopLevels: LoopLevels {
        LoopLevels(isDoorOpen: door.believed, isTampered: tamper.believed, isButtonPressed: button.believed)
    }

    /// When something happens by itself; nil: nothing ever will, until somebody acts.
    var nextActivity: Instant? {
        [model.nextActivity, door.deadline, tamper.deadline, button.deadline].compactMap { $0 }.min()
    }

    /// Lets everything happen that has happened until now.
    mutating func advance(to now: Instant, tell: (News) -> Void) {
        while let edge = model.run(until: now) { take(edge, tell) }
        door.settle(at: now)
        tamper.settle(at: now)
        button.settle(at: now)
        if door.takeNews() { tell(.loop(.changed(.door, isActive: door.believed))) }
        if tamper.takeNews() { tell(.loop(.changed(.tamper, isActive: tamper.believed))) }
        if button.takeNews() { tell(.loop(.changed(.insideButton, isActive: button.believed))) }
    }

    private mutating func take(_ edge: ModelEdge, _ tell: (News) -> Void) {
        switch edge.line {
        case .door: door.edge(isActive: edge.isActive, at: edge.at)
        case .tamper: tamper.edge(isActive: edge.isActive, at: edge.at)
        case .insideButton: button.edge(isActive: edge.isActive, at: edge.at)
        case .brownOut: if edge.isActive { tell(.brownOut) }
        case .extendedLimit, .retractedLimit, .driverFault, .stall:
            guard let line = edge.line.boltLine else { return }
            tell(.bolt(.edge(line, isActive: edge.isActive, at: edge.at)))
        }
    }

    mutating func set(_ output: BridgeOutput) {
        if isPowered { model.set(output) }
    }

    mutating func cutPower() {
        isPowered = false
        model.set(.safe)
    }

    mutating func restorePower() {
        isPowered = true
        model.restorePower()
    }

    /// Somebody acts on the mechanism.
    mutating func act(_ action: WorldAction, tell: (News) -> Void) -> Bool {
        var isDone = true
        switch action {
        case .hand(let hand): isDone = model.perform(hand)
        case .fault(let fault): model.inject(fault)
        case .endFault(let fault): model.remove(fault)
        case .endAllFaults: model.removeAllFaults()
        }
        if model.battery != reading {
            reading = model.battery
            tell(.gauge)
        }
        return isDone
    }
}

/// What people and misfortune do to the mechanism.
enum WorldAction: Hashable, Sendable {
    case hand(Hand)
    case fault(Fault)
    case endFault(Fault)
    case endAllFaults
}
