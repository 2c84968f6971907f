import LockCore

/// A JSON value that is written as the same bytes every time: keys sorted, no spaces, decimals fixed.
///
/// The pure targets have no Foundation, and its encoder does not promise its bytes.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Written with so many decimals; what is not finite is written as null.
    case decimal(Double, places: Int)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    /// The value on one line.
    package var description: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += "\(value)"
        case .decimal(let value, let places):
            let digits = Decimal.fixed(value, places)
            text += digits == "-" ? "null" : digits
        case .text(let value): Self.quote(value, to: &text)
        case .list(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, key) in members.keys.sorted().enumerated() {
                if index > 0 { text += "," }
                Self.quote(key, to: &text)
                text += ":"
                (members[key] ?? .null).write(to: &text)
            }
            text += "}"
        }
    }

    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case let scalar where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSONValue {
    /// Nanoseconds.
    static func time(_ instant: Instant) -> JSONValue { .integer(instant.nanoseconds) }
    /// Nanoseconds.
    static func time(_ duration: Duration) -> JSONValue { .integer(duration.wholeNanoseconds) }
}
