@testable import SecureChannel

/// Lets in whom the test wants, and notes what it was asked.
final class TestDoorkeeper: Doorkeeper {
    /// By id: what the code says.
    var secrets: [SecretID: [UInt8]] = [:]
    /// nil: everybody.
    var known: Set<PublicKey>?
    /// What to answer instead of a secret.
    var pairingRefusal: Refusal?
    /// What to answer about any key.
    var keyRefusal: Refusal?
    private(set) var guesses: [SecretID] = []
    private(set) var asked: [PublicKey] = []

    func secret(for id: SecretID) -> SecretAnswer {
        if let pairingRefusal { return .refused(pairingRefusal) }
        guard let secret = secrets[id] else { return .refused(.notAccepted) }
        return .secret(PreSharedKey(derivedFrom: SecretBytes(copying: secret)))
    }

    func admits(_ key: PublicKey, for purpose: Purpose) -> Admission {
        asked.append(key)
        if let keyRefusal { return .refused(keyRefusal) }
        return known?.contains(key) ?? true ? .admitted : .refused(.notAccepted)
    }

    func guessedWrong(_ id: SecretID) { guesses.append(id) }
}
