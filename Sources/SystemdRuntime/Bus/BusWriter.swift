import CSystemd
import Glibc

/// Puts values into a message. Everything the specification forbids is refused here or by sd-bus, before anything is sent.
struct BusWriter {
    /// How deep values may nest: what the specification allows in all. A bus throws out whoever goes deeper.
    static let depthLimit = 64

    let message: OpaquePointer

    /// Appends values whose types, together, must be the signature.
    func append(_ values: [BusValue], signature: String) throws(SystemdError) {
        let actual = values.map(\.signature).joined()
        guard actual == signature else {
            throw SystemdError(operation: "send “\(actual)” where “\(signature)” is declared", errno: EINVAL)
        }
        for value in values { try append(value, depth: 0) }
    }

    private func append(_ value: BusValue, depth: Int) throws(SystemdError) {
        guard depth < Self.depthLimit else {
            throw SystemdError(operation: "send a value nested deeper than \(Self.depthLimit) levels", errno: EINVAL)
        }
        switch value {
        // sd-bus reads a boolean from an int.
        case .bool(let value): try append("b", of: Int32(value ? 1 : 0))
        case .byte(let value): try append("y", of: value)
        case .int16(let value): try append("n", of: value)
        case .uint16(let value): try append("q", of: value)
        case .int32(let value): try append("i", of: value)
        case .uint32(let value): try append("u", of: value)
        case .int64(let value): try append("x", of: value)
        case .uint64(let value): try append("t", of: value)
        case .double(let value): try append("d", of: value)
        case .string(let text): try append("s", text)
        case .objectPath(let text): try append("o", text)
        case .signature(let text): try append("g", text)
        case .array(let elements, let signature):
            for element in elements where element.signature != signature {
                throw SystemdError(
                    operation: "send “\(element.signature)” in an array of “\(signature)”", errno: EINVAL)
            }
            try container("a", signature, elements, depth)
        case .dictionaryEntry(let key, let value):
            try container("e", key.signature + value.signature, [key, value], depth)
        case .structure(let members):
            // sd-bus lets it pass; the bus would throw us out for it.
            guard !members.isEmpty else { throw SystemdError(operation: "send a structure of nothing", errno: EINVAL) }
            try container("r", members.map(\.signature).joined(), members, depth)
        case .variant(let value): try container("v", value.signature, [value], depth)
        // sd-bus duplicates it.
        case .duplicate(let descriptor): try append("h", of: descriptor)
        case .fileDescriptor: throw SystemdError(operation: "send on a file descriptor that arrived", errno: EINVAL)
        }
    }

    private func container(
        _ type: Character, _ contents: String, _ values: [BusValue], _ depth: Int
    ) throws(SystemdError) {
        try check(
            sd_bus_message_open_container(message, type.typeCode, contents), "send a container of “\(contents)”")
        for value in values { try append(value, depth: depth + 1) }
        try check(sd_bus_message_close_container(message), "send a container of “\(contents)”")
    }

    private func append(_ type: Character, of value: some BitwiseCopyable) throws(SystemdError) {
        let result = withUnsafePointer(to: value) { sd_bus_message_append_basic(message, type.typeCode, $0) }
        try check(result, "send a value of type “\(type)”")
    }

    private func append(_ type: Character, _ text: String) throws(SystemdError) {
        guard !text.utf8.contains(0) else {
            // C would cut it short in silence.
            throw SystemdError(operation: "send a string with a NUL in it", errno: EINVAL)
        }
        let result = text.withCString { sd_bus_message_append_basic(message, type.typeCode, $0) }
        try check(result, "send “\(text)” as type “\(type)”")
    }
}

extension Character {
    /// The type code as C spells it. Every caller passes an ASCII literal; anything else is no type, which sd-bus refuses.
    var typeCode: CChar { CChar(bitPattern: asciiValue ?? 0) }
}
