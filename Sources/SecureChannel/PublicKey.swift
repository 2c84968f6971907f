/// The public half of an X25519 key pair: 32 bytes, as RFC 7748 has them.
package struct PublicKey: Hashable, Sendable {
    package static let size = 32
    package let bytes: [UInt8]

    /// nil: not 32 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = Array(bytes)
    }
}
