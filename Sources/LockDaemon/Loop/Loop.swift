internal import Configuration
internal import Glibc
internal import LockCore
internal import SecureChannel
internal import Storage
internal import SystemdRuntime
internal import TelemetryPolicy

/// The loop: owns the core, gives it what happens, and performs its effects in order.
///
/// Confined to the thread that made it. It never waits for the store or the bolt thread: what they have to say comes as events.
/// It waits for the bus only to learn who reads a property, 100 ms at most (``Bus/propertyGuardLimit``), and for a gauge as long
/// as its driver takes, a few milliseconds.
final class Loop<Target: Board> {
    let configuration: DaemonConfiguration
    let board: Target
    let handle: DaemonHandle
    let journal: Journal
    let events: EventLoop
    let bolt: BoltThread
    let storage: StorageThread

    var device: Device
    var stage = Stage.starting
    /// What the bolt's switches were last reported as, for a core that is booted.
    var boltFacts: BoltLevels?
    var storeCondition = StoreCondition(state: .unavailable, detail: "not opened yet")
    var realtime: RealtimeOutcome?
    var lastBoardError: BoardError?
    var end: DaemonEnd = .stopped

    var sources: [EventSource] = []
    var timers: [TimerID: CoreTimer] = [:]
    var storeWait: LoopTimer?
    var civil = CivilTime()
    var clockChange: ClockChangeDescriptor?
    var lines: LoopLineWatch<Target.LoopPort>?
    var gauge: GaugeWatch<Target.GaugePort>?
    var service: LockService?
    var link: BusLink?
    var watchdog: WatchdogFeeder?
    /// nil: the service manager is not told anything.
    var manager: ServiceManagerLink?
    var isBusWanting = false
    var hasTriedBus = false
    var isReady = false
    /// The store has answered in time, before the lines have.
    var pendingFacts: StoredFacts?
    /// The store has said in time, or not said, that it will not be there for the boot.
    var hasNoStore = false
    /// The last motion that the core began in this process.
    var lastMotion = MotionID(0)
    /// The drive that the bolt thread has been given and has not told the end of.
    var owedDrive: DriveID?
    /// A jam or a fault has been told.
    var latched = false
    var lostEntries = 0
    /// The motion journal did not answer, and the system's journal has not been told yet; see ``Loop/oweHealth()``.
    var owesJournalUnavailable = false
    var health: LoopTimer?
    /// What users may still ask for that moves nothing.
    var budget = CommandBudget()
    /// Replies that wait for the store, and the timer that bounds their wait.
    var durable = DurableReplies()
    var durability: LoopTimer?
    /// The save of the settings that the turn under way has brought about, and one that could not even be sent.
    var saveOfTurn: SaveNumber?
    var refusedSave: SaveNumber?

    var access = Access()
    var accessInputs: [AccessInput] = []
    var isAccessTurning = false
    var accessTimers: [AccessTimerID: CoreTimer] = [:]
    var toldAccessClock: AccessClock?
    var phones: PhoneService?
    var identity: Identity?
    /// The setup code's secret, and the fingerprint on its label.
    var setupCode: [UInt8]?
    /// Why phones cannot be taken in.
    var phoneProblem: String?
    /// Why there is nothing that carries phones' bytes.
    var transportProblem: SystemdError?
    var isResetAnnounced = false
    /// Unlockings that have cost a key a use and for which the motor has not been energised. As many as the core has requests open.
    var paidFor: [RequestID: KeyID] = [:]
    /// The stroke for which the motor was energised last, by its motion.
    var drivenMotion: MotionID?
    /// Who hears when nothing is left of what the lock knew.
    var resetAsker: RequestID?
    var revocations: [Revocation] = []
    /// What phones have last brought of the chain over the audit log. Not in the store: whoever could change the log could change it too.
    var witnesses: [KeyID: AuditCheckpoint] = [:]

    private var inputs: [Input] = []
    private var isTurning = false
    /// Numbers of commands from ``DaemonHandle/send(_:from:)``: above all that the bus service gives.
    private var nextOwnRequest: UInt64 = 1 << 63

    /// How far the daemon has come.
    enum Stage {
        /// Waiting for the limit switches and, a bounded time, for the store.
        case starting
        /// The core is booted. `withStore`: it knows what the store said; else it is booted again when the store opens and
        /// nothing is under way.
        case running(withStore: Bool, late: StoredFacts?)
        case ending
    }

    /// One of the core's timers.
    struct CoreTimer {
        var timer: LoopTimer
        var deadline: Instant
    }

    /// How long the boot waits for the store. Longer than SQLite waits for another process that is just ending (1 s) and than
    /// the check of a full store takes; short, because the inside button does nothing before the boot.
    static var storeWaitLimit: Duration { .milliseconds(1_500) }

    init(
        _ configuration: DaemonConfiguration, board: Target, handle: DaemonHandle
    ) throws(SystemdError) {
        self.configuration = configuration
        self.board = board
        self.handle = handle
        journal = configuration.journal
        events = try EventLoop()
        device = Device(configuration: configuration.profile.deviceConfiguration)
        bolt = try BoltThread(
            lines: board.boltLines, stroke: configuration.profile.stroke, locksMemory: configuration.locksMemory,
            loss: handle.loss)
        do throws(SystemdError) {
            storage = try StorageThread(
                path: configuration.storePath, bootID: BootIdentity.current(), gate: configuration.storageGate,
                isFailing: configuration.isStorageFailing, loss: handle.loss)
        } catch {
            // The one thread that has begun must not be left with the lines.
            _ = bolt.send(.stop)
            _ = bolt.finish()
            throw error
        }
    }

    /// Runs until the end, and brings everything in order.
    func run() -> DaemonEnd {
        do throws(SystemdError) {
            try prepare()
            _ = try events.run()
        } catch {
            end = .failed(error.description)
        }
        if handle.loss.hasHappened { loseEverything() } else { shutDown() }
        return end
    }

    // MARK: Preparing

    private func prepare() throws(SystemdError) {
        for id in TimerID.allCases {
            timers[id] = CoreTimer(
                timer: try events.timer { [unowned self] in coreTimerFired(id) }, deadline: .zero)
        }
        for id in AccessTimerID.allCases {
            accessTimers[id] = CoreTimer(
                timer: try events.timer { [unowned self] in accessTimerFired(id) }, deadline: .zero)
        }
        sources.append(try events.receive(from: handle.controls) { [unowned self] in took($0) })
        sources.append(try events.receive(from: bolt.answers) { [unowned self] in boltSaid($0) })
        sources.append(try events.receive(from: storage.answers) { [unowned self] in storageSaid($0) })
        let wait = try events.timer { [unowned self] in bootWithoutStore() }
        wait.arm(atBootNanoseconds: (BootClock.now() + Self.storeWaitLimit).nanoseconds)
        storeWait = wait
        if configuration.notifiesServiceManager {
            manager = try ServiceManagerLink(on: events) { [unowned self] error in
                journal.write(.serviceManagerDeaf, "The service manager does not hear what it is told: \(error)")
            }
        }
        health = try events.timer { [unowned self] in tellOwedHealth() }
        durability = try events.timer { [unowned self] in durabilityIsDue() }
        try watchClock()
        if configuration.endsOnSignals {
            for signal in [SIGTERM, SIGINT] {
                sources.append(try events.onSignal(signal) { [unowned self] in finish(.stopped) })
            }
        }
        lines = try LoopLineWatch(board.loopLines, on: events) { [unowned self] in linesSaid($0) }
        gauge = try GaugeWatch(
            board.gauge, isFitted: configuration.profile.powerSupply != nil, recovery: configuration.gaugeRecovery,
            on: events
        ) { [unowned self] in
            turn(.battery($0))
        }
        try prepareBus()
        try prepareWatchdog()
    }

    private func watchClock() throws(SystemdError) {
        let change = try ClockChangeDescriptor()
        sources.append(
            try events.watch(change.rawValue, for: .readable) { [unowned self] _ in
                clockChange?.rearm()
                tellCivilTime(at: BootClock.now())
            })
        clockChange = consume change
    }

    private func prepareBus() throws(SystemdError) {
        let authorisation = Authorisation.system(bus: configuration.bus)
        let missing = authorisation.missingGroups
        if case .system = configuration.bus, !missing.isEmpty {
            journal.write(.groupsMissing, "There is no group \(missing.joined(separator: " and no group ")).")
        }
        let service = LockService(
            delegate: self, authorisation: authorisation, version: configuration.version, board: board.name,
            properties: StatusProperties(status: device.status, store: storeCondition))
        self.service = service
        link = try BusLink(to: configuration.bus, on: events, service: service) { [unowned self] in busTried($0) }
    }

    private func prepareWatchdog() throws(SystemdError) {
        guard configuration.notifiesServiceManager else { return }
        guard let interval = try WatchdogInterval.fromEnvironment() else { return }
        watchdog = try WatchdogFeeder(interval: interval, on: events) { [unowned self] thread, number in
            // A full queue is a thread that does not answer: the watchdog is not fed until there is room and it does.
            switch thread {
            case .bolt: bolt.send(.echo(number))
            case .storage: storage.send(.echo(number))
            }
        } isHeldUp: { thread in
            // The bolt thread uses no disk.
            thread == .storage && ThreadState.isHeldByKernel(StorageThread.name)
        } feed: { [unowned self] in
            manager?.feedWatchdog()
        }
    }

    // MARK: Turns

    /// Gives the core an input and performs what it wants. Inputs that come of performing wait for their turn.
    func turn(_ input: Input) {
        if case .ending = stage { return }
        guard !handle.loss.hasHappened else { return finish(.lost) }
        inputs.append(input)
        guard !isTurning else { return }
        isTurning = true
        // Bounded: an effect brings about one input at most, and only a journal that has no room does.
        while !inputs.isEmpty { take(inputs.removeFirst()) }
        isTurning = false
        bootAgainIfPossible()
    }

    private func take(_ input: Input) {
        let now = BootClock.now()
        if case .civilTime = input {} else { tellCivilTimeIfChanged(at: now) }
        if asksForWhatTheBatteryForbids(input), let reading = gauge?.news() {
            // A pack that was taken for empty may have recovered since, or be another one, and its gauge has not said so.
            handle(.battery(reading), at: now)
        }
        handle(input, at: now)
        spendDrivenUses()
        if case .driveEnded = input { gauge?.loadEnded() }
        // Where no phone can come, the button is for the bolt alone.
        if case .insideButton(let isPressed) = input, configuration.phoneTransport != nil {
            tellAccess(.insideButton(isPressed: isPressed))
        }
        endRevokedSessions()
    }

    /// Whether somebody wants the bolt moved, and the battery as it was last read keeps it from that.
    private func asksForWhatTheBatteryForbids(_ input: Input) -> Bool {
        switch input {
        case .command(.unlock, _, _), .insideButton(isPressed: true): !device.battery.allowsMoving
        case .command(.lock, _, _), .command(.calibrate, _, _): !device.battery.allowsLocking
        default: false
        }
    }

    private func handle(_ input: Input, at now: Instant) {
        let effects = device.handle(input, at: now)
        saveOfTurn = nil
        for effect in effects { perform(effect) }
        configuration.observer?(DaemonTurn(at: now, input: input, effects: effects, status: device.status))
    }

    func tellCivilTime(at now: Instant) {
        guard let reading = civil.news(at: now, configuration.civilClock()) else { return }
        turn(.civilTime(reading))
    }

    /// Before an input, so that what it writes down has the right time.
    private func tellCivilTimeIfChanged(at now: Instant) {
        guard let reading = civil.news(at: now, configuration.civilClock()) else { return }
        handle(.civilTime(reading), at: now)
    }

    private func coreTimerFired(_ id: TimerID) {
        guard let deadline = timers[id]?.deadline else { return }
        if id == .stroke {
            // What the other threads have said by then comes first, whichever the event loop looks at first: a loop that stood
            // still would take a stroke that has ended for one whose thread does not answer, or a journal that has answered
            // for one that has not.
            bolt.answers.drain { boltSaid($0) }
            storage.answers.drain { storageSaid($0) }
            // Then it has been set for something else.
            guard timers[id]?.deadline == deadline else { return }
        }
        turn(.timer(id, deadline: deadline))
    }

    func ownRequest() -> RequestID {
        nextOwnRequest += 1
        return RequestID(nextOwnRequest)
    }
}
