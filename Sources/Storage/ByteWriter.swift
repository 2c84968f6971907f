/// Writes integers, texts and lists one behind the other: big-endian, lengths before contents. The same value is always the same bytes.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func integer(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// At most 65,535; every caller has far smaller bounds.
    mutating func bytes(_ value: some Collection<UInt8>) {
        integer(UInt16(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func text(_ value: String) { bytes(value.utf8) }

    mutating func optional<Value>(_ value: Value?, _ write: (inout ByteWriter, Value) -> Void) {
        integer(UInt8(value == nil ? 0 : 1))
        if let value { write(&self, value) }
    }

    mutating func list<Value>(_ values: [Value], _ write: (inout ByteWriter, Value) -> Void) {
        integer(UInt16(values.count))
        for value in values { write(&self, value) }
    }
}
