/// A value on D-Bus, of any type. File descriptors that arrive are seen, not taken: they are closed with the message they came in.
/// https://dbus.freedesktop.org/doc/dbus-specification.html#type-system
package indirect enum BusValue: Hashable, Sendable {
    case bool(Bool)
    case byte(UInt8)
    case int16(Int16)
    case uint16(UInt16)
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case uint64(UInt64)
    case double(Double)
    case string(String)
    case objectPath(String)
    /// A type signature as a value.
    case signature(String)
    /// Elements of one type, named by its signature because an empty array has a type too.
    case array([BusValue], elementSignature: String)
    /// One entry of a dictionary; only as an element of an array. The key is of a basic type.
    case dictionaryEntry(key: BusValue, value: BusValue)
    case structure([BusValue])
    case variant(BusValue)
    /// A file descriptor was here. dbus 1.16 adds one to a connection's credentials (`ProcessFD`).
    case fileDescriptor
    /// An open file descriptor to be sent. The message gets a duplicate of its own when it is written; this one stays the
    /// caller's, to be closed by the caller, and must be open until then.
    case duplicate(of: Int32)

    /// The D-Bus signature of the value's type.
    package var signature: String {
        switch self {
        case .bool: "b"
        case .byte: "y"
        case .int16: "n"
        case .uint16: "q"
        case .int32: "i"
        case .uint32: "u"
        case .int64: "x"
        case .uint64: "t"
        case .double: "d"
        case .string: "s"
        case .objectPath: "o"
        case .signature: "g"
        case .array(_, let element): "a" + element
        case .dictionaryEntry(let key, let value): "{" + key.signature + value.signature + "}"
        case .structure(let members): "(" + members.map(\.signature).joined() + ")"
        case .variant: "v"
        case .fileDescriptor, .duplicate: "h"
        }
    }
}

// MARK: - Common shapes

extension BusValue {
    /// The map from names to values of any type that D-Bus interfaces extend themselves with (`a{sv}`). Values are put into
    /// variants here. Sorted by name, so that the same map is always the same bytes.
    package static func dictionary(_ entries: [String: BusValue]) -> BusValue {
        .array(
            entries.sorted { $0.key < $1.key }.map {
                .dictionaryEntry(key: .string($0.key), value: .variant($0.value))
            },
            elementSignature: "{sv}")
    }

    /// An array of strings (`as`).
    package static func strings(_ strings: [String]) -> BusValue {
        .array(strings.map { .string($0) }, elementSignature: "s")
    }

    /// The entries of a dictionary with string keys, variants opened; of two with the same key the later. nil: not one.
    package var asDictionary: [String: BusValue]? {
        guard case .array(let entries, let element) = self, element.hasPrefix("{s") else { return nil }
        var result: [String: BusValue] = [:]
        for case .dictionaryEntry(.string(let key), let value) in entries { result[key] = value.opened }
        return result
    }

    /// The elements of an array or the members of a structure; nil: neither.
    package var asElements: [BusValue]? {
        switch self {
        case .array(let elements, _), .structure(let elements): elements
        default: nil
        }
    }

    /// The value inside a variant, and any other value as it is.
    package var opened: BusValue {
        guard case .variant(let value) = self else { return self }
        return value
    }

    /// The text of a string, an object path or a signature; nil: none of these.
    package var asString: String? {
        switch self {
        case .string(let text), .objectPath(let text), .signature(let text): text
        default: nil
        }
    }

    /// nil: not a boolean.
    package var asBool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// An integer of any width; nil: not an integer, or a `uint64` above `Int64.max`.
    package var asInteger: Int64? {
        switch self {
        case .byte(let value): Int64(value)
        case .int16(let value): Int64(value)
        case .uint16(let value): Int64(value)
        case .int32(let value): Int64(value)
        case .uint32(let value): Int64(value)
        case .int64(let value): value
        case .uint64(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// nil: not a floating-point number.
    package var asDouble: Double? {
        guard case .double(let value) = self else { return nil }
        return value
    }
}
