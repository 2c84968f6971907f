import FoundationEssentials

/// What `--json` prints. A missing value is `null`, never a missing key: programs can rely on the keys.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Text that is null when it is empty, as D-Bus has no other way to say nothing.
    package static func nonEmpty(_ text: String) -> JSONValue { text.isEmpty ? .null : .text(text) }

    package static func texts(_ list: [String]) -> JSONValue { .array(list.map { .text($0) }) }

    /// One line, keys sorted.
    package var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            // Only numbers that are not finite cannot be encoded, and there are none.
            return "{}"
        }
        return String(decoding: data, as: UTF8.self)
    }
}

extension JSONValue: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .unsigned(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
}
