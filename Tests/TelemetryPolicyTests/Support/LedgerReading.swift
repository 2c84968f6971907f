import TelemetryPolicy

/// What the ledger's rows alone say is agreed to: a second opinion, which knows nothing of the machine's state.
struct LedgerReading {
    struct Agreement: Equatable {
        var by: KeyReference
        var switches: Set<ConsentSwitch>
        var policy: PolicyIdentity
        var details: ProcessingDetails
        var scope: ConsentScope
    }

    /// Valid, or frozen.
    private(set) var agreement: Agreement?
    private(set) var isFrozen = false
    /// Who has accepted which policy.
    private(set) var accepted: [KeyReference: PolicyIdentity] = [:]
    /// Who ever has, also before they left.
    private var everAccepted: [KeyReference: Set<PolicyIdentity>] = [:]
    /// Somebody agreed who had never accepted the policy.
    private(set) var isFlawed = false
    /// What was recorded before this number rose must never leave after it.
    private(set) var line = 0

    mutating func take(_ record: ConsentRecord) {
        switch (record.cause, record.status) {
        case (.accepted, .given):
            guard case .key(let key) = record.actor, record.isAdult == true else { break }
            accepted[key] = record.policy
            everAccepted[key, default: []].insert(record.policy)
        case (.decided, .given), (.decided, .renewed): decide(record)
        case (.policyChanged, _): isFrozen = true
        case (.withdrawn, _) where record.switches == [.location] && agreement?.switches.contains(.diagnostics) == true:
            agreement?.switches.remove(.location)
            agreement.map { agreement?.scope = ConsentScope(lines: $0.scope.lines.filter { $0.item != .location }) }
            line += 1
        case (.withdrawn, _), (.refused, _), (.ownerRemoved, _), (.policyNotAgreedTo, _): end()
        case (.erasedOnServer, _): line += 1
        default: break
        }
    }

    private mutating func decide(_ record: ConsentRecord) {
        guard case .key(let key) = record.actor else { return end() }
        if everAccepted[key]?.contains(record.policy) != true { isFlawed = true }
        if let old = agreement {
            let isWider = old.switches.isSubset(of: record.switches)
            let isSame =
                record.scope.lines.filter { line in
                    old.switches.contains(line.item == .location ? .location : .diagnostics)
                } == old.scope.lines && record.details.controller == old.details.controller
            if !isWider || !isSame { line += 1 }
        } else {
            line += 1
        }
        agreement = Agreement(
            by: key, switches: record.switches, policy: record.policy, details: record.details, scope: record.scope)
        isFrozen = false
    }

    mutating func forget(_ key: KeyReference) { accepted[key] = nil }

    /// After a power cut: nothing durable says that they had left.
    mutating func neverLeft(_ key: KeyReference, _ policy: PolicyIdentity) {
        if everAccepted[key]?.contains(policy) == true { accepted[key] = policy }
    }

    mutating func end() {
        agreement = nil
        isFrozen = false
        line += 1
    }
}
