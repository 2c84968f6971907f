@testable import SecureChannel

/// Bytes as the vectors write them.
struct Hex: Decodable, Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        for digit in text.utf8 {
            let value = digit < 0x3A ? digit - 0x30 : digit - 0x61 + 10
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }

    /// As what has to be secret, without ever being in an array.
    var secret: SecretBytes {
        SecretBytes(count: text.utf8.count / 2) { memory in
            for (index, digit) in text.utf8.enumerated() {
                let value = digit < 0x3A ? digit - 0x30 : digit - 0x61 + 10
                memory[index / 2] |= index % 2 == 0 ? value << 4 : value
            }
        }
    }

    /// Whose private key this is.
    func identity() throws -> Identity {
        guard let identity = Identity(privateBytes: secret) else { throw NoiseError.missingKey }
        return identity
    }
}
