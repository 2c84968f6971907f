internal import SecureChannel

/// Whole handshakes between the endpoints, as they are used.
final class Handshakes: Doorkeeper {
    private let lock = Identity.make { _ in }
    private let phone = Identity.make { _ in }
    private let code: PairingCode

    init() {
        code = PairingCode(id: .setupCode, secret: SecretBytes(randomCount: 16), fingerprint: lock.fingerprint)
    }

    func session() { run(PhoneEndpoint(phone, lock: lock.publicKey)) }

    func pairing() { run(PhoneEndpoint(phone, pairingBy: code)) }

    private func run(_ phone: consuming PhoneEndpoint) {
        var link = OpenLink(lock: LockEndpoint(lock), phone: phone)
        link.shakeHands(asking: self)
    }

    /// A link for messages.
    func open() -> OpenLink {
        var link = OpenLink(lock: LockEndpoint(lock), phone: PhoneEndpoint(phone, lock: lock.publicKey))
        link.shakeHands(asking: self)
        return link
    }

    func secret(for id: SecretID) -> SecretAnswer { .secret(code.preSharedKey) }
    func admits(_ key: PublicKey, for purpose: Purpose) -> Admission { .admitted }
    func guessedWrong(_ id: SecretID) {}
}
