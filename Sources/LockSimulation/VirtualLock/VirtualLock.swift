package import LockCore

/// A whole lock in virtual time: the mechanism, the bolt thread's mind, the core, a store, power and a civil clock.
///
/// A value: copying it forks the world, so that a test can cut the power after every effect and look at each boot. One seed
/// decides everything; nothing reads a real clock.
///
/// ## Fault model
/// Besides what ``PhysicalModel`` and ``SimulatedStore`` list: the loop takes each input up to ``Latency/loop`` after it
/// happened, timers fire up to ``Latency/timer`` late, the power can be cut at any instant and comes back, a brown-out resets the
/// processor, and the civil clock can be absent, untrusted, and jump. Outside it: a loop or bolt thread that stands still (tested
/// on the board, with the real threads), and messages between the threads that get lost (the queues are bounded, and the
/// daemon's answer to a full one is tested there).
package struct VirtualLock: Sendable {
    package let configuration: DeviceConfiguration
    package internal(set) var mechanism: PhysicalModel
    package var store = SimulatedStore()
    package var latency: Latency
    /// nil while the power is off.
    package internal(set) var computer: Computer?
    package internal(set) var civilSeconds: Int64?
    package internal(set) var isCivilTimeTrusted = true
    private var powerOnAt: Instant?
    /// Cuts the power right after so many more effects have been performed. For tests that try every one of them.
    package var effectsUntilPowerCut: Int?
    /// The next report of the bolt thread is held up for so long, once.
    package var reportDelay: Duration = .zero
    /// What no lock can know: how far its switches are to be trusted.
    package private(set) var truth = SwitchTruth()
    private var random: SplitMix64

    /// The kernel's debounce of the lines that the loop watches.
    package static let lineDebounce: Duration = .milliseconds(10)
    /// Inputs on their way to the loop, as many as the daemon's mailbox holds.
    package static let inboxCapacity = 256

    package init(
        configuration: DeviceConfiguration = DeviceConfiguration(),
        parameters: PhysicalParameters = PhysicalParameters(), seed: UInt64, position: Double = 0,
        latency: Latency = Latency(), civilSeconds: Int64? = 1_767_225_600
    ) {
        self.configuration = configuration
        self.latency = latency
        self.civilSeconds = civilSeconds
        var random = SplitMix64(seed: seed)
        mechanism = PhysicalModel(parameters: parameters, seed: random.next(), at: .zero, position: position)
        self.random = random
        powerOnAt = .zero
    }

    /// The world's time.
    package var now: Instant { mechanism.now }
    package var isPowered: Bool { computer != nil }
    package var state: LockState { computer?.device.state ?? .unknown }

    /// The bolt's lines as this board has them: what it lacks is never active.
    private var levels: BoltLevels {
        var levels = mechanism.levels
        if !configuration.equipment.stallSensor { levels.stall = false }
        if !configuration.equipment.driverFault { levels.driverFault = false }
        return levels
    }

    private func has(_ line: BoltLine) -> Bool {
        switch line {
        case .extendedLimit, .retractedLimit: true
        case .driverFault: configuration.equipment.driverFault
        case .stall: configuration.equipment.stallSensor
        }
    }

    // MARK: From outside

    /// Somebody asks for something. Without power nothing hears it: returns false.
    @discardableResult
    package mutating func send(_ command: Command, from origin: Origin, id: RequestID) -> Bool {
        post(.command(command, from: origin, id: id))
    }

    @discardableResult
    package mutating func perform(_ hand: Hand) -> Bool {
        let done = mechanism.perform(hand)
        readGauge()
        return done
    }

    package mutating func inject(_ fault: Fault) {
        mechanism.inject(fault)
        truth.note(mechanism.faults, at: now)
        readGauge()
    }

    package mutating func remove(_ fault: Fault) {
        truth.note(mechanism.faults, at: now)
        mechanism.remove(fault)
        readGauge()
    }

    package mutating func removeAllFaults() {
        truth.note(mechanism.faults, at: now)
        mechanism.removeAllFaults()
        readGauge()
    }

    /// The supply is gone, and comes back after `duration`.
    package mutating func cutPower(for duration: Duration, observer: inout some VirtualLockObserver) {
        guard computer != nil else { return }
        computer = nil
        let last = store.cutPower(random: &random)
        // Pull-downs hold the lines.
        mechanism.set(.safe)
        observer.outputChanged(to: .safe, levels: mechanism.levels, at: now)
        observer.lostPower(committing: last, at: now)
        powerOnAt = now + duration + latency.boot
    }

    package mutating func setCivilTime(_ seconds: Int64?, isTrusted: Bool) {
        // Kept as the civil second of the world's zero, so that it goes on by itself.
        civilSeconds = seconds.map { $0 - now.nanoseconds / 1_000_000_000 }
        isCivilTimeTrusted = isTrusted
        tellCivilTime()
    }

    package mutating func jumpClock(seconds: Int64) {
        guard let civilSeconds else { return }
        self.civilSeconds = civilSeconds + seconds
        tellCivilTime()
    }

    // MARK: Running

    /// Runs the world until the bound, and everything that happens on the way.
    package mutating func run(until bound: Instant, observer: inout some VirtualLockObserver) {
        while step(until: bound, observer: &observer) {}
    }

    /// Runs until the next turn of the core or the bound; false at the bound.
    package mutating func step(until bound: Instant, observer: inout some VirtualLockObserver) -> Bool {
        while now < bound || hasDueEvent {
            let next = min(bound, nextEvent ?? bound)
            if let edge = mechanism.run(until: next) {
                handle(edge, observer: &observer)
                continue
            }
            if performDue(observer: &observer) { return true }
            if now >= bound, !hasDueEvent { return false }
        }
        return false
    }

    private var hasDueEvent: Bool { nextEvent.map { $0 <= now } ?? false }

    private var nextEvent: Instant? {
        var next: Instant?
        func consider(_ candidate: Instant?) {
            guard let candidate else { return }
            next = next.map { min($0, candidate) } ?? candidate
        }
        guard let computer else { return powerOnAt }
        consider(computer.bootsAt)
        consider(computer.inbox.first?.at)
        consider(computer.reports.first?.at)
        consider(computer.driver.deadline.map(computer.worldTime))
        consider(store.nextCompletion)
        for id in TimerID.allCases { consider(computer.timers[id]?.firesAt) }
        for debouncer in [computer.door, computer.tamper, computer.button] {
            consider(debouncer.deadline.map(computer.worldTime))
        }
        return next
    }

    /// Performs one thing that is due; true if the core had a turn.
    private mutating func performDue(observer: inout some VirtualLockObserver) -> Bool {
        guard var computer else {
            guard let at = powerOnAt, at <= now else { return false }
            powerOn()
            return false
        }
        let bootNow = computer.bootTime(now)
        if let at = computer.bootsAt, at <= now {
            self.computer?.bootsAt = nil
            boot(observer: &observer)
            return true
        }
        if let deadline = computer.driver.deadline, deadline <= bootNow {
            computer.driver.wake(levels: levels, at: bootNow)
            self.computer = computer
            afterDriver(observer: &observer)
            return false
        }
        settleLines(at: bootNow)
        if let first = self.computer?.reports.first, first.at <= now {
            self.computer?.reports.removeFirst()
            self.computer?.note(first.input)
            turn(first.input, observer: &observer)
            return true
        }
        if let first = self.computer?.inbox.first, first.at <= now {
            self.computer?.inbox.removeFirst()
            turn(first.input, observer: &observer)
            return true
        }
        for id in TimerID.allCases {
            guard let timer = computer.timers[id], timer.firesAt <= now else { continue }
            self.computer?.timers[id] = nil
            turn(.timer(id, deadline: timer.deadline), observer: &observer)
            return true
        }
        if let at = store.nextCompletion, at <= now, let (operation, stored) = store.completeNext() {
            observer.storeCompleted(operation, stored: stored, at: now)
            if case .begin(let motion) = operation { post(.journaled(motion.id, stored: stored)) }
        }
        return false
    }

    private mutating func handle(_ edge: ModelEdge, observer: inout some VirtualLockObserver) {
        observer.saw(edge)
        if edge.line == .brownOut {
            guard edge.isActive else { return }
            cutPower(for: .milliseconds(200), observer: &observer)
            return
        }
        guard let computer else { return }
        let at = computer.bootTime(edge.at)
        switch edge.line {
        case .door: self.computer?.door.edge(isActive: edge.isActive, at: at)
        case .tamper: self.computer?.tamper.edge(isActive: edge.isActive, at: at)
        case .insideButton: self.computer?.button.edge(isActive: edge.isActive, at: at)
        case .extendedLimit, .retractedLimit, .driverFault, .stall, .brownOut:
            guard let line = edge.line.boltLine, has(line) else { return }
            self.computer?.driver.edge(line, isActive: edge.isActive, at: at)
            afterDriver(observer: &observer)
        }
    }

    private mutating func settleLines(at bootNow: Instant) {
        computer?.door.settle(at: bootNow)
        computer?.tamper.settle(at: bootNow)
        computer?.button.settle(at: bootNow)
        if let isOpen = computer?.door.news() { post(.door(isOpen: isOpen)) }
        if let isActive = computer?.tamper.news() { post(.tamper(isActive: isActive)) }
        if let isPressed = computer?.button.news() { post(.insideButton(isPressed: isPressed)) }
    }

    /// Sets the lines as the bolt thread wants them, and passes on what it has to say.
    private mutating func afterDriver(observer: inout some VirtualLockObserver) {
        guard let output = computer?.driver.output else { return }
        if output != mechanism.output {
            // As they were when it was decided: setting the outputs brings the mechanism up to this very instant.
            let levels = mechanism.levels
            mechanism.set(output)
            observer.outputChanged(to: output, levels: levels, at: now)
        }
        while let report = computer?.driver.nextReport() {
            switch report {
            case .driveEnded(let end):
                self.report(.driveEnded(end))
                readGauge()
            case .limits(let reading): self.report(.limits(reading))
            case .driverFault(let isFaulted): self.report(.driverFault(isFaulted))
            }
        }
    }

    // MARK: The computer

    private mutating func powerOn() {
        powerOnAt = nil
        mechanism.restorePower()
        truth.looked(mechanism.faults, at: now)
        let levels = self.levels
        let storeOpens = now + .nanoseconds(random.draw(0...max(0, latency.open.wholeNanoseconds)))
        computer = Computer(
            bootedAt: now, device: Device(configuration: configuration),
            driver: BoltDriver(
                debounce: configuration.stroke.debounce, deadTime: configuration.stroke.deadTime, levels: levels),
            boltLines: levels, bootsAt: storeOpens,
            door: SwitchDebouncer(period: Self.lineDebounce, isActive: mechanism.isDoorOpen),
            tamper: SwitchDebouncer(period: Self.lineDebounce, isActive: mechanism.isTampered),
            button: SwitchDebouncer(period: Self.lineDebounce, isActive: mechanism.isButtonPressed),
            lastBattery: mechanism.battery)
        tellCivilTime()
    }

    /// The store has been opened: the first input that counts. It says what is believed of the lines at this moment, so that what
    /// changes from there on is news.
    private mutating func boot(observer: inout some VirtualLockObserver) {
        guard let computer else { return }
        turn(
            .boot(
                BootFacts(
                    limits: computer.boltLines.limits, isDoorOpen: computer.door.believed,
                    isTampered: computer.tamper.believed, hasDriverFault: computer.boltLines.driverFault,
                    battery: mechanism.battery,
                    settings: store.isFailing ? nil : store.settings,
                    calibration: store.isFailing ? nil : store.calibration,
                    interrupted: store.isFailing ? [] : store.openMotions, nextMotion: store.nextMotion)),
            observer: &observer)
    }

    private mutating func turn(_ input: Input, observer: inout some VirtualLockObserver) {
        guard let computer else { return }
        let bootNow = computer.bootTime(now)
        let before = computer.device.state
        let phase = computer.device.stroke?.phase.name
        guard let effects = self.computer?.device.handle(input, at: bootNow) else { return }
        let turn = Turn(
            at: now, bootTime: bootNow, input: input, before: before, phaseBefore: phase, effects: effects, after: state
        )
        observer.decided(turn, lock: self)
        for effect in effects {
            observer.willPerform(effect, at: now)
            perform(effect, at: bootNow, observer: &observer)
            if let left = effectsUntilPowerCut {
                effectsUntilPowerCut = left > 1 ? left - 1 : nil
                if left <= 1 { return cutPower(for: .milliseconds(500), observer: &observer) }
            }
        }
        observer.turned(turn, lock: self)
    }

    private mutating func perform(
        _ effect: Effect, at bootNow: Instant, observer: inout some VirtualLockObserver
    ) {
        switch effect {
        case .wakeDriver: order(.wakeDriver, at: bootNow, observer: &observer)
        case .sleepDriver: order(.sleepDriver, at: bootNow, observer: &observer)
        case .brake: order(.brake, at: bootNow, observer: &observer)
        case .coast: order(.coast, at: bootNow, observer: &observer)
        case .drive(let direction, let cap, let blanking, let id):
            order(.drive(direction, atMost: cap, blanking: blanking, id: id), at: bootNow, observer: &observer)
        case .startTimer(let id, let deadline):
            guard let world = computer?.worldTime(deadline) else { return }
            let now = self.now
            deliverStale(id)
            let late = Duration.nanoseconds(random.draw(0...max(0, latency.timer.wholeNanoseconds)))
            computer?.timers[id] = ArmedTimer(deadline: deadline, firesAt: max(world, now) + late)
        case .cancelTimer(let id):
            deliverStale(id)
            computer?.timers[id] = nil
        case .journal(let motion): enqueue(.begin(motion))
        case .record(let event, let motion): enqueue(.record(event, closing: motion))
        case .saveSettings(let settings): enqueue(.saveSettings(settings))
        case .saveCalibration(let calibration): enqueue(.saveCalibration(calibration))
        case .reply, .alarm, .publish: break
        }
    }

    /// A timer that is due is replaced or cancelled: it may be on its way to the core already.
    private mutating func deliverStale(_ id: TimerID) {
        guard let computer, let timer = computer.timers[id], computer.worldTime(timer.deadline) <= now else { return }
        if random.draw(0...1) == 1 { post(.timer(id, deadline: timer.deadline)) }
    }

    private mutating func order(
        _ order: BoltOrder, at bootNow: Instant, observer: inout some VirtualLockObserver
    ) {
        let levels = self.levels
        computer?.driver.perform(order, levels: levels, at: bootNow)
        truth.looked(mechanism.faults, at: now)
        afterDriver(observer: &observer)
    }

    private mutating func enqueue(_ operation: StoreOperation) {
        store.enqueue(operation, at: now, latency: .nanoseconds(random.draw(latency.store)))
    }

    @discardableResult
    private mutating func post(_ input: Input) -> Bool {
        guard let inbox = computer?.inbox, inbox.count < Self.inboxCapacity else { return false }
        // One mailbox: what was posted later is never taken earlier.
        let at = max(now + loopDelay(), inbox.last?.at ?? .zero)
        computer?.inbox.append(PendingInput(at: at, input: input))
        return true
    }

    /// The bolt thread's own mailbox.
    private mutating func report(_ input: Input) {
        var delay = loopDelay()
        if case .driveEnded = input {
            delay += reportDelay
            reportDelay = .zero
        }
        let at = max(now + delay, computer?.reports.last?.at ?? .zero)
        computer?.reports.append(PendingInput(at: at, input: input))
    }

    private mutating func loopDelay() -> Duration {
        .nanoseconds(random.draw(0...max(0, latency.loop.wholeNanoseconds)))
    }

    private mutating func readGauge() {
        let reading = mechanism.battery
        guard let last = computer?.lastBattery, last != reading else { return }
        computer?.lastBattery = reading
        post(.battery(reading))
    }

    private mutating func tellCivilTime() {
        guard let computer else { return }
        let reading = civilSeconds.map {
            CivilReading(
                at: computer.bootTime(now), unixSeconds: $0 + now.nanoseconds / 1_000_000_000,
                isTrusted: isCivilTimeTrusted)
        }
        post(.civilTime(reading))
    }
}

extension SwitchDebouncer {
    /// The level that is newly believed, if there is news.
    mutating func news() -> Bool? { takeNews() ? believed : nil }
}
