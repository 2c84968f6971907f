internal import LockCore
internal import SystemdRuntime

/// Bounds the audit entries that one user can bring about without moving the bolt, so that nobody can push everything else out of
/// the owner's log by asking for what is already so. Moving the bolt is bounded by the motor's duty budget.
///
/// A command beyond the budget is refused as `busy` before the core hears of it: it was not accepted, so it leaves no entry.
struct CommandBudget {
    /// Commands that a user may give at once: more than anybody at a door or a screen has reason to.
    static let burst = 30
    /// One command is won back in this time. A user who never stops makes 1,440 entries a day, so the log of 10,000 still
    /// reaches a week back.
    static let refill: Duration = .seconds(60)
    /// Users who are remembered. A lock has a handful of accounts and phones; only members of its groups get this far.
    static let userLimit = 64

    private struct Spending {
        var spent: Int
        var asOf: Instant
    }

    private var spendings: [Origin: Spending] = [:]

    /// What a caller is told whose budget is used up.
    static var refusal: BusError {
        FaultErrors.refused(
            .busy,
            complaint: """
                this user has asked \(burst) times for what moves nothing; one more is taken every \
                \(refill.wholeMilliseconds / 1000) s, and whatever moves the bolt at once
                """)
    }

    /// Whether a command may go to the core. Only what somebody outside asks for in vain costs anything; root could write into
    /// the log's file as well, so nothing would be won by counting him.
    mutating func admits(_ command: Command, from origin: Origin, to device: Device, at now: Instant) -> Bool {
        guard origin.mayBeOutside, origin != .local(user: 0) else { return true }
        return !device.wouldOnlyBeWrittenDown(command, from: origin, at: now) || take(for: origin, at: now)
    }

    /// Takes one of the origin's commands from its budget. False: there is none left.
    mutating func take(for origin: Origin, at now: Instant) -> Bool {
        var spending = current(spendings[origin] ?? Spending(spent: 0, asOf: now), at: now)
        guard spending.spent < Self.burst else { return false }
        if spendings[origin] == nil { makeRoom(at: now) }
        spending.spent += 1
        spendings[origin] = spending
        return true
    }

    private func current(_ spending: Spending, at now: Instant) -> Spending {
        let won = Int((now - spending.asOf).wholeNanoseconds / Self.refill.wholeNanoseconds)
        guard won > 0 else { return spending }
        let left = max(0, spending.spent - won)
        return Spending(spent: left, asOf: left == 0 ? now : spending.asOf + Self.refill * won)
    }

    /// Forgets whoever has spent the least: of all that is forgotten it matters least.
    private mutating func makeRoom(at now: Instant) {
        spendings = spendings.mapValues { current($0, at: now) }.filter { $0.value.spent > 0 }
        guard spendings.count >= Self.userLimit, let least = spendings.min(by: { $0.value.spent < $1.value.spent })
        else { return }
        spendings[least.key] = nil
    }
}

extension Device {
    /// Whether a command would leave an audit entry without costing any of the motor's time: nothing else bounds those.
    func wouldOnlyBeWrittenDown(_ command: Command, from origin: Origin, at now: Instant) -> Bool {
        guard isBooted else { return false }
        let goal: Target
        switch command {
        case .lock: goal = .locked
        case .unlock: goal = .unlocked
        case .calibrate: goal = .calibrated
        case .configure, .acknowledgeAlarms: return true
        }
        switch admission(of: goal, from: origin, at: now) {
        case .already, .join: return true
        // Busy is not written down.
        case .refuse(let code): return code != .busy
        // Without the journal only an unlock moves.
        case .begin: return !isJournalAvailable && goal != .unlocked
        // What has not been driven yet, or is being given up already, can be turned round for nothing.
        case .supersede: return stroke.map { $0.interruption != nil || !$0.hasDriven } ?? false
        }
    }
}

extension Stroke {
    /// Whether the motor has been energised for it.
    fileprivate var hasDriven: Bool {
        switch phase {
        case .journaling: false
        case .waking: attempt > 1 || calibration.map { $0.extend != nil || $0.retract != nil } ?? false
        case .driving, .braking, .coasting, .pausing, .awaitingHand, .settling: true
        }
    }
}
