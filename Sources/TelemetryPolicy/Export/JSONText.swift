/// A value of JSON (RFC 8259), and the one way in which it is written: members in the order that they were given in, two blanks for each
/// level, so that the same value is the same bytes on every lock and with every version of the compiler.
///
/// A writer of its own: an encoder sorts by reflection and settings, lives in a library that nothing else here needs, and what is written
/// has one shape.
package enum JSONText: Hashable, Sendable {
    /// One member of an object.
    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: JSONText
    }

    case null
    case bool(Bool)
    /// At most 2^53: what is larger is a name, and written as text, because many readers have no such numbers.
    case number(Int64)
    case text(String)
    case list([JSONText])
    case object([Member])

    package static func object(_ members: KeyValuePairs<String, JSONText>) -> JSONText {
        .object(members.map { Member(name: $0.key, value: $0.value) })
    }

    /// Text, or null.
    package static func text(_ text: String?) -> JSONText { text.map { .text($0) } ?? .null }
    package static func texts(_ list: some Sequence<String>) -> JSONText { .list(list.map { .text($0) }) }
    package static func number(_ number: Int?) -> JSONText { number.map { .number(Int64($0)) } ?? .null }

    /// A count, which in a thousand years does not come to 2^53.
    package static func count(_ count: UInt64) -> JSONText { .number(Int64(clamping: count)) }

    /// UTF-8, ending in a line feed.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, level: 0)
        bytes.append(0x0a)
        return bytes
    }

    private func write(to bytes: inout [UInt8], level: Int) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .number(let value): bytes += "\(value)".utf8
        case .text(let value): Self.write(value, to: &bytes)
        case .list(let values):
            Self.write(values, "[", "]", to: &bytes, level: level) { value, bytes in
                value.write(to: &bytes, level: level + 1)
            }
        case .object(let members):
            Self.write(members, "{", "}", to: &bytes, level: level) { member, bytes in
                Self.write(member.name, to: &bytes)
                bytes += ": ".utf8
                member.value.write(to: &bytes, level: level + 1)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ opening: String, _ closing: String, to bytes: inout [UInt8], level: Int,
        _ write: (Element, inout [UInt8]) -> Void
    ) {
        bytes += opening.utf8
        for (index, element) in elements.enumerated() {
            bytes += (index == 0 ? "\n" : ",\n").utf8
            bytes += String(repeating: "  ", count: level + 1).utf8
            write(element, &bytes)
        }
        if !elements.isEmpty {
            bytes += "\n".utf8
            bytes += String(repeating: "  ", count: level).utf8
        }
        bytes += closing.utf8
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(0x22)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": bytes += [0x5c, UInt8(truncatingIfNeeded: scalar.value)]
            // A terminal must not be moved by what it shows, nor a script's line be ended: escaped beyond what RFC 8259 asks for.
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}"..."\u{202e}", "\u{2066}"..."\u{2069}":
                let value = UInt16(truncatingIfNeeded: scalar.value)
                bytes += "\\u".utf8
                bytes += Hex.text(of: [UInt8(value >> 8), UInt8(value & 0xff)]).utf8
            default: bytes += String(scalar).utf8
            }
        }
        bytes.append(0x22)
    }
}

/// Base 64 with padding (RFC 4648, section 4), for bytes in JSON.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
