import CSystemd
import Glibc

/// Takes the values out of a message that somebody else wrote. Never traps: what it cannot read is an error.
///
/// sd-bus checks the framing, UTF-8 and paths; the bounds here hold what a correct but hostile message may cost in memory.
struct BusReader {
    /// How deep values may nest; deeper ones are refused. Half of what the specification allows, and many times what any
    /// interface here declares: only variants in variants get there.
    static let depthLimit = 32
    /// How many values one message may hold: the longest answer there is, an audit log of 10,000 lines of 16 fields, with
    /// room. At 64 bytes a value, 16 MB.
    static let valueLimit = 1 << 18
    /// How many bytes of text one message may hold, together. A bus passes up to 32 MB in a single string.
    static let textLimit = 16 << 20

    private let message: OpaquePointer
    private var values = 0
    private var text = 0

    init(message: OpaquePointer) { self.message = message }

    /// Everything in the message, from its beginning.
    mutating func readAll() throws(SystemdError) -> [BusValue] {
        try check(sd_bus_message_rewind(message, 1), "read a message")
        return try sequence(depth: 0)
    }

    /// What is left in the container that has been entered, or in the message.
    private mutating func sequence(depth: Int) throws(SystemdError) -> [BusValue] {
        var result: [BusValue] = []
        while true {
            var type: CChar = 0
            var contents: UnsafePointer<CChar>?
            guard try check(sd_bus_message_peek_type(message, &type, &contents), "read a message") > 0 else {
                return result
            }
            values += 1
            guard values <= Self.valueLimit else {
                throw SystemdError(
                    operation: "read a message of more than \(Self.valueLimit) values", errno: EMSGSIZE)
            }
            let code = Character(UnicodeScalar(UInt8(bitPattern: type)))
            result.append(try value(code, contents.map { String(cString: $0) } ?? "", depth))
        }
    }

    private mutating func value(_ type: Character, _ contents: String, _ depth: Int) throws(SystemdError) -> BusValue {
        switch type {
        case "b": return .bool(try basic(type, Int32(0)) != 0)
        case "y": return .byte(try basic(type, 0))
        case "n": return .int16(try basic(type, 0))
        case "q": return .uint16(try basic(type, 0))
        case "i": return .int32(try basic(type, 0))
        case "u": return .uint32(try basic(type, 0))
        case "x": return .int64(try basic(type, 0))
        case "t": return .uint64(try basic(type, 0))
        case "d": return .double(try basic(type, 0))
        case "s": return .string(try string(type))
        case "o": return .objectPath(try string(type))
        case "g": return .signature(try string(type))
        case "h":
            // The message owns the descriptor and closes it.
            _ = try basic(type, Int32(-1))
            return .fileDescriptor
        case "a": return .array(try container(type, contents, depth), elementSignature: contents)
        case "r": return .structure(try container(type, contents, depth))
        case "v":
            if let value = try container(type, contents, depth).first { return .variant(value) }
        case "e":
            let pair = try container(type, contents, depth)
            if pair.count == 2 { return .dictionaryEntry(key: pair[0], value: pair[1]) }
        default: break
        }
        throw SystemdError(operation: "read a value of type “\(type)” over the bus", errno: EBADMSG)
    }

    private mutating func container(
        _ type: Character, _ contents: String, _ depth: Int
    ) throws(SystemdError) -> [BusValue] {
        guard depth < Self.depthLimit else {
            throw SystemdError(
                operation: "read a message nested deeper than \(Self.depthLimit) levels", errno: EMSGSIZE)
        }
        try check(
            sd_bus_message_enter_container(message, type.typeCode, contents), "read a container of “\(contents)”")
        let result = try sequence(depth: depth + 1)
        try check(sd_bus_message_exit_container(message), "read a container of “\(contents)”")
        return result
    }

    private func basic<Value: BitwiseCopyable>(_ type: Character, _ zero: Value) throws(SystemdError) -> Value {
        var value = zero
        try check(sd_bus_message_read_basic(message, type.typeCode, &value), "read a value of type “\(type)”")
        return value
    }

    private mutating func string(_ type: Character) throws(SystemdError) -> String {
        var pointer: UnsafePointer<CChar>?
        try check(sd_bus_message_read_basic(message, type.typeCode, &pointer), "read a value of type “\(type)”")
        guard let pointer else { throw SystemdError(operation: "read a string", errno: EBADMSG) }
        text += strlen(pointer)
        guard text <= Self.textLimit else {
            throw SystemdError(
                operation: "read a message of more than \(Self.textLimit) bytes of text", errno: EMSGSIZE)
        }
        return String(cString: pointer)
    }
}
