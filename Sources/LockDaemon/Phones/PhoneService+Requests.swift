internal import FoundationEssentials
internal import LockCore
internal import LockProtocol
internal import PhoneMessages
internal import SecureChannel
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
            if case .pair = ask { return refuse(id, .notAllowed, "this phone has a key", link) }
            switch try Ask(ask, settings: delegate.status.settings) {
            case .hello: welcome(id, key, link)
            case .core(let request, let kind):
                let number = register(
                    OpenRequest(link: link.id, id: id, key: key, kind: kind, isRemembered: request.isRemembered))
                delegate.tellAccess(.request(request, from: .key(key), id: number))
            }
        } catch {
            refuse(id, .invalidRequest, error.words, link)
        }
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
