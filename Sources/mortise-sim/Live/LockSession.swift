import Configuration
import Glibc
import LockCore
import LockDaemon
import LockSimulation
import SystemdRuntime

/// A running simulated lock on its own bus, as the served lock and the live view share it.
///
/// Confined to the thread that runs ``events``.
final class LockSession {
    let events: EventLoop
    let lock: SimulatedLock
    let address: String
    /// The last that the lock has said of itself.
    private(set) var status: Status?
    /// Called after each turn of the core.
    var onTurn: (DaemonTurn) -> Void = { _ in }
    /// Called with a command that was asked for too often to be looked at.
    var onPassedOver: (Command, Origin) -> Void = { _, _ in }
    /// Called when a phone has come or gone, or pairing has opened or closed.
    var onPhones: (PhoneNews) -> Void = { _ in }
    /// Called when something moves, or has happened to the mechanism.
    var onMove: () -> Void = {}
    /// Called when the power has gone or come back.
    var onPower: (Bool) -> Void = { _ in }
    private(set) var failure: String?
    /// Why phones cannot reach the lock; nil: they can.
    let phoneObstacle: String?
    /// What else reaches this very lock from another terminal, as arguments of `mortise-sim phone`.
    let phoneArguments: [String]

    private let bus: PrivateBus
    private var sources: [EventSource] = []
    private var power: LoopTimer?
    private var darkness: Duration = .zero
    private var hasEnded = false

    /// What makes a session.
    struct Options {
        var profile: BoardProfile
        var stateDirectory: String
        var journal: Journal
        var seed: UInt64
        var position: Double
    }

    /// How long a brown-out keeps the processor from starting again.
    private static let brownOutDarkness: Duration = .milliseconds(500)

    init(_ options: Options) throws {
        try StateDirectory.make(options.stateDirectory)
        events = try EventLoop()
        bus = try PrivateBus()
        address = bus.address
        let socket = PhoneSocket(stateDirectory: options.stateDirectory)
        phoneObstacle = socket.prepare()
        phoneArguments =
            options.stateDirectory == StateDirectory.usual ? [] : ["--state-directory", options.stateDirectory]
        lock = try SimulatedLock(
            profile: options.profile, bus: bus.address, stateDirectory: options.stateDirectory,
            phones: phoneObstacle == nil ? socket : nil,
            journal: options.journal, seed: options.seed, position: options.position)
        sources.append(try events.receive(from: lock.news) { [unowned self] in take($0) })
        power = try events.timer { [unowned self] in restorePower() }
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            sources.append(try events.onSignal(signal) { [unowned self] in events.exit() })
        }
    }

    /// Runs until ``EventLoop/exit(_:)``, a signal or the daemon's failure; then ends everything. False: it did not go well.
    func run() throws -> Bool {
        _ = try events.run()
        let isClean = lock.end()
        return isClean && failure == nil
    }

    // MARK: What is heard

    private func take(_ news: SimulatedLock.News) {
        switch news {
        // What a lock said before its power went is still on the way.
        case .turn where !lock.isPowered: break
        case .turn(let turn):
            status = turn.status
            onTurn(turn)
        case .passedOver(let command, let origin): onPassedOver(command, origin)
        case .phones(let news): onPhones(news)
        case .moved:
            onMove()
        case .brownOut: cutPower(for: Self.brownOutDarkness)
        case .ended(.lost), .ended(.stopped):
            guard !lock.isPowered else { return }
            power?.arm(atBootNanoseconds: (BootClock.now() + darkness).nanoseconds)
        case .ended(.reset): startAnew()
        case .ended(.failed(let reason)):
            failure = reason
            events.exit(1)
        }
    }

    /// As the service manager would.
    private func startAnew() {
        do { try lock.startAnew() } catch {
            failure = "\(error)"
            events.exit(1)
        }
    }

    private func cutPower(for duration: Duration) {
        guard lock.isPowered else { return }
        darkness = duration
        status = nil
        lock.cutPower()
        onPower(false)
    }

    private func restorePower() {
        do {
            try lock.restorePower()
            onPower(true)
        } catch {
            failure = "the daemon could not be started again: \(error)"
            events.exit(1)
        }
    }

    // MARK: What is done

    /// Does what a scenario's step would do. Gives the reason if it cannot.
    func perform(_ action: ScenarioAction) -> String? {
        switch action {
        case .command(let command, let origin, _):
            guard let status else { return "the lock has not started" }
            return lock.send(command.command(status.settings), from: origin) ? nil : "too much is waiting"
        case .hand(let hand): return lock.world.act(.hand(hand)) ? nil : "that is not possible now"
        case .fault(let fault): lock.world.act(.fault(fault))
        case .endFault(let fault): lock.world.act(.endFault(fault))
        case .endAllFaults: endAll()
        case .powerCut(let duration): cutPower(for: duration)
        case .store(.stall(let duration)): lock.stallStore(until: BootClock.now() + duration)
        case .store(.fail): lock.isStoreFailing = true
        case .store(.work):
            lock.isStoreFailing = false
            lock.stallStore(until: nil)
        case .clockJump(let seconds):
            lock.clock.jump(seconds: seconds)
            lock.civilClockWasSet()
        case .clock(let kind):
            lock.clock.set(kind)
            lock.civilClockWasSet()
        case .boltThreadHeldUp(let duration): lock.world.boltThreadHoldUp = duration
        case .expect: return "that can only be done in a scenario (--headless)"
        }
        return nil
    }

    /// Takes a lasting action back. Gives the reason if it cannot.
    func end(_ action: ScenarioAction) -> String? {
        switch action {
        case .fault(let fault): return perform(.endFault(fault))
        case .store: return perform(.store(.work))
        case .boltThreadHeldUp: lock.world.boltThreadHoldUp = nil
        case .clock:
            lock.clock.set(nil)
            lock.civilClockWasSet()
        default: return "that does not last"
        }
        return nil
    }

    private func endAll() {
        lock.world.act(.endAllFaults)
        lock.world.boltThreadHoldUp = nil
        lock.isStoreFailing = false
        lock.stallStore(until: nil)
        lock.clock.reset()
        lock.civilClockWasSet()
    }

    /// What is wrong at the moment, with the mechanism and around it.
    var conditions: [ScenarioAction] {
        let heldUp = lock.world.boltThreadHoldUp
        return lock.world.snapshot.model.faults.map { .fault($0) } + (lock.isStoreFailing ? [.store(.fail)] : [])
            + (heldUp.map { [.boltThreadHeldUp($0)] } ?? []) + lock.clock.changes
    }
}
