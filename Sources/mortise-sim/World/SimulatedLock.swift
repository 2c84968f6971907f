import Configuration
import Glibc
import LockCore
import LockDaemon
import LockSimulation
import Synchronization
import SystemdRuntime

/// The whole lock on a simulated board: the world, and mortised's own code on a thread beside it.
///
/// Owned by one thread, which calls it and receives ``news``. A power cut makes the lines dead at once, ends the daemon, and
/// starts a new one when the power is back. The store is closed in order then; that a store survives a cut at any write is what the
/// storage tests show, by killing.
final class SimulatedLock {
    /// What the owner hears.
    enum News: Sendable {
        case turn(DaemonTurn)
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
    private let journal: Journal
    private let gate = StoreGate()
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
        profile: BoardProfile, bus: String, stateDirectory: String, journal: Journal, seed: UInt64, position: Double
    ) throws {
        self.profile = profile
        self.bus = .address(bus)
        self.stateDirectory = stateDirectory
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
        let gate = self.gate
        configuration.observer = { _ = news.send(.turn($0)) }
        configuration.storageGate = { gate.pass() }
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

    /// Until then the store does nothing. nil: it works again.
    func stallStore(until instant: Instant?) { gate.close(until: instant) }

    // MARK: Power

    /// The supply is gone. Call ``restorePower()`` once ``News/ended(_:)`` has come and the darkness has lasted.
    func cutPower() {
        guard !isRestarting else { return }
        isRestarting = true
        world.cutPower()
        gate.close(until: nil)
        handle?.stop()
    }

    /// The supply is back: the processor starts again.
    func restorePower() throws {
        guard isRestarting, daemonThread?.finish(within: Self.endLimit) ?? true else { return }
        isRestarting = false
        world.restorePower()
        try start()
    }

    /// Ends everything; false: something did not end in time.
    func end() -> Bool {
        gate.close(until: nil)
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

/// A disk that stands still for a while.
final class StoreGate: Sendable {
    private let until = Mutex<Instant?>(nil)
    /// How long a wait takes to notice that the disk works again before its time.
    private static let grain: Int = 20_000_000

    func close(until instant: Instant?) { until.withLock { $0 = instant } }

    /// On the storage thread: waits while the disk stands still.
    func pass() {
        while let bound = until.withLock({ $0 }), BootClock.now() < bound {
            var rest = timespec(tv_sec: 0, tv_nsec: Self.grain)
            nanosleep(&rest, nil)
        }
    }
}
