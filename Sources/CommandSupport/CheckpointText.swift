import ArgumentParser

/// A checkpoint of the chain over the log, as people carry it from a phone to the lock: `240:9f86…`, the entry's number and its hash.
package struct CheckpointText: Hashable, Sendable {
    package var number: UInt64
    package var hash: [UInt8]

    package static let hashBytes = 32

    package init(number: UInt64, hash: [UInt8]) {
        self.number = number
        self.hash = hash
    }

    /// nil: it is none.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt64(parts[0]), number > 0, parts[1].utf8.count == 2 * Self.hashBytes
        else {
            return nil
        }
        let digits = parts[1].unicodeScalars.compactMap { Character($0).hexDigitValue.map(UInt8.init) }
        guard digits.count == 2 * Self.hashBytes, parts[1].allSatisfy(\.isASCII) else { return nil }
        self.init(
            number: number,
            hash: stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    package var text: String {
        let digits = Array("0123456789abcdef")
        return "\(number):" + String(hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

extension CheckpointText: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
