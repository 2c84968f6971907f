package import LockCore

/// One life of one lock: a random board, random people, random faults, then calm, and a door that must open again.
///
/// One seed decides everything; a failed episode is replayed by its seed alone.
package struct Episode: Sendable {
    package let seed: UInt64
    /// What happened, the last ones only, for the report of a failure.
    package private(set) var story: [String] = []
    package private(set) var inputs = 0
    package var watch: WalkWatch

    private var random: SplitMix64
    private var lock: VirtualLock
    private var nextRequest: UInt64 = 1
    private let flavour: Flavour
    private static let storyCapacity = 60

    /// What kind of trouble an episode is made of, so that each kind is met deeply and not only in passing.
    private enum Flavour: Int64, CaseIterable {
        case honest, mechanical, sensors, power, store, people, thread
    }

    package init(seed: UInt64) {
        self.seed = seed
        var random = SplitMix64(seed: seed)
        let configuration = Self.configuration(&random)
        flavour = Flavour(rawValue: random.draw(0...Int64(Flavour.allCases.count - 1))) ?? .honest
        let positions = [0.0, 20.0, 10.0]
        lock = VirtualLock(
            configuration: configuration, seed: random.next(), position: positions[Int(random.draw(0...2))],
            civilSeconds: random.draw(0...3) == 0 ? nil : 1_767_225_600)
        // A slow flash: commands, hands and faults come before the store is open.
        if random.draw(0...1) == 0 { lock.latency.open = .milliseconds(500) }
        // A busy machine: timers fire late, and what replaces them comes first.
        if random.draw(0...3) == 0 { lock.latency.timer = .milliseconds(20) }
        watch = WalkWatch(
            monitor: SafetyMonitor(configuration: configuration, timerLatency: lock.latency.timer))
        self.random = random
    }

    private static func configuration(_ random: inout SplitMix64) -> DeviceConfiguration {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = Int(random.draw(0...3))
        configuration.equipment.stallSensor = random.draw(0...2) > 0
        configuration.equipment.doorSensor = random.draw(0...4) > 0
        configuration.recovery = random.draw(0...1) == 0 ? .stay : .complete
        configuration.requiresCalibration = random.draw(0...3) == 0
        if random.draw(0...3) == 0 { configuration.duty.burst = .seconds(12) }
        return configuration
    }

    /// What was found, empty when all is well.
    package var violations: [SafetyMonitor.Violation] { watch.monitor.violations + watch.found }

    /// The board of this life.
    package var configuration: DeviceConfiguration { lock.configuration }

    /// Lives the episode.
    package mutating func run() {
        actBeforeBoot()
        for _ in 0..<random.draw(20...60) {
            act()
            wait(pause())
            guard violations.isEmpty else { return }
        }
        calmDown()
        inputs = watch.turns
    }

    // MARK: What happens

    /// The daemon is up and its store is not yet: people do not wait for that.
    private mutating func actBeforeBoot() {
        wait(.microseconds(1))
        for _ in 0..<random.draw(0...6) {
            switch random.draw(0...5) {
            case 0: command()
            case 1...2: hand()
            case 3...4: aside()
            default: fault(Self.mechanical)
            }
            wait(.milliseconds(random.draw(0...150)))
        }
        wait(.milliseconds(random.draw(0...600)))
    }

    private mutating func act() {
        switch (random.draw(0...99), flavour) {
        case (0..<30, _): command()
        case (60..<66, .people): helpWithCalibration()
        case (60..<66, .sensors): misleadCalibration()
        case (30..<54, _), (66..<90, .people): hand()
        case (54..<60, _), (60..<90, .mechanical): fault(Self.mechanical)
        case (60..<90, .sensors): fault(Self.sensing)
        case (60..<90, .power): power()
        case (60..<78, .store): storage()
        case (78..<90, .store): fault(Self.mechanical)
        case (90..<94, _): civilClock()
        case (60..<90, .thread):
            // Past the core's patience, so that it gives the drive up for lost and hears of it later.
            lock.reportDelay = .milliseconds(random.draw(200...9_000))
            say("bolt thread is held up for \(lock.reportDelay.wholeMilliseconds) ms")
        default: command()
        }
    }

    private mutating func command() {
        switch random.draw(0...19) {
        case 0...7: command(.lock)
        case 8...14: command(.unlock)
        case 15...16: command(.calibrate)
        case 17...18: command(.configure(settings()))
        default: command(.acknowledgeAlarms)
        }
        // Somebody presses twice, or two people at once.
        if random.draw(0...7) == 0 { command() }
        // In the midst of what was asked for.
        if random.draw(0...5) == 0 {
            wait(.milliseconds(random.draw(1...500)))
            aside()
        }
    }

    /// Something that has nothing to do with the stroke that it may come upon.
    private mutating func aside() {
        switch random.draw(0...4) {
        case 0: command(.acknowledgeAlarms)
        case 1: civilClock()
        case 2...3:
            say("hand at the case")
            lock.perform(.tamper(!lock.mechanism.isTampered))
        default:
            say("the driver's fault line")
            lock.inject(.driverFault)
            wait(.milliseconds(random.draw(1...300)))
            lock.remove(.driverFault)
        }
    }

    private mutating func command(_ command: Command) {
        let id = RequestID(nextRequest)
        nextRequest += 1
        // An origin of its own for each command, so that its audit entry can be told from all others.
        let origin = Origin.key(UInt32(truncatingIfNeeded: id.rawValue))
        say("command \(command)")
        guard lock.isPowered else { return }
        watch.monitor.asked(command, from: origin, id: id, at: lock.now)
        lock.send(command, from: origin, id: id)
    }

    /// Somebody cannot wait and turns the thumbturn while the lock measures itself.
    private mutating func helpWithCalibration() {
        command(.calibrate)
        wait(.milliseconds(random.draw(50...1_200)))
        say("a hand helps")
        lock.perform(.thumbturnToEnd(random.draw(0...1) == 0 ? .extend : .retract))
        wait(.seconds(3))
    }

    /// A switch closes long before the bolt is there, and opens while it is on its way back: what is learned is far too short.
    private mutating func misleadCalibration() {
        command(.calibrate)
        wait(.milliseconds(random.draw(90...220)))
        say("a switch closes early")
        lock.inject(.limitStuck(.extended, active: true))
        wait(.milliseconds(random.draw(450...650)))
        say("and opens")
        lock.remove(.limitStuck(.extended, active: true))
        wait(.seconds(3))
    }

    private mutating func settings() -> Settings {
        let modes: [OperatingMode] = [.normal, .normal, .normal, .passage, .lockOut]
        return Settings(
            mode: modes[Int(random.draw(0...4))],
            autoRelockMilliseconds: random.draw(0...1) == 0 ? nil : random.draw(4_900...8_000),
            doorAjarMilliseconds: random.draw(0...2) == 0 ? nil : random.draw(10_000...12_000))
    }

    private mutating func hand() {
        let hand: Hand
        switch random.draw(0...11) {
        case 0...1: hand = .door(open: true)
        case 2...3: hand = .door(open: false)
        case 4...5: hand = .thumbturn(to: Double(random.draw(0...200)) / 10)
        case 6: hand = .thumbturnToEnd(random.draw(0...1) == 0 ? .extend : .retract)
        case 7...8: hand = .button(holding: .milliseconds(random.draw(5...400)))
        case 9...10: hand = .tamper(random.draw(0...1) == 0)
        default: hand = .battery(percent: Int(random.draw(0...100)))
        }
        say("hand \(hand)")
        lock.perform(hand)
    }

    private static let mechanical: [Fault] = [
        .obstruction(at: 12, .hard), .obstruction(at: 6, .soft), .obstruction(at: 19, .hard), .slippingGear,
        .driverFault, .motorReversed, .motorDisconnected, .weakBattery(percent: 12), .weakBattery(percent: 2),
        .gaugeUnreadable,
    ]
    private static let sensing: [Fault] = [
        .limitStuck(.extended, active: true), .limitStuck(.extended, active: false),
        .limitStuck(.retracted, active: true), .limitStuck(.retracted, active: false), .bothLimitsActive,
        .limitNoise(.extended), .limitNoise(.retracted), .lateEdges(by: .milliseconds(30)),
        .lostEdges(.extended, count: 40), .lostEdges(.retracted, count: 40),
    ]

    private mutating func fault(_ kinds: [Fault]) {
        // As often ended as begun, or every lock would be broken for good.
        if random.draw(0...1) == 0 {
            let fault = kinds[Int(random.draw(0...Int64(kinds.count - 1)))]
            say("fault \(fault)")
            lock.inject(fault)
        } else {
            say("faults end")
            lock.removeAllFaults()
        }
    }

    private mutating func power() {
        switch random.draw(0...3) {
        case 0:
            say("brown-out")
            lock.inject(.brownOut)
        case 1:
            say("good cells")
            lock.remove(.brownOut)
        case 2:
            say("power cut after an effect")
            lock.effectsUntilPowerCut = Int(random.draw(1...12))
        default:
            say("power cut")
            lock.cutPower(for: .milliseconds(random.draw(1...2_000)), observer: &watch)
        }
    }

    private mutating func storage() {
        switch random.draw(0...3) {
        case 0...1:
            let stall = Duration.milliseconds(random.draw(20...3_000))
            say("store stands still for \(stall.wholeMilliseconds) ms")
            lock.store.stalledUntil = lock.now + stall
            // An unlock goes ahead without the journal, whose answer then comes when it may have failed.
            if random.draw(0...2) == 0 { lock.inject(.obstruction(at: 6, .hard)) }
            // What waits for the journal is what a stall is about.
            for _ in 0..<random.draw(0...4) {
                command([Command.calibrate, .lock, .unlock][Int(random.draw(0...2))])
            }
        case 2:
            say("store fails")
            lock.store.isFailing = true
        default:
            say("store works")
            lock.store.isFailing = false
            lock.store.stalledUntil = nil
        }
    }

    private mutating func civilClock() {
        say("clock")
        if random.draw(0...2) == 0 {
            lock.setCivilTime(
                random.draw(0...1) == 0 ? nil : random.draw(0...2_000_000_000), isTrusted: random.draw(0...1) == 0)
        } else {
            lock.jumpClock(seconds: random.draw(-90_000...90_000))
        }
    }

    /// Mostly within a stroke, where things go wrong; now and then long enough for every deadline to pass.
    private mutating func pause() -> Duration {
        switch random.draw(0...9) {
        case 0...1: .microseconds(random.draw(0...3_000))
        case 2...5: .milliseconds(random.draw(1...700))
        case 6...7: .milliseconds(random.draw(500...4_000))
        case 8: .seconds(random.draw(4...14))
        default: .seconds(random.draw(10...120))
        }
    }

    // MARK: Calm

    /// Everything is mended; now the lock must work. This is the liveness half: nothing may have been latched for good.
    private mutating func calmDown() {
        say("calm")
        lock.effectsUntilPowerCut = nil
        lock.reportDelay = .zero
        lock.removeAllFaults()
        lock.store.isFailing = false
        lock.store.stalledUntil = nil
        // A lost edge at rest is noticed with the next one: somebody tries the thumbturn.
        for direction in [Direction.extend, .retract] {
            lock.perform(.thumbturnToEnd(direction))
            wait(.seconds(5))
            lock.perform(.releaseThumbturn)
        }
        lock.perform(.battery(percent: 100))
        lock.perform(.tamper(false))
        // Long enough for any stroke, any wait and the whole duty budget.
        wait(.seconds(500))
        ask(.configure(Settings()))
        // With the bolt out, the door cannot be closed on it; so first out, then shut, then in.
        let first = ask(.unlock)
        demand(Self.isDone(first) || Self.isLatchedRefusal(first), "an unlock after calm ended as \(Self.text(first))")
        lock.perform(.door(open: false))
        wait(.seconds(2))
        if case .fault(.sensorStuck) = lock.state { ask(.lock) }
        if lock.configuration.requiresCalibration { ask(.calibrate) }
        // What was learned while somebody held the bolt may be contradicted once more; one there and back puts it right.
        ask(.lock)
        ask(.unlock)
        ask(.lock)
        let unlock = ask(.unlock)
        demand(unlock == .done(.unlocked, warning: nil), "the last unlock after calm ended as \(Self.text(unlock))")
        let relock = ask(.lock)
        demand(relock == .done(.locked, warning: nil), "a lock after calm ended as \(Self.text(relock))")
        let isAnswered = watch.monitor.openCount == 0
        demand(isAnswered, "requests were left open")
        let hidden = watch.monitor.hiddenMotions
        let isClosed = lock.store.isIdle && lock.store.openMotions.allSatisfy { hidden.contains($0.id) }
        demand(isClosed, "a motion was left open")
        let owed = watch.monitor.owedMotions
        demand(owed.isEmpty, "nothing was written down of \(owed)")
    }

    @discardableResult
    private mutating func ask(_ command: Command) -> Reply? {
        let id = RequestID(nextRequest)
        nextRequest += 1
        say("ask \(command)")
        let origin = Origin.key(UInt32(truncatingIfNeeded: id.rawValue))
        watch.monitor.asked(command, from: origin, id: id, at: lock.now)
        lock.send(command, from: origin, id: id)
        wait(.seconds(300))
        return watch.monitor.replies[id]
    }

    private static func isDone(_ reply: Reply?) -> Bool {
        if case .done(.unlocked, _) = reply { true } else { false }
    }

    /// A latch that only travel can disprove, reported as what it is.
    private static func isLatchedRefusal(_ reply: Reply?) -> Bool {
        switch reply {
        case .refused(.sensorStuck), .failed(.sensorStuck, _): true
        default: false
        }
    }

    private static func text(_ reply: Reply?) -> String { reply.map { "\($0)" } ?? "nothing" }

    private mutating func demand(_ condition: Bool, _ complaint: @autoclosure () -> String) {
        guard !condition else { return }
        watch.found.append(
            SafetyMonitor.Violation(rule: .liveness, at: lock.now, detail: "\(complaint()), in \(lock.state)"))
    }

    private mutating func wait(_ duration: Duration) { lock.run(until: lock.now + duration, observer: &watch) }

    private mutating func say(_ what: String) {
        if story.count == Self.storyCapacity { story.removeFirst() }
        story.append("\(lock.now.nanoseconds / 1000) us, \(lock.state.name): \(what)")
    }
}
