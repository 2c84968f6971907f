internal import Crypto
internal import FoundationEssentials

/// What both sides of a handshake have in common so far (Noise, section 5.2), with SHA-256.
struct SymmetricState: ~Copyable {
    private var chaining: SecretBytes
    /// Of everything that went over the wire, the prologue and the names: no secret, and the same for nobody else.
    private(set) var hash: [UInt8]
    private var cipher: CipherState?

    init(protocolName: String, prologue: [UInt8]) {
        let name = Array(protocolName.utf8)
        // Shorter names are filled up with zeros; longer ones are hashed.
        hash =
            name.count <= KeyedHash.size
            ? name + [UInt8](repeating: 0, count: KeyedHash.size - name.count) : Array(SHA256.hash(data: name))
        chaining = SecretBytes(copying: hash)
        cipher = nil
        mix(hash: prologue)
    }

    mutating func mix(hash data: some DataProtocol) {
        var hasher = SHA256()
        hasher.update(data: hash)
        hasher.update(data: data)
        hash = Array(hasher.finalize())
    }

    mutating func mix(key input: UnsafeRawBufferPointer) {
        let derivation = unsafe KeyDerivation(salt: chaining, input: input)
        chaining = derivation.first()
        cipher = CipherState(key: derivation.next(2, after: chaining))
    }

    mutating func mix(key secret: SharedSecret) { unsafe secret.withUnsafeBytes { unsafe mix(key: $0) } }

    /// Of a pre-shared key (section 9.1).
    mutating func mix(keyAndHash input: UnsafeRawBufferPointer) {
        let derivation = unsafe KeyDerivation(salt: chaining, input: input)
        chaining = derivation.first()
        let second = derivation.next(2, after: chaining)
        unsafe second.withBytes { unsafe mix(hash: $0) }
        cipher = CipherState(key: derivation.next(3, after: second))
    }

    var hasKey: Bool { cipher != nil }

    /// Appends what is sent.
    mutating func encryptAndHash(_ plaintext: [UInt8], into output: inout [UInt8]) throws(NoiseError) {
        let start = output.count
        if hasKey {
            try cipher?.encrypt(plaintext, authenticating: hash, into: &output)
        } else {
            output += plaintext
        }
        mix(hash: output[start...])
    }

    mutating func decryptAndHash(_ data: ArraySlice<UInt8>) throws(NoiseError) -> [UInt8] {
        let result = try cipher?.decrypt(data, authenticating: hash) ?? Array(data)
        mix(hash: data)
        return result
    }

    /// The channel: the initiator sends with the first key.
    consuming func split(sendingFirst isInitiator: Bool) -> NoiseTransport {
        let derivation = unsafe KeyDerivation(salt: chaining, input: UnsafeRawBufferPointer(start: nil, count: 0))
        let first = derivation.first()
        let second = derivation.next(2, after: first)
        return NoiseTransport(
            sending: isInitiator ? CipherState(key: first) : CipherState(key: second),
            receiving: isInitiator ? CipherState(key: second) : CipherState(key: first), handshakeHash: hash)
    }
}
