/// One entry in the journal's native protocol: the fields of one datagram, one after the other
/// (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>).
struct JournalEntry {
    private(set) var bytes: [UInt8] = []

    /// The journal takes names of this length.
    private static let nameLimit = 64

    /// Upper-case letters, digits and underscores, beginning with a letter: an underscore in front is the journal's own.
    static func isFieldName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= nameLimit else { return false }
        func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
        return isLetter(first)
            && name.utf8.allSatisfy {
                isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
            }
    }

    /// Adds a field whose name is one.
    mutating func append(_ name: String, _ value: String) {
        let newline = UInt8(ascii: "\n")
        bytes += name.utf8
        if value.utf8.contains(newline) {
            // A line break in a value would end the field: such a value comes with its length instead.
            bytes.append(newline)
            withUnsafeBytes(of: UInt64(value.utf8.count).littleEndian) { bytes += $0 }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes += value.utf8
        bytes.append(newline)
    }
}
