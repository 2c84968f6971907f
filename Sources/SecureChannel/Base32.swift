/// Base32 (RFC 4648, section 6), upper case, without padding: what a QR code's alphanumeric mode holds.
enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    private static let bitsPerCharacter = 5

    /// Characters for this many bytes.
    static func length(of byteCount: Int) -> Int { (byteCount * 8 + bitsPerCharacter - 1) / bitsPerCharacter }

    /// Bytes in this many characters.
    static func byteCount(of length: Int) -> Int { length * bitsPerCharacter / 8 }

    static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        var text = ""
        text.reserveCapacity(length(of: bytes.count))
        var (bits, count) = (0, 0)
        func append() { text.unicodeScalars.append(UnicodeScalar(alphabet[bits >> count & 31])) }
        for index in bytes.indices {
            bits = (bits << 8 | Int(unsafe bytes[index])) & 0xFFF
            count += 8
            while count >= bitsPerCharacter {
                count -= bitsPerCharacter
                append()
            }
        }
        if count > 0 {
            bits <<= bitsPerCharacter - count
            count = 0
            append()
        }
        return text
    }

    /// A character's five bits, upper or lower case; nil: it has none.
    static func value(_ scalar: UnicodeScalar) -> UInt8? {
        switch scalar {
        case "A"..."Z": UInt8(scalar.value - 0x41)
        case "a"..."z": UInt8(scalar.value - 0x61)
        case "2"..."7": UInt8(scalar.value - 0x32) + 26
        default: nil
        }
    }

    /// The bytes of as many characters' values as there are; bits that make no byte must be zero, or it is nil.
    static func decode(_ values: borrowing SecretBytes, count: Int) -> SecretBytes? {
        unsafe values.withBytes { values in
            var (bits, bitCount, index) = (0, 0, 0)
            let bytes = unsafe SecretBytes(count: byteCount(of: count)) { bytes in
                for position in 0..<count {
                    bits = (bits << bitsPerCharacter | Int(unsafe values[position])) & 0xFFF
                    bitCount += bitsPerCharacter
                    guard bitCount >= 8 else { continue }
                    bitCount -= 8
                    unsafe bytes[index] = UInt8(truncatingIfNeeded: bits >> bitCount)
                    index += 1
                }
            }
            guard bitCount < bitsPerCharacter, bits & (1 << bitCount - 1) == 0 else { return nil }
            return bytes
        }
    }
}
