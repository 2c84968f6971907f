internal import FoundationEssentials
internal import LockCore
internal import LockProtocol
internal import SecureChannel
internal import Storage
internal import SwiftProtobuf
internal import SystemdRuntime

// From a message to what is asked of the core.
extension PhoneService {
    func take(_ bytes: [UInt8], _ link: PhoneLink) {
        guard let request = try? WireRequest(serializedBytes: bytes) else {
            return refuse(0, .invalidRequest, "this is no Request of lock.proto", link)
        }
        guard request.id != 0 else { return refuse(0, .invalidRequest, "a request has an id other than 0", link) }
        guard let ask = request.ask else {
            return refuse(request.id, .unsupported, "this lock does not know the request", link)
        }
        switch link.standing {
        case .stranger, .leaving: break
        case .claimant(let publicKey): pair(ask, request.id, publicKey, link)
        case .holder(let key): take(ask, request.id, key, link)
        }
    }

    func refuse(_ id: UInt64, _ fault: WireFault, _ complaint: String, _ link: PhoneLink) {
        var answer = WireAnswer()
        answer.id = id
        answer.refused.fault = fault
        answer.refused.complaint = complaint
        tell(answer, link)
    }

    private func pair(_ ask: WireRequest.OneOf_Ask, _ id: UInt64, _ publicKey: [UInt8], _ link: PhoneLink) {
        guard case .pair(let pair) = ask, let secret = link.secret else {
            return refuse(id, .notAllowed, "over a channel made by pairing there is only Pair", link)
        }
        guard link.open < Self.requestLimit else { return refuse(id, .busy, "too many requests are open", link) }
        let number = register(
            OpenRequest(link: link.id, id: id, key: nil, kind: .pairing, isRemembered: false))
        delegate.tellAccess(.pair(PairingClaim(secret: secret, publicKey: publicKey, name: pair.name), id: number))
    }

    private func take(_ ask: WireRequest.OneOf_Ask, _ id: UInt64, _ key: KeyID, _ link: PhoneLink) {
        switch memory.find(id, of: key) {
        case .answered(let answer): return tell(answer, link)
        case .underWay:
            // Asked again, over this link or another one: the answer goes here.
            for (number, request) in requests where request.key == key && request.id == id {
                links[request.link]?.open -= 1
                requests[number]?.link = link.id
                link.open += 1
            }
            return
        case .new: break
        }
        guard link.open < Self.requestLimit else {
            return refuse(id, .busy, "\(Self.requestLimit) requests are open already", link)
        }
        do throws(WireComplaint) {
            switch ask {
            case .hello: welcome(id, key, link)
            case .pair: refuse(id, .notAllowed, "this phone has a key", link)
            default:
                let (request, kind) = try core(ask)
                let number = register(
                    OpenRequest(link: link.id, id: id, key: key, kind: kind, isRemembered: request.isRemembered))
                delegate.tellAccess(.request(request, from: .key(key), id: number))
            }
        } catch {
            refuse(id, .invalidRequest, error.words, link)
        }
    }

    private func core(_ ask: WireRequest.OneOf_Ask) throws(WireComplaint) -> (AccessRequest, OpenRequest.Kind) {
        switch ask {
        case .getStatus: return (.watch, .watch(subscribes: false))
        case .subscribe: return (.watch, .watch(subscribes: true))
        case .lock: return (.command(.lock), .motion)
        case .unlock: return (.command(.unlock), .motion)
        case .calibrate: return (.command(.calibrate), .calibration)
        case .acknowledgeAlarms: return (.command(.acknowledgeAlarms), .keys)
        case .listKeys(let list): return (.listKeys, .list(after: UInt64(list.after)))
        case .addKey(let add): return (.addKey(publicKey: Array(add.publicKey), try add.terms.core()), .keys)
        case .changeKey(let change): return (.changeKey(KeyID(change.key), try change.terms.core()), .keys)
        case .revokeKey(let revoke): return (.revokeKey(KeyID(revoke.key)), .keys)
        case .invite(let invite):
            return (Self.invitation(try invite.terms.core(), Int64(invite.lifetimeSeconds)), .keys)
        case .listInvitations(let list): return (.listInvitations, .list(after: list.after))
        case .withdrawInvitation(let withdraw): return (.withdrawInvitation(PairingSecretID(withdraw.id)), .keys)
        case .getSettings: return (.inspect, .settings)
        case .changeSettings(let change):
            // What makes no sense is told at once; what it comes to, when it is permitted.
            _ = try change.applied(to: delegate.status.settings)
            return (.configure, .configuration(change))
        case .readLog(let read):
            guard StoreLimits.auditPage.contains(Int(read.limit)), let since = Int64(exactly: read.since) else {
                throw WireComplaint(words: "a page of the log has 1 to \(StoreLimits.auditPage.upperBound) entries")
            }
            return (.inspect, .log(since: since, limit: min(Int(read.limit), Self.entriesPerMessage)))
        case .setClock(let clock): return (.setClock(clock.unixSeconds), .keys)
        case .factoryReset: return (.factoryReset, .keys)
        case .confirmNotices(let confirm): return (.confirmNotices(through: confirm.through), .keys)
        case .hello, .pair: throw WireComplaint(words: "not here")
        }
    }

    /// Draws what nobody must be able to guess.
    static func invitation(_ terms: KeyTerms, _ lifetime: Int64) -> AccessRequest {
        var random = SystemRandomNumberGenerator()
        let secret = (0..<Invitation.secretBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return .invite(
            terms, lifetimeSeconds: lifetime, id: PairingSecretID(.random(in: 1 ... .max, using: &random)),
            secret: secret)
    }

    private func welcome(_ id: UInt64, _ key: KeyID, _ link: PhoneLink) {
        guard let own = delegate.access.set[key] else { return close(link, saying: .revoked) }
        var answer = WireAnswer()
        answer.id = id
        answer.welcome.run = run
        answer.welcome.version = version
        answer.welcome.board = board
        answer.welcome.key = WireKey(own)
        answer.welcome.clock = delegate.wireClock
        answer.welcome.tagKey = Data(tag.key)
        answer.welcome.notices = delegate.access.set.notices(for: own).map(WireNotice.init)
        tell(answer, link)
    }
}

extension AccessRequest {
    /// Whether carrying it out twice is not the same as once. What only reads is done again.
    fileprivate var isRemembered: Bool {
        switch self {
        case .watch, .inspect, .listKeys, .listInvitations: false
        default: true
        }
    }
}
