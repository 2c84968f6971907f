internal import LockCore
internal import Storage
internal import TelemetryPolicy

/// From the loop to the storage thread, in the order of the core's effects.
enum StorageMessage: Sendable {
    /// From here on the core knows what the store said when it was opened, so its motions are the store's.
    case adopt
    case begin(Motion)
    case record(AuditEvent, closing: MotionID?)
    /// The end of the daemon has interrupted a stroke that the next start completes, if it finds its motion in the store: an
    /// audit entry only if it will not.
    case recordInterrupted(AuditEvent, MotionID)
    /// To be answered with ``StorageAnswer/settingsSaved(_:failure:)`` of the same number.
    case saveSettings(Settings, SaveNumber)
    case saveCalibration(Calibration?)
    /// To be answered with ``StorageAnswer/accessCommitted(_:stored:)`` of the same number: the keys and the entries are durable
    /// together, or not at all.
    case commitAccess(CommitID, AccessSet, keepsOlder: Bool, [AuditEvent])
    /// Delete all that there is, and whoever the lock is. To be answered with ``StorageAnswer/wiped(failure:)``; nothing is written after
    /// it.
    case reset
    /// To be answered with ``StorageAnswer/log(_:_:)`` of the same number.
    case readLog(UInt64, since: Int64, limit: Int)
    /// To be answered with ``StorageAnswer/chain(_:_:)`` of the same number.
    case readChain(UInt64, since: UInt64, limit: Int)
    /// To be answered with ``StorageAnswer/verified(_:_:)`` of the same number, when the whole log was looked at.
    case verifyLog(UInt64, witnesses: [AuditCheckpoint])
    /// Erase what the log says, of a key or all of it; the event is what the log says of that. To be answered with
    /// ``StorageAnswer/erased(_:_:)`` of the same number, when nothing of it is in any file.
    case eraseLog(UInt64, of: KeyID?, AuditEvent)
    /// To be answered with the same number.
    case echo(UInt32)
}

/// From the storage thread to the loop.
enum StorageAnswer: Sendable {
    /// The store is open. Sent once in the life of the process.
    case opened(StoredFacts)
    /// What it says of phones. Sent once, after ``opened(_:)``.
    case phones(PhoneFacts)
    case accessCommitted(CommitID, stored: Bool)
    case wiped(failure: String?)
    /// The store is not open; it may be later.
    case notOpened
    /// How the store is now, whenever that changes.
    case condition(StoreCondition)
    case journaled(MotionID, stored: Bool)
    /// The settings are durable, or, in words, why they are not yet; they are tried again.
    case settingsSaved(SaveNumber, failure: String?)
    /// An audit entry has been appended under this number.
    case appended(Int64)
    case log(UInt64, Result<AuditPage, LogError>)
    case chain(UInt64, Result<ChainPage, LogError>)
    case verified(UInt64, Result<ChainFinding, LogError>)
    /// How many entries.
    case erased(UInt64, Result<Int64, LogError>)
    case echo(UInt32)
    /// Something that was survived, for the journal.
    case problem(String)
    /// The store was damaged and was set aside.
    case quarantined(String)
    /// Audit entries were given up, because too many were waiting.
    case lost(count: Int)
}

/// What the store said when it was opened.
struct StoredFacts: Hashable, Sendable {
    var settings: Settings?
    var calibration: Calibration?
    var interrupted: [Motion] = []
    var nextMotion: MotionID
}

/// How the store is, for people and programs.
package struct StoreCondition: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        case opened
        case created
        /// What was there was damaged and is set aside; the store is new.
        case quarantined
        case unavailable
    }

    package var state: State
    /// In words; empty when there is nothing to say.
    package var detail: String
    /// The same, for the system's journal, which is not told how much has happened at the door. Equal to ``detail`` but for
    /// the counts.
    package var cause: String
    /// Whether something that should be in it is not.
    package var isFailing: Bool

    package init(state: State, detail: String = "", cause: String? = nil, isFailing: Bool = false) {
        self.state = state
        self.detail = detail
        self.cause = cause ?? detail
        self.isFailing = isFailing
    }
}

/// Links of the chain over the audit log, and what comes before them.
struct ChainPage: Hashable, Sendable {
    /// What the first of the links continues; number 0 and zeros: nothing.
    var before: AuditCheckpoint
    var links: [AuditLink]
    /// The number of the newest entry.
    var last: UInt64
}

/// What a verification of the audit log has shown.
struct ChainFinding: Hashable, Sendable {
    var verdict: AuditVerdict
    /// The number of the oldest entry; 1 while there is none.
    var first: UInt64
    /// The last link that was verified; nil: there was nothing to verify.
    var end: AuditCheckpoint?
}

/// Why the audit log could not be read.
struct LogError: Error, Hashable, Sendable {
    var words: String
}
