/// Names a kind of journal entry for good, so that a catalogue can explain it (`journalctl -x`) and a program can find it. Made
/// once with `systemd-id128 new`, never reused.
package struct JournalMessageID: Hashable, Sendable, CustomStringConvertible {
    package var rawValue: UInt128

    /// Written as a literal: `JournalMessageID(0x8d45_620c_1a43_48db_b174_10da_57c6_0c66)`.
    package init(_ rawValue: UInt128) { self.rawValue = rawValue }

    /// 32 lower-case hexadecimal digits, as in `MESSAGE_ID` and in catalogue files.
    package var description: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
