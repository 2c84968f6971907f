/// A change of consent while it is being put together: the new state and the ledger rows that say how it came about.
struct Draft {
    var state: ConsentState
    var records: [ConsentRecord] = []
    var then: [ConsentEffect] = []
    private let context: PolicyContext
    private let actor: ConsentActor
    private let now: Moment

    init(on state: ConsentState, context: PolicyContext, actor: ConsentActor, now: Moment) {
        self.state = state
        self.context = context
        self.actor = actor
        self.now = now
    }

    /// A row about the grant there is, or about the policy as it is now.
    mutating func write(
        _ status: ConsentStatus, _ cause: ConsentCause, _ switches: Set<ConsentSwitch>, language: String? = nil,
        isAdult: Bool? = nil, about grant: Grant? = nil
    ) {
        records.append(
            ConsentRecord(
                number: state.nextRecord, status: status, cause: cause, switches: switches,
                policy: grant?.policy ?? context.manifest.identity, language: language ?? grant?.language,
                scope: grant?.scope ?? context.manifest.scope(of: switches), details: grant?.details ?? context.details,
                actor: actor, isAdult: isAdult, epoch: state.epoch, unixSeconds: now.unixSeconds,
                isTimeTrusted: now.trustedDay != nil))
        state.nextRecord &+= 1
    }

    mutating func decide(_ switches: Set<ConsentSwitch>, _ status: ConsentStatus) {
        for consentSwitch in switches { state.statuses[consentSwitch] = status }
    }

    /// Ends what was agreed to: a new epoch, and nothing of the old one is left but what was asked to be erased elsewhere.
    mutating func end(_ status: ConsentStatus, _ cause: ConsentCause) {
        guard let grant = state.grant else { return }
        drop()
        decide(grant.switches, status)
        write(status, cause, grant.switches, about: grant)
    }

    mutating func drop() {
        state.grant = nil
        state.freeze = nil
        state.location = nil
        state.epoch = state.epoch.next
    }

    /// The same consent under another name.
    mutating func rotate(_ installID: InstallID) {
        state.epoch = state.epoch.next
        state.grant?.installID = installID
        state.grant?.isExposed = false
    }

    /// Only of a server that may have something.
    mutating func requestErasure(_ id: ErasureID) {
        guard let grant = state.grant, grant.isExposed else { return }
        state.erasures.append(ErasureRequest(id: id, installID: grant.installID, epoch: state.epoch))
    }
}

extension ConsentState {
    /// Whether the last that is known of it is that it expired.
    var hasExpired: Bool { ConsentSwitch.allCases.contains { statuses[$0] == .expired } }
}
