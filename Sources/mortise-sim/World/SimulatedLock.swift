import CommandSupport
import Configuration
import Glibc
import LockCore
import LockDaemon
import LockSimulation
import SocketTransport
import Synchronization
import SystemdRuntime

/// The whole lock on a simulated board: the world, and mortised's own code on a thread beside it.
///
/// Owned by one thread, which calls it and receives ``news``. A power cut makes the lines dead at once, and then the daemon: it
/// finishes, writes and answers nothing more (``DaemonHandle/lose()``), and a new one starts from the same directory when the
/// power is back. What had been committed by then is kept; that a store survives a cut in the midst of a write is what the storage
/// tests show, by killing.
final class SimulatedLock {
    /// What the owner hears.
    enum News: Sendable {
        case turn(DaemonTurn)
        /// A command that was asked for too often to be looked at.
        case passedOver(Command, Origin)
        case phones(PhoneNews)
        /// Something in the mechanism has changed or is moving.
        case moved
        /// The supply fell below what the processor needs.
        case brownOut
        case ended(DaemonEnd)
    }

    let world: World
    let news: Mailbox<News>
    let profile: BoardProfile
    private let bus: Bus.Address
    private let stateDirectory: String
    /// Where phones reach it; nil: they do not.
    private let phones: PhoneSocket?
    private let journal: Journal
    private let disk = SimulatedDisk()
    /// The civil clock. Say ``civilClockWasSet()`` after setting it.
    let clock = SimulatedClock()
    private let hasMoveNews: MoveFlag
    private var handle: DaemonHandle?
    private var daemonThread: WorkerThread?
    private let worldThread: WorkerThread
    private var isRestarting = false

    /// News that may wait: a second of the busiest stroke has some fifty.
    private static let newsCapacity = 1024
    /// sd-bus, SQLite and the core together use a tenth of this.
    private static let stackSize = 1 << 20
    /// How long a daemon may take to end: its threads' own bounds, and room.
    static let endLimit: Duration = .seconds(10)

    init(
        profile: BoardProfile, bus: String, stateDirectory: String, phones: PhoneSocket?, journal: Journal,
        seed: UInt64, position: Double
    ) throws {
        self.profile = profile
        self.bus = .address(bus)
        self.stateDirectory = stateDirectory
        self.phones = phones
        self.journal = journal
        let news = try Mailbox<News>(capacity: Self.newsCapacity)
        let flag = MoveFlag()
        self.news = news
        hasMoveNews = flag
        let world = try World(seed: seed, position: position) {
            // One is enough until it has been taken.
            if flag.raise() { _ = news.send(.moved) }
        } onBrownOut: {
            _ = news.send(.brownOut)
        }
        self.world = world
        worldThread = try WorkerThread(name: "world", stackSize: Self.stackSize) { world.run() }
        try start()
    }

    /// Starts the daemon.
    private func start() throws {
        let handle = try DaemonHandle()
        var configuration = DaemonConfiguration(
            profile: profile, stateDirectory: stateDirectory, bus: bus, version: Version.current)
        configuration.journal = journal
        let news = self.news
        let disk = self.disk
        let clock = self.clock
        configuration.observer = { _ = news.send(.turn($0)) }
        configuration.onPassedOver = { _ = news.send(.passedOver($0, $1)) }
        configuration.storageGate = { disk.pass() }
        configuration.isStorageFailing = { disk.isFailing }
        configuration.civilClock = { clock.read() }
        if let phones {
            configuration.phoneTransport = { events throws(SystemdError) in
                OverheardTransport(try SocketTransport(path: phones.path, on: events)) { _ = news.send(.phones($0)) }
            }
        }
        let board = RealTimeBoard(name: profile.name, world: world)
        let final = configuration
        daemonThread = try WorkerThread(name: "loop", stackSize: 8 * Self.stackSize) {
            _ = news.send(.ended(Daemon.run(final, board: board, handle: handle)))
        }
        self.handle = handle
    }

    /// The owner has taken ``News/moved``: from now on it is told again.
    func tookMove() { hasMoveNews.lower() }

    /// Whether the power is on.
    var isPowered: Bool { !isRestarting }

    /// Asks the lock for something. False: it does not hear.
    func send(_ command: Command, from origin: Origin) -> Bool { handle?.send(command, from: origin) ?? false }

    /// Until then the store does nothing. nil: it goes on.
    func stallStore(until instant: Instant?) { disk.stall(until: instant) }

    /// Whether every operation of the store ends in an error.
    var isStoreFailing: Bool {
        get { disk.isFailing }
        set { disk.isFailing = newValue }
    }

    /// The daemon looks at ``clock``.
    func civilClockWasSet() { handle?.civilClockWasSet() }

    // MARK: Power

    /// The supply is gone, in the midst of whatever was going on. Call ``restorePower()`` once ``News/ended(_:)`` has come and the darkness has lasted.
    func cutPower() {
        guard !isRestarting else { return }
        isRestarting = true
        world.cutPower()
        handle?.lose()
        // Whoever waits for the disk waits no longer, and does nothing more.
        disk.stall(until: nil)
    }

    /// The supply is back: the processor starts again.
    func restorePower() throws {
        guard isRestarting, daemonThread?.finish(within: Self.endLimit) ?? true else { return }
        isRestarting = false
        world.restorePower()
        try start()
    }

    /// The daemon has reset itself: it starts again.
    func startAnew() throws {
        guard daemonThread?.finish(within: Self.endLimit) ?? true else { return }
        try start()
    }

    /// Ends everything; false: something did not end in time.
    func end() -> Bool {
        disk.stall(until: nil)
        handle?.stop()
        let daemonEnded = daemonThread?.finish(within: Self.endLimit) ?? true
        world.end()
        return worldThread.finish(within: Self.endLimit) && daemonEnded
    }
}

/// Whether the owner has been told that something moves.
final class MoveFlag: Sendable {
    private let isRaised = Atomic(false)
    /// False: it was raised already.
    func raise() -> Bool { !isRaised.exchange(true, ordering: .acquiringAndReleasing) }
    func lower() { isRaised.store(false, ordering: .releasing) }
}

/// A disk that stands still for a while, or has failed.
final class SimulatedDisk: Sendable {
    private let until = Mutex<Instant?>(nil)
    private let failing = Atomic(false)
    /// How long a wait takes to notice that the disk works again before its time.
    private static let grain: Duration = .milliseconds(20)

    func stall(until instant: Instant?) { until.withLock { $0 = instant } }

    var isFailing: Bool {
        get { failing.load(ordering: .acquiring) }
        set { failing.store(newValue, ordering: .releasing) }
    }

    /// On the storage thread: waits while the disk stands still.
    func pass() {
        while let bound = until.withLock({ $0 }), BootClock.now() < bound {
            rest(for: Self.grain)
        }
    }
}
