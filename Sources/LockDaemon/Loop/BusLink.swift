internal import LockCore
internal import SystemdRuntime

/// The connection to the message bus: made, lost and made again, without ever making the loop wait.
final class BusLink {
    /// The name that clients call.
    static let name = "org.mortise.Lock1"

    /// How long connecting, greeting and getting the name may take together.
    static let attemptLimit: Duration = .seconds(10)
    /// How long until the next attempt, the first time and at most: soon after a bus restarts, and one wake-up a minute while
    /// there is none.
    static let firstRetry: Duration = .seconds(1)
    static let longestRetry: Duration = .seconds(60)
    /// How long answers may take to leave at the end.
    static let flushLimit: Duration = .milliseconds(500)

    private enum State {
        case idle
        case connecting(Bus)
        case established(Bus)
        /// Until the timer fires.
        case waiting
    }

    private let loop: EventLoop
    private let address: Bus.Address
    private let service: LockService
    private let onOutcome: (SystemdError?) -> Void
    private var state = State.idle
    private var timer: LoopTimer?
    private var slots: [BusSlot] = []
    private var delay = BusLink.firstRetry

    /// `onOutcome` is called after every attempt, and with an error when the connection is lost.
    init(
        to address: Bus.Address, on loop: EventLoop, service: LockService,
        onOutcome: @escaping (SystemdError?) -> Void
    ) throws(SystemdError) {
        self.address = address
        self.loop = loop
        self.service = service
        self.onOutcome = onOutcome
        timer = try loop.timer { [unowned self] in timeIsUp() }
    }

    /// Begins the first attempt, if it has not begun.
    func start() {
        guard case .idle = state else { return }
        attempt()
    }

    /// Whether clients can reach the lock.
    var isEstablished: Bool {
        guard case .established = state else { return false }
        return true
    }

    /// The connection, while clients can reach the lock over it.
    var bus: Bus? {
        guard case .established(let bus) = state else { return nil }
        return bus
    }

    /// From here on clients are not served; the connection stays for those that are to end in order.
    func withdraw() {
        timer?.cancel()
        service.disconnect()
        slots = []
    }

    /// Sends what is queued, for a bounded time, and closes.
    func close() {
        withdraw()
        switch state {
        case .connecting(let bus), .established(let bus): bus.close(flushingFor: Self.flushLimit)
        case .idle, .waiting: break
        }
        state = .idle
    }

    /// Closes without sending anything more. For a simulated loss of power.
    func drop() {
        timer?.cancel()
        switch state {
        case .connecting(let bus), .established(let bus): bus.close(flushingFor: .zero)
        case .idle, .waiting: break
        }
        service.disconnect()
        slots = []
        state = .idle
    }

    private func attempt() {
        do throws(SystemdError) {
            let bus = try Bus(startingAt: address, on: loop)
            state = .connecting(bus)
            slots = [try bus.onDisconnect { [unowned self] in lost() }]
            // Served before the name is there: whoever finds the name finds the objects.
            try service.connect(to: bus)
            do throws(BusError) {
                slots.append(try bus.requestNameLater(Self.name) { [unowned self] error in named(error) })
            } catch {
                throw SystemdError(
                    operation: "ask \(address) for the name \(Self.name)", errno: Self.connectionReset,
                    advice: error.message)
            }
            timer?.arm(atBootNanoseconds: (BootClock.now() + Self.attemptLimit).nanoseconds)
        } catch {
            giveUp(error)
        }
    }

    private func named(_ error: SystemdError?) {
        guard case .connecting(let bus) = state else { return }
        if let error { return giveUp(error) }
        timer?.cancel()
        delay = Self.firstRetry
        state = .established(bus)
        onOutcome(nil)
    }

    private func lost() {
        giveUp(
            SystemdError(
                operation: "stay on \(address)", errno: Self.connectionReset, advice: "It will be tried again."))
    }

    /// ECONNRESET.
    private static let connectionReset: Int32 = 104
    /// ETIMEDOUT.
    private static let timedOut: Int32 = 110

    private func timeIsUp() {
        switch state {
        case .connecting:
            giveUp(
                SystemdError(operation: "connect to \(address)", errno: Self.timedOut, advice: "It does not answer."))
        case .waiting: attempt()
        case .idle, .established: break
        }
    }

    private func giveUp(_ error: SystemdError) {
        service.disconnect()
        let old = (state, slots)
        // Dropped in the next round: this may be running in a handler of what is dropped.
        if !loop.post({ withExtendedLifetime(old) {} }) { withExtendedLifetime(old) {} }
        slots = []
        state = .waiting
        timer?.arm(atBootNanoseconds: (BootClock.now() + delay).nanoseconds)
        delay = min(delay * 2, Self.longestRetry)
        onOutcome(error)
    }
}
