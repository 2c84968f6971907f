import TelemetryPolicy

/// One lock's consent and queue through a random life: consent, policy change, owner change, clock jumps, power cuts, leases and recording,
/// with a store that sometimes fails or takes its time. `step` says which promise was broken.
///
/// The fault model: a power cut loses the machine, what is noted in memory and, at random, what the store had not answered. The queue
/// keeps what it was told, but wiping may not have happened yet. telemetry.db may be lost whole.
struct PolicyWalk {
    var random: SplitMix
    var consent = Consent()
    var queue = TelemetryQueue()
    var coalescer = Coalescer(startedAt: .seconds(1))
    var sampler = BatterySampler()

    // The world.
    var uptime: Duration = .seconds(1)
    var trueTime = Samples.noonOfWalk
    var clockError: Int64 = 0
    var clock = ClockQuality.trusted
    var owners: Set<KeyReference> = [KeyReference(1)]
    var context = Samples.context
    var stored: ConsentState?
    /// The numbers of the ledger's rows.
    var numbers: [UInt64] = []
    /// The ledger cannot be read, until a reset begins another.
    var isUnreadable = false
    var unanswered: [Unanswered] = []
    var timers: [ConsentTimer: Duration] = [:]
    /// Wiping that was ordered and has not happened.
    var scrubs: [ConsentEpoch?] = []

    // What the checkers know.
    var ledger = LedgerReading()
    /// Somebody who may has asked for an end, and has not been answered.
    var ending: Set<ConsentRequestID> = []
    /// They were told that it is not durable: it holds until it is, or until the power fails.
    var isHeld = false
    var isResetting = false
    var isBlocked: Bool { isHeld || !ending.isEmpty }
    var isServiceActive = false
    /// The line that each record was recorded under.
    var lines: [UInt64: Int] = [:]
    var bodies: [BatchID: [UInt8]] = [:]
    var inHand: BatchID?
    var requests: [ConsentRequestID: ConsentRequest] = [:]
    var next: UInt64 = 0
    /// What servers have said that they have erased.
    var erased: Set<ErasureID> = []
    /// What the last commit broke.
    var flaw: String?
    var seen = QueueCounters()
    /// Whether something was written since the bounds were last looked at.
    var hasGrown = false
    /// How often each named thing happened.
    private(set) var reached: [String: Int] = [:]
    /// What happened, for whoever looks into a failure.
    var isTracing = false

    enum ClockQuality {
        case trusted
        case untrusted
        case none
    }

    struct Unanswered {
        var id: ConsentCommitID
        var state: ConsentState
        var records: [ConsentRecord]
    }

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        _ = boot(.fresh(startingAt: ConsentEpoch(seed & 0xffff)))
    }

    mutating func count(_ what: String, times: Int = 1) { reached[what, default: 0] += times }
    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    mutating func chance(_ one: Int) -> Bool { below(one) == 0 }

    var now: Moment {
        let seconds = trueTime + clockError
        return switch clock {
        case .trusted: Moment(uptime: uptime, unixSeconds: seconds, isTrusted: true)
        case .untrusted: Moment(uptime: uptime, unixSeconds: uptime.components.seconds)
        case .none: Moment(uptime: uptime)
        }
    }

    /// The day that somebody vouches for, since 1970-01-01; reckoned apart from what is tested.
    var day: Int64? { clock == .trusted ? (trueTime + clockError) / 86_400 : nil }

    /// One event; what it broke, or nil.
    mutating func step() -> String? {
        next += 1
        if let broken = happen() { return broken }
        return check()
    }

    mutating func happen() -> String? {
        if !unanswered.isEmpty, chance(2) { return answerStore() }
        if !scrubs.isEmpty, chance(2) { return wipe() }
        if !scrubs.isEmpty, chance(40) { return powerCut() }
        // What changes while the store has not answered is where mistakes hide.
        if !unanswered.isEmpty, chance(8) {
            count("changed in a commit")
            return (chance(2) ? changePolicy() : changeOwners()) ?? note()
        }
        if chance(4) { return goOn() }
        switch below(100) {
        case 0..<10: return passTime()
        case 10..<12: return changeClock()
        case 12: return powerCut()
        case 13: return chance(2) ? changeOwners() : nil
        case 14: return chance(3) ? changePolicy() : nil
        case 15..<40: return ask()
        case 40..<66: return note()
        case 66..<74: return flush()
        case 74..<83: return lease()
        case 83..<90: return begin()
        case 90..<96: return report()
        case 96: return reportErasure()
        case 97:
            if chance(4) { queue.unpark() }
            return nil
        case 98:
            queue.age(consent.today(at: now))
            return nil
        default: return chance(12) ? reset() : chance(12) ? loseDatabase() : nil
        }
    }

    /// What owners and the uplink usually do next: without it a random life seldom gets as far as a transfer. Three steps of four are
    /// not steered, so that anything can come in between.
    mutating func goOn() -> String? {
        if isUnreadable, chance(8) { return reset() }
        guard let owner = owners.sorted().randomElement(using: &random) else {
            return chance(4) ? changeOwners() : note()
        }
        // Now and then they forget to accept, and must be refused.
        if ledger.accepted[owner] != context.manifest.identity, !chance(6) {
            return ask(.accept(Samples.echo(context.manifest), isAdult: true), by: .key(owner))
        }
        if ledger.agreement == nil || ledger.isFrozen {
            // A changed policy is left alone for a while now and then.
            guard !ledger.isFrozen || chance(8) else { return passTime() }
            let switches: Set<ConsentSwitch> = chance(2) ? [.diagnostics, .location] : [.diagnostics]
            let echo = Samples.echo(context.manifest, context.manifest.scope(of: switches).purposes)
            return ask(.give(switches, echo, Samples.fresh(next)), by: .key(owner))
        }
        if consent.state.erasures.contains(where: { $0.parkedBy == nil }) { return reportErasure() }
        guard let id = inHand, let batch = queue.batches.first(where: { $0.id == id }) else { return lease() }
        if consent.state.grant?.isExposed != true { return ask(.expose(consent.state.epoch), by: .local(user: 0)) }
        return batch.wasBegun ? report() : begin()
    }

    // MARK: The world

    mutating func passTime() -> String? {
        let seconds = chance(12) ? Int64(below(40 * 86_400)) : Int64(below(chance(3) ? 6 * 3_600 : 300))
        uptime += .seconds(seconds)
        trueTime += seconds
        // It does not go on for ever: the items' last day is years away, and would end the walk.
        if trueTime > Samples.noonOfWalk + 500 * 86_400 { trueTime = Samples.noonOfWalk }
        // In an order that is the same in every process. One that is cancelled meanwhile still arrives.
        let due = timers.filter { $0.value <= uptime }.sorted {
            ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue)
        }
        for (timer, deadline) in due {
            if timers[timer] == deadline { timers[timer] = nil }
            if let broken = handle(.timer(timer, deadline: deadline)) { return broken }
        }
        return nil
    }

    mutating func changeClock() -> String? {
        switch below(6) {
        case 0:
            // Days, or years: past the items' last one.
            clockError = chance(4) ? 3 * 366 * 86_400 : Int64(below(60 * 86_400))
        case 1:
            clockError = -Int64(below(60 * 86_400))
            count("clock back")
        case 2: clock = .untrusted
        case 3: clock = .none
        default: break
        }
        if chance(2) { (clock, clockError) = (.trusted, 0) }
        return handle(.clockChanged)
    }

    mutating func powerCut() -> String? {
        count("power cut")
        // The store may have got so far, or not.
        while !unanswered.isEmpty, chance(2) { makeDurable(unanswered.removeFirst()) }
        unanswered = []
        scrubs = []
        timers = [:]
        requests = [:]
        (ending, isHeld, isResetting) = ([], false, false)
        inHand = nil
        uptime = .seconds(1)
        trueTime += Int64(below(3_600))
        if chance(3) { clock = .untrusted }
        queue.booted()
        coalescer = Coalescer(startedAt: uptime)
        coalescer.resume(from: queue)
        sampler = BatterySampler(resuming: queue.memory[.battery])
        if chance(12) {
            count("unreadable")
            // Nothing is left of it. What servers were to erase is lost with it.
            (isUnreadable, stored, numbers, erased) = (true, nil, [], [])
            ledger.end()
            forgetAcceptances()
        }
        let epoch = ConsentEpoch(random.next() >> 1)
        if isUnreadable { return boot(.unreadable(startingAt: epoch)) }
        return boot(stored.map(ConsentFacts.stored) ?? .fresh(startingAt: epoch))
    }

    mutating func forgetAcceptances() { for key: UInt32 in 1...3 { ledger.forget(KeyReference(key)) } }

    mutating func boot(_ facts: ConsentFacts) -> String? {
        consent = Consent()
        if case .stored(let state) = facts {
            isServiceActive = state.isLocationServiceActive
            // Who left and came back while the store was dead, and the power failed before it lived again.
            for acceptance in state.acceptances where owners.contains(acceptance.by) {
                ledger.neverLeft(acceptance.by, acceptance.policy)
            }
        } else {
            isServiceActive = false
        }
        return handle(.boot(facts, context, owners: owners))
    }

    mutating func changeOwners() -> String? {
        let before = owners
        owners = chance(2) ? [KeyReference(1), KeyReference(2)] : [KeyReference(UInt32(1 + below(3)))]
        if chance(10) { owners = [] }
        for key in before.subtracting(owners) { ledger.forget(key) }
        if let by = ledger.agreement?.by, !owners.contains(by) { count("owner gone") }
        return handle(.owners(owners))
    }

    mutating func changePolicy() -> String? {
        context.manifest = [Samples.policy, Samples.policy, Samples.reworded, Samples.narrower][below(4)]
        context.details =
            [Samples.details, Samples.details, Samples.details, Samples.otherDetails, Samples.incompleteDetails][
                below(5)]
        return handle(.policy(context))
    }

    mutating func reset() -> String? {
        count("reset")
        (isHeld, isResetting) = (true, true)
        return handle(.reset(erasing: chance(2) ? Samples.fresh(next).erasureID : nil)) ?? handle(.owners(owners))
    }

    /// telemetry.db is set aside. Its counters begin anew.
    mutating func loseDatabase() -> String? {
        count("lost database")
        queue = TelemetryQueue()
        lines = [:]
        bodies = [:]
        inHand = nil
        scrubs.append(consent.state.grant == nil ? nil : consent.state.epoch)
        return nil
    }
}

extension Samples {
    static let noonOfWalk: Int64 = 1_795_435_200
}
