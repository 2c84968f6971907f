internal import Crypto
internal import FoundationEssentials

/// A private key and its public half. Not copied, so that it is known where it is; its bytes are wiped with it (swift-crypto keeps
/// them in storage that is).
package struct KeyPair: ~Copyable {
    private let key: Curve25519.KeyAgreement.PrivateKey

    /// A new one, from the kernel's random numbers.
    package init() { key = Curve25519.KeyAgreement.PrivateKey() }

    /// From 32 bytes that were kept; nil: not 32 bytes.
    package init?(privateBytes bytes: [UInt8]) {
        guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes) else { return nil }
        self.key = key
    }

    package var publicKey: PublicKey { PublicKey(key.publicKey.rawRepresentation) ?? PublicKey([UInt8](repeating: 0, count: 32))! }

    /// X25519. Throws ``NoiseError/weakKey`` where the result is all zeros (RFC 7748, section 6.1): it would not depend on our key.
    borrowing func agree(with other: PublicKey) throws(NoiseError) -> SymmetricKey {
        guard let publicKey = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: other.bytes),
            let secret = try? key.sharedSecretFromKeyAgreement(with: publicKey)
        else { throw .weakKey }
        let isZero = secret.withUnsafeBytes { $0.reduce(0) { $0 | $1 } == 0 }
        guard !isZero else { throw .weakKey }
        return secret.withUnsafeBytes { SymmetricKey(data: $0) }
    }
}
