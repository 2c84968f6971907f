internal import Crypto

/// What a label or an invitation says of a lock's public key: the first 16 bytes of its SHA-256. Finding another key with the
/// same takes 2^128 tries, because the lock's is given.
package struct Fingerprint: Hashable, Sendable {
    /// In bytes.
    package static let size = 16
    /// Exactly ``size`` of them.
    package let bytes: [UInt8]

    package init(of key: PublicKey) { bytes = Array(SHA256.hash(data: key.bytes).prefix(Self.size)) }

    /// nil: not 16 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = Array(bytes)
    }
}
