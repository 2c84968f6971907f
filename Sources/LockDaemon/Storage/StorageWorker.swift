internal import LockCore
internal import Storage
internal import SystemdRuntime

/// What the storage thread does: owns the store, and carries out the core's effects on it in their order.
///
/// - A motion is begun at once or refused at once; whoever waits for it has a bound of its own.
/// - Audit entries, settings, the calibration and the mark that there is an owner are kept and tried again, with every later
///   entry and at growing intervals, until the store has them; entries beyond ``AuditBacklog/capacity`` are counted and reported as lost.
/// - A store that does not open is tried again at growing intervals. One that turns out damaged while it is in use is opened
///   anew, which sets the file aside, and gets what is known of keys, settings and calibration.
final class StorageWorker {
    let path: String
    private let bootID: String
    private let inbox: BlockingMailbox<StorageMessage>
    private let answers: Mailbox<StorageAnswer>
    private let gate: (@Sendable () -> Void)?
    let isFailing: (@Sendable () -> Bool)?
    private let loss: PowerLoss

    var store: LockStore?
    private var hasToldFacts = false
    /// Whether the core's motion numbers are the store's.
    private var isAdopted = false
    private var backlog = AuditBacklog()
    private var settings: Unsaved<Settings?> = .init(value: nil)
    private var calibration: Unsaved<Calibration?> = .init(value: nil)
    /// The keys as the core has them; nil: nobody knows them.
    var access: Unsaved<AccessSet?> = .init(value: nil)
    /// There is an owner, and the mark beside the store does not say so yet.
    var owesOwnedMark = false
    let identityFiles: IdentityFiles
    /// What takes several steps, between which everything else has its turn; at most ``jobLimit``.
    var jobs: [StorageJob] = []
    private(set) var condition = StoreCondition(state: .unavailable, detail: "not opened yet")
    /// Why the settings could not be saved the last time.
    private var settingsError: StoreError?
    /// The motions that the store has open, of those begun in this process: one for each who waits for a stroke.
    private var openMotions: Set<MotionID> = []
    /// The condition while all that is known is in the store.
    private var soundCondition = StoreCondition(state: .opened)
    /// The store turned out damaged while it was in use, and the file in its place has not been made. Until it is, what is known of
    /// keys is in memory alone.
    private var owesReplacement = false
    /// The last file that was made took everything: if it turns out damaged too, that is another day's.
    private var mayReplaceAtOnce = true
    private var retryAt: ContinuousClock.Instant?
    private var retryDelay = StorageWorker.firstRetry

    /// A value that may not be in the store yet.
    struct Unsaved<Value> {
        var value: Value
        var isDirty = false
    }

    /// How long until what failed is tried again, the first time and at most. The first is soon, for an overlap with another
    /// process; the last lets a disk that stays full cost one wake-up a minute.
    static let firstRetry: Duration = .seconds(1)
    static let longestRetry: Duration = .seconds(60)
    /// How often an entry is tried that fails for a reason of its own: more than once, because what SQLite calls an error may
    /// be a passing one; not for ever, because all later entries wait behind it.
    static let entryTries = 3

    init(
        path: String, bootID: String, inbox: BlockingMailbox<StorageMessage>, answers: Mailbox<StorageAnswer>,
        gate: (@Sendable () -> Void)?, isFailing: (@Sendable () -> Bool)? = nil, loss: PowerLoss = PowerLoss()
    ) {
        self.path = path
        identityFiles = IdentityFiles(directory: path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
        self.bootID = bootID
        self.inbox = inbox
        self.answers = answers
        self.gate = gate
        self.isFailing = isFailing
        self.loss = loss
    }

    /// Runs until the inbox is closed and empty, or until there is no power.
    func run() {
        gate?()
        if !loss.hasHappened { open() }
        while true {
            let received = inbox.receive(
                timeout: jobs.isEmpty ? retryAt.map { max($0 - ContinuousClock().now, .zero) } : .zero)
            if case .message = received { gate?() }
            guard !loss.hasHappened else { return lose() }
            switch received {
            case .message(let message): handle(message)
            case .timedOut: if jobs.isEmpty { retry() } else { goOn() }
            case .closed:
                // Whoever starts next would find what is damaged, and nobody who knows the keys.
                if owesReplacement { open() }
                flush()
                let left = backlog.entries.count
                if left > 0 { tell(.lost(count: left)) }
                return
            }
        }
    }

    /// What is in the file and its log stays as it is.
    private func lose() {
        store?.keepLogOnClose()
        store = nil
    }

    private var whySettingsWait: String? {
        guard settings.isDirty else { return nil }
        return settingsError?.description ?? condition.detail
    }

    /// The error of a disk that has failed in a simulator.
    func checkDisk() throws(StoreError) {
        guard isFailing?() == true else { return }
        throw .sqlite(
            SQLiteError(
                extendedCode: Self.inputOutputError, operation: "use the disk", path: path, message: "it has failed"))
    }

    /// SQLITE_IOERR.
    private static let inputOutputError: Int32 = 10

    private func handle(_ message: StorageMessage) {
        switch message {
        case .adopt: isAdopted = true
        case .begin(let motion): begin(motion)
        case .record(let event, let motion): record(event, closing: motion)
        case .recordInterrupted(let event, let motion):
            // What the store has open the next start tells of, and completes.
            if !openMotions.contains(motion) { record(event, closing: nil) }
        case .saveSettings(let new, let number):
            settings = Unsaved(value: new, isDirty: true)
            flush()
            // A disk that has just failed says why; a store that is not open has said it before.
            tell(.settingsSaved(number, failure: whySettingsWait))
        case .saveCalibration(let new):
            calibration = Unsaved(value: new, isDirty: true)
            flush()
        case .commitAccess(let id, let set, let keepsOlder, let events):
            tell(.accessCommitted(id, stored: commitAccess(set, keepsOlder: keepsOlder, events)))
        case .reset: tell(.wiped(failure: wipe()))
        case .readLog(let number, let since, let limit): readLog(number, since: since, limit: limit)
        case .readChain(let number, let since, let limit): readChain(number, since: since, limit: limit)
        case .verifyLog(let number, let witnesses): begin(.verification(LogVerification(number, witnesses)))
        case .eraseLog(let number, let key, let event): begin(.erasure(LogErasure(number, of: key, event)))
        case .echo(let number): tell(.echo(number))
        }
    }

    /// The loop is the only sender of what is answered here, and its queue is shorter than the answers': there is room.
    func tell(_ answer: StorageAnswer) { _ = answers.send(answer) }

    // MARK: Opening

    private func open() {
        do throws(StoreError) { try checkDisk() } catch { return couldNotOpen(error) }
        switch LockStore.open(at: path, bootID: bootID) {
        case .ready(let opened, let report): adopt(opened, report)
        case .unavailable(let error): couldNotOpen(error)
        }
    }

    private func couldNotOpen(_ error: StoreError) {
        become(StoreCondition(state: .unavailable, detail: error.description, isFailing: true))
        if !hasToldFacts { tell(.notOpened) }
        scheduleRetry()
    }

    private func adopt(_ opened: LockStore, _ report: OpeningReport) {
        do throws(StoreError) {
            // What was changed while there was no store is newer than what is in it.
            let facts = StoredFacts(
                settings: settings.isDirty ? settings.value : try opened.loadSettings(),
                calibration: calibration.isDirty ? calibration.value : try opened.loadCalibration(),
                interrupted: try opened.interruptedMotions(), nextMotion: try opened.nextMotion())
            store = opened
            owesReplacement = false
            soundCondition = Self.condition(after: report)
            become(soundCondition)
            if case .quarantined = report { tell(.quarantined(condition.detail)) }
            tellProblems()
            if hasToldFacts {
                // A new file in the midst of things: what was known goes into it.
                settings.isDirty = settings.value != nil
                calibration.isDirty = calibration.value != nil
                access.isDirty = access.value != nil
            } else {
                hasToldFacts = true
                settings.value = facts.settings
                calibration.value = facts.calibration
                tell(.opened(facts))
                tell(.phones(phoneFacts(in: opened, report)))
            }
            retryAt = nil
            retryDelay = Self.firstRetry
            flush()
        } catch {
            couldNotOpen(error)
        }
    }

    private static func condition(after report: OpeningReport) -> StoreCondition {
        switch report {
        case .opened: StoreCondition(state: .opened)
        case .created: StoreCondition(state: .created)
        case .quarantined(let name, let damage):
            StoreCondition(state: .quarantined, detail: "\(damage); what was there is kept as \(name)")
        }
    }

    private func become(_ new: StoreCondition) {
        guard new != condition else { return }
        condition = new
        tell(.condition(new))
    }

    func tellProblems() {
        for problem in store?.takeProblems() ?? [] { tell(.problem(problem.description)) }
    }

    func scheduleRetry() {
        // Only a retry that has failed makes the next one later, not every message that finds the trouble still there.
        guard retryAt == nil else { return }
        retryAt = ContinuousClock().now + retryDelay
        retryDelay = min(retryDelay * 2, Self.longestRetry)
    }

    private func retry() {
        retryAt = nil
        if store == nil { open() } else { flush() }
    }

    /// The store, if nothing waits to be brought into it.
    func storeWithoutBacklog() -> LockStore? {
        flush()
        return backlog.entries.isEmpty ? store : nil
    }

    /// For good: nothing is written any more.
    func closeStore() {
        store = nil
        jobs = []
        owesReplacement = false
        retryAt = nil
        backlog = AuditBacklog()
        access = Unsaved(value: nil)
        owesOwnedMark = false
    }

    // MARK: The core's effects

    private func begin(_ motion: Motion) {
        guard let store, isAdopted else { return tell(.journaled(motion.id, stored: false)) }
        do throws(StoreError) {
            try checkDisk()
            try store.begin(motion)
            openMotions.insert(motion.id)
            tell(.journaled(motion.id, stored: true))
        } catch {
            tell(.journaled(motion.id, stored: false))
            failed(error)
        }
    }

    private func record(_ event: AuditEvent, closing motion: MotionID?) {
        // Motions of a core that has not seen the store were never in it, and their numbers may be another's there.
        let entry = AuditBacklog.Entry(event: event, closing: isAdopted ? motion : nil)
        if !backlog.append(entry) { tell(.lost(count: 1)) }
        flush()
    }

    /// Brings what waits into the store. Settings, calibration and entries each on their own: what cannot be saved keeps
    /// nothing else waiting.
    private func flush() {
        guard let store else { return }
        // The keys first: a new file without them would be a lock that nobody gets into at the next start.
        let errors = [
            saveAccess(in: store), saveSettings(in: store), saveCalibration(in: store), appendEntries(to: store),
        ].compactMap { $0 }
        tellProblems()
        if let error = errors.first(where: \.isCorruption) ?? errors.first { return failed(error) }
        become(soundCondition)
        mayReplaceAtOnce = true
        guard payOwnedMark() else { return scheduleRetry() }
        retryAt = nil
        retryDelay = Self.firstRetry
    }

    /// The error, if there is one; so do the next three.
    private func saveAccess(in store: LockStore) -> StoreError? {
        guard access.isDirty, let value = access.value else { return nil }
        do throws(StoreError) {
            try checkDisk()
            _ = try store.saveAccess(value, keepsOlder: false, recording: [])
            access.isDirty = false
            return nil
        } catch {
            return error
        }
    }

    private func saveSettings(in store: LockStore) -> StoreError? {
        guard settings.isDirty, let value = settings.value else { return nil }
        do throws(StoreError) {
            try checkDisk()
            try store.saveSettings(value)
            settings.isDirty = false
            settingsError = nil
            return nil
        } catch {
            settingsError = error
            return error
        }
    }

    private func saveCalibration(in store: LockStore) -> StoreError? {
        guard calibration.isDirty else { return nil }
        do throws(StoreError) {
            try checkDisk()
            try store.saveCalibration(calibration.value)
            calibration.isDirty = false
            return nil
        } catch {
            return error
        }
    }

    /// In their order, until one fails. One that fails again and again by itself is given up, so that the others get in.
    private func appendEntries(to store: LockStore) -> StoreError? {
        while !loss.hasHappened, let entry = backlog.entries.first {
            do throws(StoreError) {
                try checkDisk()
                let number = try store.finish(entry.closing, entry.event)
                if let closed = entry.closing { openMotions.remove(closed) }
                backlog.removeFirst()
                tell(.appended(number))
            } catch {
                guard !error.mayPass, backlog.firstFailed() >= Self.entryTries else { return error }
                backlog.removeFirst()
                tell(.problem("An audit entry was given up: \(error.description)"))
                tell(.lost(count: 1))
            }
        }
        return nil
    }

    func failed(_ error: StoreError) {
        if error.isCorruption {
            // Closed, and opened anew by the retry, which sets the file aside: at once, and later only where that was damaged too.
            store = nil
            failJobs(LogError(words: error.description))
            openMotions = []
            owesReplacement = true
            become(StoreCondition(state: .unavailable, detail: error.description, isFailing: true))
            guard mayReplaceAtOnce else { return scheduleRetry() }
            mayReplaceAtOnce = false
            retryAt = ContinuousClock().now
            return
        }
        let waiting = backlog.entries.count
        let what = waiting == 0 ? "" : "\(waiting) audit entries wait to be written: "
        become(
            StoreCondition(
                state: soundCondition.state, detail: what + error.description, cause: error.description, isFailing: true
            ))
        scheduleRetry()
    }
}
