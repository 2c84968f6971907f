internal import LockCore

/// What an entry of the audit log says, column by column: what can be erased, and what its link in the chain was made of.
///
/// It is taken from the columns and not from what they mean, so that entries in words unknown to this version verify too.
struct AuditPayload: Hashable, Sendable {
    /// In the order of ``columns``.
    let values: [StoredValue]

    /// In the order of the schema. The bytes that are hashed depend on it: a column that is added takes another ``version``.
    static let columns =
        "boot, at_ns, unix_s, trusted, action, origin, origin_number, outcome, state, code, warning, subject"
    /// Sets them all to none.
    static let erasure = columns.split(separator: ",").map { "\($0) = NULL" }.joined(separator: ",")
    static let columnCount: Int32 = 12
    /// Of the bytes that are hashed.
    private static let version: UInt8 = 1

    init(_ event: AuditEvent, bootID: String) {
        let (kind, number) = event.origin.stored
        let outcome = StoredOutcome(event.outcome)
        values = [
            StoredValue(bootID), StoredValue(event.at.nanoseconds), StoredValue(event.unixSeconds),
            StoredValue(event.isTimeTrusted ? 1 : 0), StoredValue(event.action.rawValue), StoredValue(kind),
            StoredValue(number), StoredValue(outcome.kind), StoredValue(outcome.state), StoredValue(outcome.code),
            StoredValue(outcome.warning), StoredValue(event.subject.map { Int64($0.rawValue) }),
        ]
    }

    /// From a row, of which the columns begin at `first`.
    init(_ row: borrowing Statement, first: Int32) {
        var values: [StoredValue] = []
        for column in 0..<Self.columnCount { values.append(row.value(first + column)) }
        self.values = values
    }

    var isErased: Bool { values.allSatisfy { $0 == .null } }

    /// 01, then each value: 00 is none; 01, an integer of 8 bytes; 02, a text behind its length of 4 bytes. Big-endian.
    var bytes: [UInt8] {
        var writer = [Self.version]
        for value in values {
            switch value {
            case .null: writer.append(0)
            case .integer(let integer):
                writer.append(1)
                withUnsafeBytes(of: integer.bigEndian) { writer += $0 }
            case .text(let text):
                writer.append(2)
                withUnsafeBytes(of: UInt32(clamping: text.count).bigEndian) { writer += $0 }
                writer += text
            }
        }
        return writer
    }
}
