/// Which text of the policy: its date and its hash. Consent is given to one text and to no other.
package struct PolicyIdentity: Hashable, Sendable {
    package let date: Day
    /// SHA-256 of the text's bytes, 32 of them.
    package let sha256: [UInt8]

    package static let hashBytes = 32

    /// nil: not a day, or not 64 lower-case hexadecimal digits.
    package init?(date: String, sha256: String) {
        guard let day = Day(text: date), let bytes = Hex.bytes(of: sha256), bytes.count == Self.hashBytes else {
            return nil
        }
        self.date = day
        self.sha256 = bytes
    }

    package var sha256Text: String { Hex.text(of: sha256) }
}
