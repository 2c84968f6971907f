internal import LockCore
internal import TelemetryPolicy

/// From the loop to the telemetry thread. What carries a number is answered once with the same number.
enum TelemetryMessage: Sendable {
    /// Who owns the lock; the first that is heard, and again whenever it changes. nil: the keys cannot be read, so nobody is known to.
    case owners(Set<KeyReference>?)
    /// What the civil clock says, whenever it does not merely run on.
    case clock(CivilReading)
    /// The policy, and who processes the data; the first before anything is recorded.
    case policy(PolicyContext)
    /// What the lock is: its model and versions. Recorded when they change.
    case facts([ItemValue])
    /// The battery was read, 0 to 100.
    case battery(percent: Int)
    case failure(ServiceFailure)
    case ask(ConsentRequest, by: ConsentActor, UInt64)
    /// Everything that is held, as JSON.
    case export(UInt64)
    /// The batch that would leave next, as it would, whether or not anything may leave now.
    case preview(UInt64)
    /// One row of the ledger, as JSON; nil: the newest.
    case receipt(UInt64?, UInt64)
    case status(UInt64)
    case lease(UInt64)
    case begin(BatchID, UInt64)
    case report(BatchID, TransferOutcome, UInt64)
    /// The lock is reset. `erasing`: what a server has goes too. To be answered when it is durable.
    case reset(erasing: Bool, UInt64)
}

/// From the telemetry thread to the loop.
enum TelemetryAnswer: Sendable {
    case answered(UInt64, ConsentAnswer)
    case document(UInt64, Result<[UInt8], TelemetryRefusal>)
    case preview(UInt64, Result<TelemetryPreview, TelemetryRefusal>)
    case status(UInt64, TelemetryStatus)
    case leased(UInt64, Result<Batch, TelemetryRefusal>)
    case mayGo(UInt64, Result<[UInt8], TelemetryRefusal>)
    case reported(UInt64, isKnown: Bool)
    case wiped(UInt64, failure: String?)
    /// Owners are to hear of it at their next connection.
    case tellOwners(ConsentRecord)
    /// There is something to send, or to ask a server to erase.
    case hasWork
    /// A store was damaged and was set aside, or something else was survived: for the journal.
    case problem(String)
}

/// Why there is no document, batch or permission, in words for people.
struct TelemetryRefusal: Error, Hashable, Sendable {
    var words: String

    init(_ words: String) { self.words = words }
    init(_ denial: GateDenial) { words = denial.rawValue }
}

/// What would leave, exactly, and its meaning.
struct TelemetryPreview: Hashable, Sendable {
    /// The body of the request.
    var bytes: [UInt8]
    /// The records that it is made of.
    var rows: [Row]
    /// Why nothing may leave now; nil: it may.
    var denial: GateDenial?
}

/// How things stand, for people and programs.
struct TelemetryStatus: Hashable, Sendable {
    var standing: Consent.Standing
    var statuses: SwitchStatuses
    var isFrozen: Bool
    var notices: NoticeChoice
    var isLocationServiceActive: Bool
    /// Why a battery could not be recorded now; nil: it could.
    var denial: GateDenial?
    var contents: QueueContents
    var counters: QueueCounters
    var noted: Int
    var openErasures: Int
    var parkedErasures: Int
    /// What the details lack for anything to be consented to.
    var missing: [String]
    /// What is wrong with the stores; empty: nothing.
    var trouble: [String]
}
