internal import LockCore
internal import Storage
internal import TelemetryPolicy

/// Consent and telemetry on their thread: the machine of consent, what is noted, the queue, and both stores. Permits cannot leave the thread
/// that asks the gate (they are neither copied nor stored), so all that needs them is in one place.
///
/// It knows no clock: every call says what time it is, and ``deadline(at:)`` when the next call is due. Nothing of it can keep the lock from
/// locking or unlocking. A store that does not open is tried again ever more slowly; until then consent is no.
final class TelemetryKeeper {
    let consentPath: String
    let telemetryPath: String
    private let tell: (TelemetryAnswer) -> Void
    private let random: () -> [UInt8]
    let encode: (InstallID, [Row]) -> [UInt8]

    var consent = Consent()
    var ledger: ConsentStore?
    var queue = TelemetryQueue()
    var store: TelemetryStore?
    var coalescer: Coalescer
    private var sampler = BatterySampler()
    private var facts: [ItemValue] = []
    /// nil: nobody has said yet.
    private var owners: Set<KeyReference>?
    private var context: PolicyContext?
    private var civil: CivilReading?
    private var timers: [ConsentTimer: Duration] = [:]
    /// Something that was removed may be in a file still.
    private var owesScrub = false
    private var trouble: [String: String] = [:]
    private var retryAt: Duration?
    private var retryWait = TelemetryKeeper.firstRetry
    /// The last day on which what is too old was looked for.
    private var agedOn: Day?

    static let firstRetry: Duration = .seconds(1)
    static let longestRetry: Duration = .seconds(3_600)
    /// Bytes of one drawing: an install id and an erasure id.
    static let randomBytes = 32

    /// `random`: ``randomBytes`` that nobody can guess. `encode`: a batch's body.
    init(
        directory: String, startedAt now: Instant, random: @escaping () -> [UInt8],
        encode: @escaping (InstallID, [Row]) -> [UInt8], tell: @escaping (TelemetryAnswer) -> Void
    ) {
        consentPath = directory + "/consent.db"
        telemetryPath = directory + "/telemetry.db"
        self.random = random
        self.encode = encode
        self.tell = tell
        coalescer = Coalescer(startedAt: Self.uptime(now))
    }

    // MARK: Entry points

    func handle(_ message: TelemetryMessage, at now: Instant) {
        switch message {
        case .owners(let new):
            owners = new ?? []
            isReady ? give(.owners(owners ?? []), at: now) : open(at: now)
        case .clock(let reading):
            civil = reading
            give(.clockChanged, at: now)
            noteFacts(at: now)
        case .policy(let new):
            context = new
            isReady ? give(.policy(new), at: now) : open(at: now)
        case .facts(let new):
            facts = new
            noteFacts(at: now)
        case .battery(let percent): note(percent: percent, at: now)
        case .failure(let failure):
            _ = consent.recording(.serviceFailures, at: moment(now)) { coalescer.count(failure, permit: $0) }
        case .ask(let request, let actor, let number):
            give(.request(request, by: actor, id: ConsentRequestID(number)), at: now)
            noteFacts(at: now)
        case .export(let number): tell(.document(number, export(at: now)))
        case .preview(let number): tell(.preview(number, preview(at: now)))
        case .receipt(let record, let number): tell(.document(number, receipt(record)))
        case .status(let number): tell(.status(number, status(at: now)))
        case .lease(let number): tell(.leased(number, lease(at: now)))
        case .begin(let batch, let number): tell(.mayGo(number, begin(batch, at: now)))
        case .report(let batch, let outcome, let number):
            tell(.reported(number, isKnown: report(batch, outcome, at: now)))
        case .reset(let erasing, let number): reset(erasing: erasing, number, at: now)
        }
        timeOut(at: now)
    }

    /// When ``timeOut(at:)`` is due; nil: when something has been said, and not before.
    func deadline(at now: Instant) -> Instant? {
        let flush = isReady && store != nil ? coalescer.flushDue(at: Self.uptime(now)) : nil
        return (Array(timers.values) + [retryAt, flush].compactMap(\.self)).min().map { Instant.zero + $0 }
    }

    /// Does what is due.
    func timeOut(at now: Instant) {
        let uptime = Self.uptime(now)
        for (timer, deadline) in timers where deadline <= uptime {
            timers[timer] = nil
            give(.timer(timer, deadline: deadline), at: now)
        }
        if let retryAt, retryAt <= uptime {
            self.retryAt = nil
            open(at: now)
            scrubFiles(at: now)
        }
        age(at: now)
        flush(at: now)
    }

    /// What is noted and could still be written is written; the process ends.
    func finish(at now: Instant) { flush(at: now) }

    // MARK: Time

    static func uptime(_ now: Instant) -> Duration { now - .zero }

    func moment(_ now: Instant) -> Moment {
        Moment(
            uptime: Self.uptime(now), unixSeconds: civil?.unixSeconds(at: now), isTrusted: civil?.isTrusted ?? false)
    }

    private func retryLater(at now: Instant) {
        guard retryAt == nil else { return }
        retryAt = Self.uptime(now) + retryWait
        retryWait = min(retryWait * 2, Self.longestRetry)
    }

    // MARK: The machine and its effects

    var isReady: Bool { consent.standing == .ready }

    func give(_ input: ConsentInput, at now: Instant) {
        var inputs = [input]
        // Each effect that has an answer gives one input, and the machine makes a bounded number of effects of each.
        while !inputs.isEmpty {
            for effect in consent.handle(inputs.removeFirst(), at: moment(now)) {
                if let next = perform(effect, at: now) { inputs.append(next) }
            }
        }
    }

    private func perform(_ effect: ConsentEffect, at now: Instant) -> ConsentInput? {
        switch effect {
        case .commit(let id, let state, let records):
            return .committed(id, stored: commit(state, records, at: now))
        case .answer(let id, let answer): tell(.answered(id.rawValue, answer))
        case .scrub(let epoch):
            queue.scrub(keeping: epoch)
            coalescer.scrub(keeping: epoch)
            sampler = BatterySampler(resuming: queue.memory[.battery])
            owesScrub = true
            scrubFiles(at: now)
        case .eraseQueue(let id):
            queue.eraseAll()
            coalescer.eraseAll()
            sampler = BatterySampler()
            owesScrub = true
            let isDone = scrubFiles(at: now)
            if let id { tell(.answered(id.rawValue, isDone ? .done : .failed)) }
        case .erasureRequested: tell(.hasWork)
        case .tellOwners(let record): tell(.tellOwners(record))
        case .startTimer(let timer, let deadline): timers[timer] = deadline
        case .cancelTimer(let timer): timers[timer] = nil
        }
        return nil
    }

    private func commit(_ state: ConsentState, _ records: [ConsentRecord], at now: Instant) -> Bool {
        guard let ledger else { return false }
        do throws(StoreError) {
            try ledger.commit(state, records)
            trouble["consent"] = nil
        } catch {
            note(trouble: "consent", error)
            return false
        }
        // It is durable; what it has replaced goes from the log when it can.
        do throws(StoreError) { try ledger.forgetReplaced() } catch {
            owesScrub = true
            note(trouble: "consent", error)
            retryLater(at: now)
        }
        return true
    }

    private func note(trouble where: String, _ error: StoreError) {
        if trouble[`where`] != error.description { tell(.problem("\(`where`).db: \(error.description)")) }
        trouble[`where`] = error.description
    }

    // MARK: The stores

    /// Opens what is not open, and begins when everything is known that must be.
    private func open(at now: Instant) {
        if ledger == nil { openLedger() }
        if store == nil { openStore() }
        if consent.standing == .booting, let ledger, let owners, let context {
            do throws(StoreError) {
                give(.boot(try facts(of: ledger), context, owners: owners), at: now)
                noteFacts(at: now)
            } catch {
                note(trouble: "consent", error)
                self.ledger = nil
            }
        }
        if ledger == nil || store == nil { retryLater(at: now) } else { retryWait = Self.firstRetry }
    }

    private func openLedger() {
        switch ConsentStore.open(at: consentPath) {
        case .ready(let opened, let report):
            ledger = opened
            trouble["consent"] = nil
            if case .quarantined(_, let damage) = report {
                tell(.problem("consent.db was damaged (\(damage)): consent is no, until an owner gives it again"))
            }
        case .unavailable(let error): note(trouble: "consent", error)
        }
    }

    private func openStore() {
        switch TelemetryStore.open(at: telemetryPath) {
        case .ready(let opened, let report):
            store = opened
            queue = opened.queue
            trouble["telemetry"] = nil
            if case .quarantined(_, let damage) = report {
                tell(.problem("telemetry.db was damaged (\(damage)): what was queued is lost"))
            }
            // Whatever it holds of another consent is nobody's.
            owesScrub = true
            if isReady { queue.scrub(keeping: consent.state.grant == nil ? nil : consent.state.epoch) }
            coalescer.resume(from: queue)
            sampler = BatterySampler(resuming: queue.memory[.battery])
        case .unavailable(let error): note(trouble: "telemetry", error)
        }
    }

    /// What was stored, and of a ledger that was lost what servers are still to be asked to erase.
    private func facts(of ledger: ConsentStore) throws(StoreError) -> ConsentFacts {
        if let state = try ledger.load() { return .stored(state) }
        let bytes = random()
        let epoch = ConsentEpoch(bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        let erasures = ConsentStore.salvagedErasures(at: consentPath)
        guard !erasures.isEmpty else { return .fresh(startingAt: epoch) }
        var state = ConsentState(epoch: epoch)
        state.erasures = erasures
        try ledger.commit(state, [])
        return .stored(state)
    }

    /// Makes sure that what is gone from the queue is gone from the disk; true: it is.
    @discardableResult
    private func scrubFiles(at now: Instant) -> Bool {
        guard owesScrub, isReady else { return !owesScrub }
        guard let store, let ledger else {
            retryLater(at: now)
            return false
        }
        do throws(StoreError) {
            try store.save(queue)
            try store.forgetReplaced()
            try ledger.forgetReplaced()
            owesScrub = false
            trouble["telemetry"] = nil
            return true
        } catch {
            note(trouble: "telemetry", error)
            dropIfDamaged(error)
            retryLater(at: now)
            return false
        }
    }

    /// Opened anew by the retry, which sets it aside; the queue goes on from what is found then.
    private func dropIfDamaged(_ error: StoreError) { if error.isCorruption { store = nil } }

    /// Saves a queue and takes it over, or leaves everything as it is.
    func save(_ next: TelemetryQueue, at now: Instant) -> Bool {
        guard let store else { return false }
        do throws(StoreError) {
            try store.save(next)
            queue = next
            return true
        } catch {
            note(trouble: "telemetry", error)
            dropIfDamaged(error)
            retryLater(at: now)
            return false
        }
    }

    // MARK: Recording

    private func noteFacts(at now: Instant) {
        guard isReady else { return }
        let location = consent.state.location.map(ItemValue.location)
        for value in facts + [location].compactMap(\.self) {
            _ = consent.recording(value.item, at: moment(now)) { coalescer.note(value, permit: $0) }
        }
    }

    private func note(percent: Int, at now: Instant) {
        guard let day = moment(now).trustedDay else { return }
        _ = consent.recording(.battery, at: moment(now)) { permit in
            switch sampler.take(percent: percent, on: day) {
            case .leaveOut: break
            case .note(let level): coalescer.note(.battery(level), permit: permit)
            case .threshold(let level): coalescer.note(.battery(level), isUrgent: true, permit: permit)
            }
        }
    }

    /// At most once an hour besides thresholds, in one transaction.
    private func flush(at now: Instant) {
        guard isReady, let store else { return }
        let values = coalescer.flush(at: Self.uptime(now))
        guard !values.isEmpty else { return }
        var next = queue
        var lost: [DatedValue] = []
        for value in values {
            let result = consent.recording(value.value.item, at: moment(now)) {
                next.record(value, freeBytes: store.freeBytes, permit: $0)
            }
            if case .failure = result { lost.append(value) }
        }
        let before = queue.contents.total
        if !save(next, at: now) { lost = values }
        for value in lost { coalescer.notRecorded(value) }
        if before == 0, queue.contents.total > 0 { tell(.hasWork) }
    }

    /// Once a day, and with whatever else is done: what is too old goes.
    private func age(at now: Instant) {
        let today = consent.today(at: moment(now))
        guard isReady, store != nil, let day = today.day, day != agedOn else { return }
        var next = queue
        next.age(today)
        if save(next, at: now) { agedOn = day }
    }

    // MARK: Reset

    private func reset(erasing: Bool, _ number: UInt64, at now: Instant) {
        open(at: now)
        if consent.standing == .booting {
            // Whatever there is cannot be read: nothing of it is kept.
            ledger = nil
            store = nil
            var failure: String?
            do throws(StoreError) {
                try ConsentStore.delete(at: consentPath)
                try TelemetryStore.delete(at: telemetryPath)
            } catch {
                failure = error.description
            }
            owners = []
            open(at: now)
            return tell(.wiped(number, failure: failure))
        }
        owners = []
        let fresh = FreshIdentifiers(random: random())
        give(.reset(erasing: erasing ? fresh?.erasureID : nil), at: now)
        do throws(StoreError) { try ledger?.deleteQuarantine() } catch { note(trouble: "consent", error) }
        let isDone = !consent.isShutting && scrubFiles(at: now)
        tell(.wiped(number, failure: isDone ? nil : trouble.values.sorted().joined(separator: "; ")))
    }

    // MARK: Status

    func status(at now: Instant) -> TelemetryStatus {
        TelemetryStatus(
            standing: consent.standing, statuses: consent.state.statuses, isFrozen: consent.state.freeze != nil,
            notices: consent.state.notices, isLocationServiceActive: consent.state.isLocationServiceActive,
            denial: consent.denial(of: .battery, at: moment(now)), contents: queue.contents,
            counters: queue.counters, noted: coalescer.pending.count,
            openErasures: consent.state.erasures.count { $0.parkedBy == nil },
            parkedErasures: consent.state.erasures.count { $0.parkedBy != nil },
            missing: context.map { $0.details.missing + $0.details.complaints } ?? [],
            trouble: trouble.values.sorted())
    }

    /// Draws what nobody must be able to guess; nil: the generator does not work.
    func fresh() -> FreshIdentifiers? { FreshIdentifiers(random: random()) }

    func batchID() -> BatchID? { RandomID(random: Array(random().prefix(RandomID.byteCount))).map(BatchID.init) }
}
