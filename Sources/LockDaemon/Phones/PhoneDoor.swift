internal import LockCore
internal import SecureChannel

/// Answers for one link while it is opened, from memory.
final class PhoneDoor: Doorkeeper {
    private let service: PhoneService
    private let link: PhoneLink

    init(_ service: PhoneService, _ link: PhoneLink) {
        self.service = service
        self.link = link
    }

    func secret(for id: SecretID) -> SecretAnswer {
        let secret = PairingSecretID(id)
        switch service.delegate.access.pairingSecret(secret, at: BootClock.now()) {
        case .setupCode:
            guard let bytes = service.delegate.setupSecret else { return .refused(.pairingClosed) }
            link.secret = secret
            return .secret(PreSharedKey(derivedFrom: SecretBytes(copying: bytes)))
        case .invitation(let bytes):
            link.secret = secret
            return .secret(PreSharedKey(derivedFrom: SecretBytes(copying: bytes)))
        case .later(let wait): return .refused(.tryAgainLater(seconds: Self.seconds(wait)))
        case .closed: return .refused(.pairingClosed)
        case .unknown: return .refused(.notAccepted)
        }
    }

    func admits(_ key: PublicKey, for purpose: Purpose) -> Admission {
        switch purpose {
        // Whoever knows the secret may say who they are; whether they get a key is decided then.
        case .pairing: return .admitted
        case .session:
            switch service.delegate.access.standing {
            case .booting: return .refused(.tryAgainLater(seconds: 1))
            case .unreadable: return .refused(.notAccepted)
            case .ready:
                let isKnown = service.delegate.access.set.key(publicKey: key.bytes) != nil
                return isKnown ? .admitted : .refused(.notAccepted)
            }
        }
    }

    func guessedWrong(_ id: SecretID) { service.delegate.tellAccess(.wrongSecret(PairingSecretID(id))) }

    /// Rounded up: a phone that waits so long is in time.
    private static func seconds(_ wait: Duration) -> UInt16 { UInt16(clamping: (wait.wholeMilliseconds + 999) / 1_000) }
}

extension PairingSecretID {
    init(_ id: SecretID) { self.init(id.bytes.reduce(0) { $0 << 8 | UInt64($1) }) }
}

extension SecretID {
    init(_ id: PairingSecretID) {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: id.rawValue >> (56 - 8 * UInt64($0))) }
        guard let made = SecretID(bytes) else { preconditionFailure("an id has 8 bytes") }
        self = made
    }
}
