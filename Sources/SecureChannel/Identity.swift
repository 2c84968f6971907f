/// A long-term key pair: the lock's, or a phone's. Any number of handshakes share it without copying the secret.
///
/// Its private bytes are seen once, by whoever saves them when it is made; afterwards they cannot be had from it.
package final class Identity: Sendable {
    /// Bytes of a private key.
    package static let privateSize = KeyPair.size

    let keyPair: KeyPair
    package let fingerprint: Fingerprint

    /// From 32 bytes that were saved; nil: not 32 bytes.
    package convenience init?(privateBytes: borrowing SecretBytes) {
        guard let keyPair = KeyPair(privateBytes: privateBytes) else { return nil }
        self.init(keyPair)
    }

    /// A new one, which is there only if its private bytes could be saved.
    package static func make<Failure: Error>(
        saving save: (borrowing SecretBytes) throws(Failure) -> Void
    ) throws(Failure) -> Identity {
        let bytes = SecretBytes(randomCount: KeyPair.size)
        guard let keyPair = KeyPair(privateBytes: bytes) else { preconditionFailure("32 bytes are a private key.") }
        try save(bytes)
        return Identity(keyPair)
    }

    private init(_ keyPair: KeyPair) {
        self.keyPair = keyPair
        fingerprint = Fingerprint(of: keyPair.publicKey)
    }

    package var publicKey: PublicKey { keyPair.publicKey }
}
