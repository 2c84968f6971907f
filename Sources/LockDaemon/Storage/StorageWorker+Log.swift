internal import LockCore
internal import Storage
internal import TelemetryPolicy

/// What the storage thread does in steps.
enum StorageJob {
    case verification(LogVerification)
    case erasure(LogErasure)

    var number: UInt64 {
        switch self {
        case .verification(let verification): verification.number
        case .erasure(let erasure): erasure.number
        }
    }
}

/// A verification of the audit log that is under way.
struct LogVerification {
    let number: UInt64
    let witnesses: [AuditCheckpoint]
    /// nil: it has not begun.
    var verifier: AuditVerifier?
    var position: UInt64 = 0
    var first: UInt64 = 1

    init(_ number: UInt64, _ witnesses: [AuditCheckpoint]) {
        self.number = number
        self.witnesses = witnesses
    }
}

/// An erasure of what the audit log says that is under way.
struct LogErasure {
    let number: UInt64
    let key: KeyID?
    let event: AuditEvent
    /// The entry that tells of it; nil: it has not begun.
    var end: Int64?
    var position: Int64 = 0
    var erased: Int64 = 0

    init(_ number: UInt64, of key: KeyID?, _ event: AuditEvent) {
        self.number = number
        self.key = key
        self.event = event
    }
}

// What the owner's log is asked for.
extension StorageWorker {
    /// Jobs that may be open: an administrator or two who are impatient.
    static let jobLimit = 4
    /// Entries that are verified in one step: 30 ms of hashing on a slow board.
    static let verifiedAtOnce = 256

    func readLog(_ number: UInt64, since: Int64, limit: Int) {
        tell(.log(number, answer { store throws(StoreError) in try store.entries(since: since, limit: limit) }))
    }

    func readChain(_ number: UInt64, since: UInt64, limit: Int) {
        tell(
            .chain(number, answer { store throws(StoreError) in try Self.page(of: store, since: since, limit: limit) }))
    }

    private func answer<Value>(_ body: (LockStore) throws(StoreError) -> Value) -> Result<Value, LogError> {
        guard let store else { return .failure(LogError(words: condition.detail)) }
        do throws(StoreError) {
            try checkDisk()
            return .success(try body(store))
        } catch {
            return .failure(LogError(words: error.description))
        }
    }

    private static func page(of store: LockStore, since: UInt64, limit: Int) throws(StoreError) -> ChainPage {
        let nothing = AuditCheckpoint(number: 0, hash: [UInt8](repeating: 0, count: AuditLink.hashBytes))
        let newest = try store.auditCheckpoint() ?? nothing
        let anchor = try store.auditAnchor() ?? nothing
        // Past its end there is nothing to show but the end.
        guard since < newest.number else { return ChainPage(before: newest, links: [], last: newest.number) }
        let from = max(since, anchor.number)
        var before = anchor
        if from > anchor.number {
            // A gap shows: the entry before is then not the one that was asked for.
            before = try store.chainEntries(since: from - 1, limit: 1).first.map { AuditCheckpoint($0.link) } ?? newest
        }
        let links = try store.chainEntries(since: before.number, limit: limit).map(\.link)
        return ChainPage(before: before, links: links, last: newest.number)
    }

    // MARK: Jobs

    func begin(_ job: StorageJob) {
        guard jobs.count < Self.jobLimit else {
            return fail(job, LogError(words: "\(Self.jobLimit) verifications and erasures are under way already"))
        }
        jobs.append(job)
    }

    /// One step of the job that was asked for first.
    func goOn() {
        let job = jobs.removeFirst()
        guard let store else { return fail(job, LogError(words: condition.detail)) }
        do throws(StoreError) {
            try checkDisk()
            switch job {
            case .verification(let verification): try goOn(with: verification, in: store)
            case .erasure(let erasure): try goOn(with: erasure, in: store)
            }
        } catch {
            fail(job, LogError(words: error.description))
            failed(error)
        }
    }

    private func goOn(with verification: LogVerification, in store: LockStore) throws(StoreError) {
        var job = verification
        var verifier: AuditVerifier
        if let begun = job.verifier {
            verifier = begun
        } else {
            let range = try store.entries(since: 0, limit: 1)
            job.first = UInt64(clamping: range.first)
            verifier = AuditVerifier(after: try store.auditAnchor(), witnesses: job.witnesses)
            if let verdict = verifier.begin() { return tell(job, verdict, verifier) }
        }
        let entries = try store.chainEntries(since: job.position, limit: Self.verifiedAtOnce)
        if entries.isEmpty { return tell(job, verifier.end(), verifier) }
        // What was pruned since the last step is no gap: begin anew, behind it.
        if let anchor = try store.auditAnchor(), job.position > 0, anchor.number > job.position {
            return jobs.insert(.verification(LogVerification(job.number, job.witnesses)), at: 0)
        }
        for entry in entries {
            if let verdict = verifier.take(entry, hashedBy: AuditChaining.hash) { return tell(job, verdict, verifier) }
            job.position = entry.link.number
        }
        job.verifier = verifier
        jobs.insert(.verification(job), at: 0)
    }

    private func tell(_ job: LogVerification, _ verdict: AuditVerdict, _ verifier: AuditVerifier) {
        tell(.verified(job.number, .success(ChainFinding(verdict: verdict, first: job.first, end: verifier.last))))
    }

    private func goOn(with erasure: LogErasure, in store: LockStore) throws(StoreError) {
        var job = erasure
        guard let end = job.end else {
            // Entries that wait have happened before, and have lower numbers: they are erased with the others.
            guard storeWithoutBacklog() === store else {
                return fail(.erasure(job), LogError(words: "entries wait to be written first: \(condition.detail)"))
            }
            let number = try store.beginErasure(of: job.key, recording: job.event)
            tell(.appended(number))
            job.end = number
            return jobs.insert(.erasure(job), at: 0)
        }
        guard job.position < end else {
            // Of the set-aside file nothing is needed any more but that it is there, until the owner's mark is.
            guard payOwnedMark() else {
                return fail(.erasure(job), LogError(words: "that the lock has an owner could not be marked first"))
            }
            try store.endErasure()
            return tell(.erased(job.number, .success(job.erased)))
        }
        let step = try store.erase(of: job.key, after: job.position, before: end)
        job.position = step.position
        job.erased += step.erased
        jobs.insert(.erasure(job), at: 0)
    }

    /// They were begun in a file that is set aside now; its numbers mean nothing in another.
    func failJobs(_ error: LogError) {
        for job in jobs { fail(job, error) }
        jobs = []
    }

    private func fail(_ job: StorageJob, _ error: LogError) {
        switch job {
        case .verification: tell(.verified(job.number, .failure(error)))
        case .erasure: tell(.erased(job.number, .failure(error)))
        }
    }
}
