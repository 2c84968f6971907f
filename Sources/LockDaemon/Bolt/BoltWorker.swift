internal import Glibc
internal import LockCore
internal import SystemdRuntime

/// What the bolt thread does: waits for edges, its deadline and orders, and ends every drive by itself.
///
/// Confined to the bolt thread. Nothing is allocated between an order and its report: messages are values without heap
/// payload in rings of fixed size, the lines' calls are allocation-free by contract, and the errors that do allocate end the
/// stroke.
final class BoltWorker<Lines: BoltLines> {
    private let lines: Lines
    private let orders: RealtimeMailbox<BoltMessage>
    private let answers: RealtimeMailbox<BoltAnswer>
    private let timer: BootTimerDescriptor
    private let brakeTime: Duration
    private let loss: PowerLoss

    private var driver: BoltDriver
    /// What the lines were last set to; nil after a failure: not known.
    private var applied: BridgeOutput?
    private var armed: Instant?
    /// The timer has fired: it stays readable until it is set again, whatever is next.
    private var mustArm = true
    /// The levels as they were last told to the driver.
    private var known: BoltLevels
    // What the loop's mailbox had no room for, a slot for each kind: nothing that the loop waits for is lost.
    private var held: BoltReport?
    /// The end of a drive that was never begun. The core has one drive open at a time.
    private var heldRefusal: DriveEnd?
    /// The newest failure; last once one was.
    private var heldFailure: (error: BoardError, isLast: Bool)?
    /// The newest question: the watchdog asks no other before it has been answered.
    private var heldEcho: UInt32?
    /// Set while the board fails: a drive that has to be stopped for it ends with a driver fault.
    private var isFailing = false
    private var isStopping = false
    /// Whether the kernel still tells of edges.
    private var hearsEdges = true
    /// How often in a row the board has failed.
    private var failures = 0

    /// How many edges are taken before the deadline and the orders are looked at again: a chattering switch must not keep a
    /// brake order waiting. The kernel's buffer holds 16 a line.
    static var edgesAtOnce: Int { 64 }
    /// How often outputs are tried to be made safe after the board has failed.
    static var safeAttempts: Int { 3 }
    /// How long a report waits for room in the loop's mailbox before it is sent again. The loop stands still then, and its
    /// watchdog runs.
    static var retryReport: Duration { .milliseconds(20) }
    /// How long lines that have failed are left alone at rest: asked again at once, they would keep a processor busy, and at
    /// real-time priority nobody else would get it.
    static var retryBoard: Duration { .milliseconds(20) }
    /// How many times in a row the board may fail until only a new start, with a new request of the lines, can help.
    static var failureLimit: Int { 10 }

    /// Reads the lines for the first time, and makes the outputs safe.
    init(
        lines: Lines, stroke: StrokeTiming, orders: RealtimeMailbox<BoltMessage>, answers: RealtimeMailbox<BoltAnswer>,
        loss: PowerLoss = PowerLoss()
    ) throws(BoltThreadError) {
        self.loss = loss
        self.lines = lines
        self.orders = orders
        self.answers = answers
        brakeTime = stroke.brake
        do throws(SystemdError) { timer = try BootTimerDescriptor() } catch { throw .system(error) }
        do throws(BoardError) {
            try lines.set(.safe)
            known = try lines.levels()
        } catch {
            throw .board(error)
        }
        driver = BoltDriver(debounce: stroke.debounce, deadTime: stroke.deadTime, levels: known)
        applied = .safe
    }

    /// The levels when the thread began.
    var initialLevels: BoltLevels { known }

    /// Runs until told to stop, or until there is no power.
    func run() {
        while !isStopping {
            wait()
            // Without power nothing is driven, braked or told.
            guard !loss.hasHappened else { return }
            takeEdges()
            let now = BootClock.now()
            if let deadline = driver.deadline, now >= deadline { wake(at: now) }
            orders.drain { message in handle(message) }
            finish()
        }
    }

    // MARK: Waiting

    private func wait() {
        var descriptors: (pollfd, pollfd, pollfd) = (
            pollfd(fd: hearsEdges ? lines.eventDescriptor : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: timer.rawValue, events: Int16(POLLIN), revents: 0),
            pollfd(fd: orders.fileDescriptor, events: Int16(POLLIN), revents: 0)
        )
        // A signal handler elsewhere in the process may interrupt it; everything is looked at then, which does no harm.
        let ready = withUnsafeMutablePointer(to: &descriptors) { tuple in
            tuple.withMemoryRebound(to: pollfd.self, capacity: 3) { poll($0, 3, -1) }
        }
        guard ready > 0 else { return }
        let broken = Int16(POLLERR) | Int16(POLLHUP) | Int16(POLLNVAL)
        if descriptors.0.revents & broken != 0 {
            hearsEdges = false
            fail(BoardError(operation: "wait for edges of", chip: "the bolt", errno: EIO))
        }
    }

    /// Arms the timer for what is next; cancels it when there is nothing to wait for.
    private func arm() {
        var next = driver.deadline
        if failures > 0, !driver.isDriving { next = next.map { max($0, BootClock.now() + Self.retryBoard) } }
        if held != nil || heldRefusal != nil || heldFailure != nil || heldEcho != nil {
            let retry = BootClock.now() + Self.retryReport
            next = next.map { min($0, retry) } ?? retry
        }
        guard mustArm || next != armed else { return }
        mustArm = false
        armed = next
        if let next { timer.arm(atBootNanoseconds: next.nanoseconds) } else { timer.cancel() }
    }

    // MARK: What happens

    func takeEdges() {
        guard hearsEdges else { return }
        do throws(BoardError) {
            for _ in 0..<Self.edgesAtOnce {
                guard let event = try lines.nextEvent() else { return }
                switch event {
                case .edge(let line, let isActive, let at):
                    known[line] = isActive
                    driver.edge(line, isActive: isActive, at: at)
                case .lost: driver.wake(levels: try read(), at: BootClock.now())
                }
                // After each: the outputs must not wait for the rest of a chatter.
                try apply()
            }
        } catch {
            fail(error)
        }
    }

    func wake(at now: Instant) {
        mustArm = true
        do throws(BoardError) {
            driver.wake(levels: try read(), at: now)
            try apply()
            failures = 0
        } catch {
            fail(error)
        }
    }

    func handle(_ message: BoltMessage) {
        guard !isStopping, !loss.hasHappened else { return }
        switch message {
        case .order(let order): perform(order)
        case .echo(let number):
            heldEcho = number
            report()
        case .stop: stop()
        }
    }

    private func perform(_ order: BoltOrder) {
        do throws(BoardError) {
            known = try lines.levels()
        } catch {
            // The driver has not heard of this drive, so it will not tell its end.
            if case .drive(_, _, _, let id) = order { refuse(id) }
            return fail(error)
        }
        driver.perform(order, levels: known, at: BootClock.now())
        do throws(BoardError) {
            try apply()
            isFailing = false
            failures = 0
        } catch {
            fail(error)
        }
        report()
    }

    private func read() throws(BoardError) -> BoltLevels {
        known = try lines.levels()
        return known
    }

    /// Sets the lines as the driver wants them.
    private func apply() throws(BoardError) {
        let wanted = driver.output
        guard applied != wanted else { return }
        applied = nil
        try lines.set(wanted)
        applied = wanted
        driver.applied(at: BootClock.now())
    }

    /// What every round ends with: outputs are set by now, so there is time to tell.
    func finish() {
        report()
        // A deadline that has been reached meanwhile makes the timer readable at once.
        arm()
    }

    private func report() {
        while let report = nextReport() {
            guard answers.send(.report(report)) else {
                held = report
                return
            }
        }
        if let end = heldRefusal {
            guard answers.send(.report(.driveEnded(end))) else { return }
            heldRefusal = nil
        }
        if let failure = heldFailure {
            guard answers.send(.failed(failure.error, isLast: failure.isLast)) else { return }
            heldFailure = nil
        }
        if let number = heldEcho {
            guard answers.send(.echo(number)) else { return }
            heldEcho = nil
        }
    }

    private func nextReport() -> BoltReport? {
        if let report = held {
            held = nil
            return report
        }
        guard let report = driver.nextReport() else { return nil }
        guard isFailing, case .driveEnded(var end) = report, end.reason == .stopped else { return report }
        end.reason = .driverFault
        return .driveEnded(end)
    }

    // MARK: Failing and stopping

    /// The board did not answer: nothing that it says is known any more, so nothing is driven.
    private func fail(_ error: BoardError) {
        isFailing = true
        failures += 1
        // Heard of again and again, what cannot be taken would spin this thread.
        if failures >= Self.failureLimit { hearsEdges = false }
        // Ends a drive without asking the lines again.
        driver.perform(.sleepDriver, levels: known, at: BootClock.now())
        for _ in 0..<Self.safeAttempts where applied != .safe {
            guard (try? lines.set(.safe)) != nil else { continue }
            applied = .safe
            driver.applied(at: BootClock.now())
        }
        heldFailure = (error, isLast: !hearsEdges || applied != .safe || heldFailure?.isLast == true)
        report()
    }

    /// A drive that the board would not begin.
    private func refuse(_ id: DriveID) {
        guard !driver.isDriving else { return }
        let now = BootClock.now()
        heldRefusal = DriveEnd(
            id: id, reason: .driverFault, began: now, ended: now, limits: known.limits, leftStart: false)
    }

    /// A stroke under way is ended as every stroke is: brake until the rotor stands, then everything off.
    private func stop() {
        isStopping = true
        if driver.isDriving {
            perform(.brake)
            var rest = timespec(tv_sec: 0, tv_nsec: Int(brakeTime.wholeNanoseconds))
            // Profiles bound it to half a second. An interruption by a signal only shortens the braking.
            clock_nanosleep(CLOCK_BOOTTIME, 0, &rest, nil)
        }
        perform(.sleepDriver)
        if applied != .safe { fail(BoardError(operation: "switch off", chip: "the motor driver", errno: EIO)) }
        _ = answers.send(.stopped)
    }
}

/// Why there is no bolt thread.
enum BoltThreadError: Error, Hashable, Sendable, CustomStringConvertible {
    case board(BoardError)
    case system(SystemdError)

    var description: String {
        switch self {
        case .board(let error): error.description
        case .system(let error): error.description
        }
    }
}
