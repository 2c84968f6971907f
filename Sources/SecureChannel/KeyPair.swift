internal import Crypto
internal import FoundationEssentials

/// An X25519 private key and its public half (RFC 7748). Copies share one storage, which swift-crypto wipes with the last of them
/// (SecureBytes.swift, `Backing.deinit`).
struct KeyPair: Sendable {
    /// Bytes of a private key.
    static let size = 32

    private let key: Curve25519.KeyAgreement.PrivateKey
    let publicKey: PublicKey

    /// A new one, from the kernel's random numbers.
    init() { self.init(Curve25519.KeyAgreement.PrivateKey()) }

    /// From 32 bytes that were kept; nil: not 32 bytes.
    init?(privateBytes: borrowing SecretBytes) {
        guard
            let key = unsafe privateBytes.withBytes({ bytes in
                try? unsafe Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
            })
        else { return nil }
        self.init(key)
    }

    private init(_ key: Curve25519.KeyAgreement.PrivateKey) {
        self.key = key
        publicKey = PublicKey(key.publicKey)
    }

    /// X25519. Throws ``NoiseError/weakKey`` where the result is all zeros (RFC 7748, section 6.1): it would not depend on our key,
    /// and swift-crypto lets it pass.
    func agree(with other: PublicKey) throws(NoiseError) -> SharedSecret {
        guard let publicKey = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: other.bytes),
            let secret = try? key.sharedSecretFromKeyAgreement(with: publicKey)
        else { throw .weakKey }
        let isZero = unsafe secret.withUnsafeBytes { unsafe $0.reduce(0) { $0 | $1 } == 0 }
        guard !isZero else { throw .weakKey }
        return secret
    }
}
