package import LockCore
package import LockProtocol

/// What a phone that has a key asks for.
package enum Ask: Sendable {
    case hello
    /// Something of the machine of keys, and what its answer will be made of.
    case core(AccessRequest, Kind)

    /// What kind of answer a request has.
    package enum Kind: Sendable {
        case pairing
        case motion
        case calibration
        case configuration(WireChangeSettings)
        case keys
        case watch(subscribes: Bool)
        case settings
        /// A page of the log: at most so many entries behind a number.
        case log(since: Int64, limit: Int)
        /// A page of the chain over the log, behind a number.
        case chain(since: UInt64)
        /// What a phone has seen of the chain.
        case checkpoint(number: UInt64, hash: [UInt8])
        /// A page of keys or of invitations, behind one of them.
        case list(after: UInt64)
    }

    /// How many entries of the log can be asked for at once.
    package static let logPage = 1...500

    /// What a checkpoint's hash has.
    package static let checkpointBytes = 32

    /// Reads what was asked.
    /// - Parameter settings: those that there are; a change of them that makes no sense is complained of at once.
    package init(_ ask: WireRequest.OneOf_Ask, settings: Settings) throws(WireComplaint) {
        switch ask {
        case .hello: self = .hello
        case .pair: throw WireComplaint(words: "this phone has a key")
        case .getStatus: self = .core(.watch, .watch(subscribes: false))
        case .subscribe: self = .core(.watch, .watch(subscribes: true))
        case .lock: self = .core(.command(.lock), .motion)
        case .unlock: self = .core(.command(.unlock), .motion)
        case .calibrate: self = .core(.command(.calibrate), .calibration)
        case .acknowledgeAlarms: self = .core(.command(.acknowledgeAlarms), .keys)
        case .listKeys(let list): self = .core(.listKeys, .list(after: UInt64(list.after)))
        case .addKey(let add):
            self = .core(.addKey(publicKey: Array(add.publicKey), try add.terms.core()), .keys)
        case .changeKey(let change):
            self = .core(.changeKey(KeyID(change.key), try change.terms.core(mayBeUsedUp: true)), .keys)
        case .revokeKey(let revoke): self = .core(.revokeKey(KeyID(revoke.key)), .keys)
        case .invite(let invite):
            self = .core(Self.invitation(try invite.terms.core(), Int64(invite.lifetimeSeconds)), .keys)
        case .listInvitations(let list): self = .core(.listInvitations, .list(after: list.after))
        case .withdrawInvitation(let withdraw):
            self = .core(.withdrawInvitation(PairingSecretID(withdraw.id)), .keys)
        case .getSettings: self = .core(.inspect, .settings)
        case .changeSettings(let change):
            // What it comes to is seen when it is permitted.
            _ = try change.applied(to: settings)
            self = .core(.configure, .configuration(change))
        case .readLog(let read):
            guard Self.logPage.contains(Int(read.limit)), let since = Int64(exactly: read.since) else {
                throw WireComplaint(words: "a page of the log has 1 to \(Self.logPage.upperBound) entries")
            }
            self = .core(.inspect, .log(since: since, limit: Int(read.limit)))
        case .readChain(let read): self = .core(.inspect, .chain(since: read.since))
        case .bringCheckpoint(let bring):
            let (number, hash) = (bring.checkpoint.number, Array(bring.checkpoint.hash))
            guard number != 0, hash.count == Self.checkpointBytes else {
                throw WireComplaint(words: "a checkpoint has a number other than 0 and a hash of 32 bytes")
            }
            self = .core(.inspect, .checkpoint(number: number, hash: hash))
        case .setClock(let clock): self = .core(.setClock(clock.unixSeconds), .keys)
        case .factoryReset: self = .core(.factoryReset, .keys)
        case .confirmNotices(let confirm): self = .core(.confirmNotices(through: confirm.through), .keys)
        }
    }

    /// Draws what nobody must be able to guess.
    package static func invitation(_ terms: KeyTerms, _ lifetime: Int64) -> AccessRequest {
        var random = SystemRandomNumberGenerator()
        let secret = (0..<Invitation.secretBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return .invite(
            terms, lifetimeSeconds: lifetime, id: PairingSecretID(.random(in: 1 ... .max, using: &random)),
            secret: secret)
    }
}

extension AccessRequest {
    /// Whether carrying it out twice is not the same as once. What only reads is done again.
    package var isRemembered: Bool {
        switch self {
        case .watch, .inspect, .listKeys, .listInvitations: false
        default: true
        }
    }
}
