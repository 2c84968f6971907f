/// A long-term key pair: the lock's, or a phone's. Any number of handshakes share it without copying the secret.
///
/// Its private bytes are seen once, by whoever saves them when it is made; afterwards they cannot be had from it.
package final class Identity: Sendable {
    /// Bytes of a private key.
    package static let privateSize = KeyPair.size

    private static let tagInfo = Array("mortise tag".utf8)

    let keyPair: KeyPair
    package let fingerprint: Fingerprint
    /// Of what a lock's tags are made. Nothing can be learned from it of the private bytes that it is derived from.
    private let tagSecret: SecretBytes

    /// From 32 bytes that were saved; nil: not 32 bytes.
    package convenience init?(privateBytes: borrowing SecretBytes) {
        guard let keyPair = KeyPair(privateBytes: privateBytes) else { return nil }
        self.init(keyPair, privateBytes)
    }

    /// A new one, which is there only if its private bytes could be saved.
    package static func make<Failure: Error>(
        saving save: (borrowing SecretBytes) throws(Failure) -> Void
    ) throws(Failure) -> Identity {
        let bytes = SecretBytes(randomCount: KeyPair.size)
        guard let keyPair = KeyPair(privateBytes: bytes) else { preconditionFailure("32 bytes are a private key.") }
        try save(bytes)
        return Identity(keyPair, bytes)
    }

    private init(_ keyPair: KeyPair, _ privateBytes: borrowing SecretBytes) {
        self.keyPair = keyPair
        fingerprint = Fingerprint(of: keyPair.publicKey)
        // HKDF-SHA-256 without salt, which is as many zeros as a hash has bytes.
        let salt = unsafe SecretBytes(count: KeyedHash.size)
        tagSecret = unsafe privateBytes.withBytes {
            unsafe KeyDerivation(salt: salt, input: $0).first(info: Self.tagInfo)
        }
    }

    package var publicKey: PublicKey { keyPair.publicKey }

    /// What a lock of this identity is recognised by. Another generation is another tag, of which whoever knows this one learns
    /// nothing.
    package func rotatingTag(generation: UInt64) -> RotatingTag {
        var hash = KeyedHash(key: tagSecret)
        hash.update((0..<8).map { UInt8(truncatingIfNeeded: generation >> (56 - 8 * UInt64($0))) })
        return RotatingTag(derived: hash.finish())
    }
}
