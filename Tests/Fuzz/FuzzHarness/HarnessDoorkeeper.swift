internal import SecureChannel

/// Lets in, or not, as the script says.
final class HarnessDoorkeeper: Doorkeeper {
    let isAdmitting: Bool
    let hasSecret: Bool

    init(isAdmitting: Bool, hasSecret: Bool) {
        self.isAdmitting = isAdmitting
        self.hasSecret = hasSecret
    }

    static func code(_ fingerprint: Fingerprint) -> PairingCode {
        PairingCode(
            id: .setupCode, secret: SecretBytes(copying: [UInt8](repeating: 3, count: 16)), fingerprint: fingerprint)
    }

    func secret(for id: SecretID) -> SecretAnswer {
        guard hasSecret, id == .setupCode else { return .refused(.notAccepted) }
        return .secret(PreSharedKey(derivedFrom: SecretBytes(copying: [UInt8](repeating: 3, count: 16))))
    }

    func admits(_ key: PublicKey, for purpose: Purpose) -> Admission {
        isAdmitting ? .admitted : .refused(.notAccepted)
    }

    func guessedWrong(_ id: SecretID) {}
}
