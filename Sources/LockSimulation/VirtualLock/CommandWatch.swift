import LockCore

/// What the ``SafetyMonitor`` knows of commands and their answers.
struct CommandWatch: Hashable, Sendable {
    struct Open: Hashable, Sendable {
        var command: Command
        var origin: Origin
        var at: Instant
        /// Whether a motion of its own has been journaled for it.
        var isJournaled = false
    }

    private(set) var open: [RequestID: Open] = [:]
    private(set) var replies: [RequestID: Reply] = [:]
    private(set) var auditCount = 0
    /// Audit entries of origins that have asked for something: entries written less entries owed.
    private var balance: [Origin: Int] = [:]
    private var waiting: [Origin: Int] = [:]
    /// What was asked in all, and the entries about it that the store has. A power cut does not touch them.
    private var asked: [Origin: Int] = [:]
    private var stored: [Origin: Int] = [:]

    mutating func asked(_ command: Command, _ origin: Origin, _ id: RequestID, at now: Instant) -> Bool {
        guard open[id] == nil else { return false }
        open[id] = Open(command: command, origin: origin, at: now)
        balance[origin, default: 0] -= 1
        waiting[origin, default: 0] += 1
        asked[origin, default: 0] += 1
        return true
    }

    mutating func answered(_ id: RequestID, _ reply: Reply) -> Bool {
        guard let request = open.removeValue(forKey: id) else { return false }
        replies[id] = reply
        waiting[request.origin, default: 0] -= 1
        if reply == .refused(.busy) { balance[request.origin, default: 0] += 1 }
        return true
    }

    /// The earliest request that is open and is about this.
    func earliest(_ action: AuditAction, _ origin: Origin) -> Instant? {
        open.values.lazy.filter { $0.origin == origin && $0.command.action == action }.map(\.at).min()
    }

    /// A motion is journaled: for the earliest open request that it can be for.
    mutating func journaled(_ motion: Motion) {
        let found = open.filter {
            !$0.value.isJournaled && $0.value.origin == motion.origin
                && $0.value.command.action == AuditAction(of: motion.target)
        }
        guard let id = found.min(by: { $0.value.at < $1.value.at })?.key else { return }
        open[id]?.isJournaled = true
    }

    mutating func audited(_ event: AuditEvent) {
        auditCount += 1
        if balance[event.origin] != nil { balance[event.origin, default: 0] += 1 }
    }

    /// The store has an entry; false: it has more of its origin than that has asked for.
    mutating func committed(_ event: AuditEvent) -> Bool {
        guard event.action.isOfCommand, let wanted = asked[event.origin] else { return true }
        stored[event.origin, default: 0] += 1
        return stored[event.origin, default: 0] <= wanted
    }

    /// Origins all of whose requests are answered, and whose audit entries do not match them.
    func settledUnevenly() -> [(key: String, value: Int)] {
        balance.filter { $0.value != 0 && waiting[$0.key] == 0 }.map { ("\($0.key)", $0.value) }.sorted {
            $0.key < $1.key
        }
    }

    func overdue(at now: Instant) -> String? {
        open.filter { now - $0.value.at > $0.value.command.answerBound }.map {
            "\($0.value.command) \($0.key.rawValue)"
        }
        .min()
    }

    /// What was open has lost its answer with the power, and whoever asked knows that.
    mutating func lostPower() {
        open = [:]
        balance = [:]
        waiting = [:]
    }
}

extension Command {
    /// What an audit entry calls it.
    var action: AuditAction {
        switch self {
        case .lock: .lock
        case .unlock: .unlock
        case .calibrate: .calibrate
        case .configure: .configure
        case .acknowledgeAlarms: .acknowledgeAlarms
        }
    }

    /// How long an answer may take. A stroke with all its retries, behind the end of another one, has four attempts of two
    /// drives of a second and a half; calibration waits half a minute for a hand besides.
    var answerBound: Duration {
        switch self {
        case .lock, .unlock: .seconds(25)
        case .calibrate: .seconds(75)
        case .configure, .acknowledgeAlarms: .seconds(1)
        }
    }
}

extension AuditAction {
    /// Whether somebody asks for this, so that there is one entry for each time.
    var isOfCommand: Bool {
        switch self {
        case .lock, .unlock, .calibrate, .configure, .acknowledgeAlarms: true
        case .boot, .movedByHand, .fault, .faultCleared, .doorAjar, .forcedOpen, .tampered, .lowBattery,
            .batteryUnreadable, .alarmEnded, .keyAdded, .keyChanged, .keyRemoved, .invitationCreated,
            .invitationWithdrawn, .wrongSecret, .pairingOpened, .clockSet, .resetRequested, .strangersRefused,
            .logErased:
            false
        }
    }

    /// Whether it is a stroke.
    var isOfStroke: Bool {
        switch self {
        case .lock, .unlock, .calibrate: true
        default: false
        }
    }
}
