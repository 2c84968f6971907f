/// Names a pairing secret without telling it: sent in clear, so that the lock knows which one to use.
package struct SecretID: Hashable, Sendable {
    /// In bytes.
    package static let size = 8
    /// Exactly ``size`` of them.
    package let bytes: [UInt8]

    /// The setup code's: each lock has one at most.
    package static let setupCode = SecretID(zeros: ())

    /// nil: not 8 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = Array(bytes)
    }

    private init(zeros: Void) { bytes = [UInt8](repeating: 0, count: Self.size) }
}
