internal import Crypto
internal import FoundationEssentials

/// The public half of an X25519 key pair: 32 bytes, as RFC 7748 has them.
package struct PublicKey: Hashable, Sendable {
    /// In bytes.
    package static let size = 32
    /// Exactly ``size`` of them.
    package let bytes: [UInt8]

    /// nil: not 32 bytes. Whether it is one of the few weak keys shows only when it is used.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = Array(bytes)
    }

    init(_ key: Curve25519.KeyAgreement.PublicKey) { bytes = Array(key.rawRepresentation) }
}
