/// 16 random bytes that name something, as a UUID of version 4 (RFC 9562, section 5.4). The bytes are drawn by the caller.
package struct RandomID: Hashable, Sendable {
    /// 16, version and variant set.
    package let bytes: [UInt8]

    package static let byteCount = 16

    /// nil: not 16 bytes, or all the same, which no generator that works gives.
    package init?(random: [UInt8]) {
        guard random.count == Self.byteCount, Set(random).count > 1 else { return nil }
        var bytes = random
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        self.bytes = bytes
    }

    /// One that was stored.
    package init?(bytes: [UInt8]) {
        self.init(random: bytes)
        guard self.bytes == bytes else { return nil }
    }

    /// In lower case, as RFC 9562 has it.
    package var text: String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += Hex.text(of: byte)
        }
        return text
    }
}

/// Names an installation while one consent lasts: drawn anew for every epoch, never made of a serial number or an address.
package struct InstallID: Hashable, Sendable {
    package let id: RandomID
    package init(_ id: RandomID) { self.id = id }
}

/// Names one erasure request, so that a repeated one is the same.
package struct ErasureID: Hashable, Sendable {
    package let id: RandomID
    package init(_ id: RandomID) { self.id = id }
}

/// Names one batch, so that a repeated one is the same (the idempotency key).
package struct BatchID: Hashable, Sendable {
    package let id: RandomID
    package init(_ id: RandomID) { self.id = id }
}

enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(of byte: UInt8) -> String {
        String(decoding: [digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self)
    }

    static func text(of bytes: [UInt8]) -> String { bytes.map(text(of:)).joined() }

    /// Lower case only; nil: anything else.
    static func bytes(of text: String) -> [UInt8]? {
        let values = text.utf8.map { digits.firstIndex(of: $0).map { UInt8($0) } }
        guard values.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: values.count, by: 2) {
            guard let high = values[index], let low = values[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
