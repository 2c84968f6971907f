/// The 32 secret bytes that both sides of a pairing have, made of what the setup code or the invitation says.
package struct PreSharedKey: ~Copyable, Sendable {
    /// In bytes (Noise, section 9.1).
    package static let size = 32
    private static let info = Array("mortise pairing psk".utf8)

    private let secret: SecretBytes

    /// HKDF-SHA-256 (RFC 5869) of a code's secret, without salt.
    package init(derivedFrom secret: borrowing SecretBytes) {
        // No salt is as many zeros as a hash has bytes.
        let salt = unsafe SecretBytes(count: KeyedHash.size)
        self.secret = unsafe secret.withBytes { unsafe KeyDerivation(salt: salt, input: $0).first(info: Self.info) }
    }

    /// Bytes that were derived before and kept; nil: not 32 bytes.
    package init?(_ bytes: consuming SecretBytes) {
        guard bytes.count == Self.size else { return nil }
        secret = bytes
    }

    /// Lends the bytes, for as long as `body` runs.
    package borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe secret.withBytes(body)
    }
}
