internal import LockCore
internal import Storage
internal import SystemdRuntime
internal import TelemetryPolicy

/// What the service asks of the daemon that it belongs to.
protocol LockServiceDelegate: AnyObject {
    var status: Status { get }
    /// The core runs without what the store says, and the store may still open: what is set now would undo what is stored.
    var isStoreAwaited: Bool { get }
    func submit(_ command: Command, from origin: Origin, id: RequestID)
    /// False: the storage thread's queue is full.
    func readLog(_ number: UInt64, since: Int64, limit: Int) -> Bool
    /// What phones have brought of the chain over the log, by their keys.
    var knownWitnesses: [KeyID: AuditCheckpoint] { get }
    /// False: the storage thread's queue is full.
    func verifyLog(_ number: UInt64, witnesses: [AuditCheckpoint]) -> Bool
    func eraseLog(_ number: UInt64, of key: KeyID?, from user: UInt32) -> LogErasureAdmission
    func tellAccess(_ input: AccessInput)
    /// nil: it is not known yet, or the keys cannot be read.
    var pairing: PairingState? { get }
    var sessions: [PhoneSession] { get }
    /// What to show to whom an invitation is for.
    func code(for invitation: Invitation) -> String?
    /// A check's name and its finding.
    func diagnose() -> [String: String]
}

/// The lock on the bus: `org.mortise.Lock1` and `org.mortise.Admin1`. Confined to the loop's thread.
final class LockService {
    static let path = "/org/mortise/Lock1"
    static let lockInterface = "org.mortise.Lock1"
    static let adminInterface = "org.mortise.Admin1"

    /// Requests that may be open at once: every program of a lock several times over. A stroke holds its request for seconds,
    /// and each holds a message in memory.
    static let requestLimit = 32

    unowned let delegate: any LockServiceDelegate
    let authorisation: Authorisation
    let version: String
    let board: String

    private(set) var properties: StatusProperties
    private var open: [UInt64: OpenRequest] = [:]
    private var nextNumber: UInt64 = 1
    private(set) var lock: BusObject?
    private var admin: BusObject?

    /// One call, from its arrival to its answer.
    struct OpenRequest {
        var call: BusCall
        /// What is answered when the core says done.
        var answer: Answer = .nothing
        /// What is wrong with the request, for when the core refuses it.
        var complaint: String?
        /// Whose words a verification of the log compares with.
        var witnesses: [KeyID: AuditCheckpoint] = [:]
    }

    enum Answer: Hashable, Sendable {
        case nothing
        case stateAndWarning
        case stateAndCalibration
    }

    init(
        delegate: any LockServiceDelegate, authorisation: Authorisation, version: String, board: String,
        properties: StatusProperties
    ) {
        self.delegate = delegate
        self.authorisation = authorisation
        self.version = version
        self.board = board
        self.properties = properties
    }

    // MARK: The connection

    /// Serves both interfaces on a connection.
    func connect(to bus: Bus) throws(SystemdError) {
        lock = try bus.serve(lockDescription(), at: Self.path)
        admin = try bus.serve(adminDescription(), at: Self.path)
    }

    /// The connection has gone, and with it everybody who waits for an answer.
    func disconnect() {
        lock = nil
        admin = nil
        open = [:]
    }

    // MARK: Calls

    /// Takes a call in: bounds it, asks the bus who it is from, checks that, and hands it on under a number.
    func admit(
        _ call: BusCall, for purpose: Authorisation.Purpose,
        then act: @escaping (_ number: UInt64, _ user: UInt32) -> Void
    ) {
        guard open.count < Self.requestLimit else {
            call.fail(
                BusError(
                    name: FaultErrors.overloaded,
                    message: "\(Self.requestLimit) requests are open already; try again when some have been answered."))
            return
        }
        let number = nextNumber
        nextNumber += 1
        open[number] = OpenRequest(call: call)
        call.credentialsLater { [unowned self] result in
            // The connection may have ended meanwhile.
            guard open[number] != nil else { return }
            switch result {
            case .success(let caller) where authorisation.allows(purpose, for: caller): act(number, caller.user)
            case .success(let caller): fail(number, Authorisation.refusal(of: purpose, user: caller.user))
            case .failure(let error): fail(number, error)
            }
        }
    }

    /// Hands a command to the core; its reply answers the call.
    func submit(_ command: Command, _ number: UInt64, _ user: UInt32, answer: Answer, complaint: String? = nil) {
        open[number]?.answer = answer
        open[number]?.complaint = complaint
        delegate.submit(command, from: .local(user: user), id: RequestID(number))
    }

    /// Remembers what a call is compared with until it is answered.
    func remember(_ witnesses: [KeyID: AuditCheckpoint], _ number: UInt64) { open[number]?.witnesses = witnesses }

    func witnesses(of number: UInt64) -> [KeyID: AuditCheckpoint] { open[number]?.witnesses ?? [:] }

    func fail(_ number: UInt64, _ error: BusError) { open.removeValue(forKey: number)?.call.fail(error) }

    func succeed(_ number: UInt64, _ values: [BusValue] = []) { open.removeValue(forKey: number)?.call.reply(values) }

    // MARK: From the core

    func reply(_ id: RequestID, _ reply: Reply) {
        // Nobody waits any more when the connection has ended.
        guard let request = open[id.rawValue] else { return }
        switch reply {
        case .done(let state, let warning): succeed(id.rawValue, values(request.answer, state, warning))
        case .refused(let code): fail(id.rawValue, FaultErrors.refused(code, complaint: request.complaint))
        case .failed(let code, let finding): fail(id.rawValue, FaultErrors.failed(code, finding: finding))
        }
    }

    /// What was set applies, and is not in the store.
    func notDurable(_ id: RequestID, because reason: String) {
        fail(
            id.rawValue,
            BusError(
                name: FaultErrors.notDurable,
                message: """
                    failed: it applies from now on, and is lost if the lock restarts before it is in the store: \(reason)
                    """))
    }

    private func values(_ answer: Answer, _ state: LockState, _ warning: FaultCode?) -> [BusValue] {
        switch answer {
        case .nothing: return []
        case .stateAndWarning: return [.string(state.name), .string(warning?.rawValue ?? "")]
        case .stateAndCalibration:
            let learned = delegate.status.calibration
            return [
                .string(state.name), .uint64(UInt64(clamping: learned?.extendNanoseconds ?? 0)),
                .uint64(UInt64(clamping: learned?.retractNanoseconds ?? 0)),
            ]
        }
    }

    /// The daemon is ending: everybody who waits is told so.
    func endAll() {
        let error = BusError(
            name: FaultErrors.name(of: .cancelled), message: "failed: the lock's daemon is ending (cancelled)")
        for number in open.keys.sorted() { fail(number, error) }
    }

    // MARK: News

    func publish(_ status: Status) { change { $0.status = status } }

    func publish(_ store: StoreCondition) { change { $0.store = store } }

    func publish(isResetAnnounced: Bool) { change { $0.isResetAnnounced = isResetAnnounced } }

    private func change(_ body: (inout StatusProperties) -> Void) {
        let old = properties
        body(&properties)
        let names = properties.changes(since: old)
        guard !names.isEmpty else { return }
        // What cannot be sent now will be seen by whoever asks; a lost connection is noticed elsewhere.
        try? lock?.emitPropertiesChanged(names)
    }

    func alarm(_ alarm: Alarm, isActive: Bool) {
        try? lock?.emit("AlarmChanged", [.string(alarm.rawValue), .bool(isActive)])
    }

    func auditAppended(_ number: Int64) { try? lock?.emit("AuditAppended", [.int64(number)]) }
}
