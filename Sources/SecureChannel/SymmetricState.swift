internal import Crypto
internal import FoundationEssentials

/// What both sides of a handshake have in common so far (Noise, section 5.2), with SHA-256.
struct SymmetricState: ~Copyable {
    private var chaining: SymmetricKey
    private(set) var hash: [UInt8]
    private var cipher: CipherState?

    init(protocolName: String, prologue: [UInt8]) {
        let name = Array(protocolName.utf8)
        // Shorter names are filled up with zeros; longer ones are hashed.
        hash = name.count <= 32 ? name + [UInt8](repeating: 0, count: 32 - name.count) : Array(SHA256.hash(data: name))
        chaining = SymmetricKey(data: hash)
        cipher = nil
        mix(hash: prologue)
    }

    mutating func mix(hash data: some Collection<UInt8>) { hash = Array(SHA256.hash(data: hash + Array(data))) }

    mutating func mix(key secret: SymmetricKey) {
        let (first, second, _) = derive(secret, 2)
        chaining = first
        cipher = CipherState(key: second)
    }

    /// Of a pre-shared key.
    mutating func mix(keyAndHash secret: SymmetricKey) {
        let (first, second, third) = derive(secret, 3)
        chaining = first
        second.withUnsafeBytes { mix(hash: Array($0)) }
        cipher = CipherState(key: third ?? second)
    }

    var hasKey: Bool { cipher != nil }

    mutating func encryptAndHash(_ plaintext: [UInt8]) throws(NoiseError) -> [UInt8] {
        let result = try cipher?.encrypt(plaintext, authenticating: hash) ?? plaintext
        mix(hash: result)
        return result
    }

    mutating func decryptAndHash(_ data: [UInt8]) throws(NoiseError) -> [UInt8] {
        let result = try cipher?.decrypt(data, authenticating: hash) ?? data
        mix(hash: data)
        return result
    }

    /// The keys of the two directions, the initiator's first.
    consuming func split() -> (SymmetricKey, SymmetricKey) {
        let (first, second, _) = derive(SymmetricKey(data: [UInt8]()), 2)
        return (first, second)
    }

    /// Noise's HKDF (section 4.3) is RFC 5869's, with the chaining key as salt and no info.
    private func derive(_ secret: SymmetricKey, _ count: Int) -> (SymmetricKey, SymmetricKey, SymmetricKey?) {
        let salt = chaining.withUnsafeBytes { Array($0) }
        let all = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, salt: salt, info: [UInt8](), outputByteCount: 32 * count)
        return all.withUnsafeBytes { bytes in
            (
                SymmetricKey(data: bytes[0..<32]), SymmetricKey(data: bytes[32..<64]),
                count == 3 ? SymmetricKey(data: bytes[64..<96]) : nil
            )
        }
    }
}
