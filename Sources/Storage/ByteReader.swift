/// Reads what ``ByteWriter`` wrote. Whatever the bytes are, it ends: what is not there, or out of bounds, throws.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    /// Why the bytes are not what they should be, in words.
    struct Failure: Error, Hashable {
        var words: String
    }

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func integer<Value: FixedWidthInteger & Sendable>(_ type: Value.Type = Value.self) throws(Failure) -> Value
    {
        let size = Value.bitWidth / 8
        guard rest.count >= size else { throw Failure(words: "it ends too early") }
        defer { rest = rest.dropFirst(size) }
        return rest.prefix(size).reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    mutating func bytes(atMost limit: Int) throws(Failure) -> [UInt8] {
        let count = Int(try integer(UInt16.self))
        guard count <= limit else { throw Failure(words: "\(count) bytes where at most \(limit) can be") }
        guard rest.count >= count else { throw Failure(words: "it ends too early") }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func text(atMost limit: Int) throws(Failure) -> String {
        let bytes = try bytes(atMost: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure(words: "a text is not UTF-8") }
        return text
    }

    mutating func optional<Value>(
        _ read: (inout ByteReader) throws(Failure) -> Value
    ) throws(Failure) -> Value? {
        switch try integer(UInt8.self) {
        case 0: return nil
        case 1: return try read(&self)
        case let other: throw Failure(words: "\(other) where only 0 or 1 can be")
        }
    }

    mutating func list<Value>(
        atMost limit: Int, _ read: (inout ByteReader) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        let count = Int(try integer(UInt16.self))
        guard count <= limit else { throw Failure(words: "\(count) of what there are at most \(limit) of") }
        var values: [Value] = []
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }
}
