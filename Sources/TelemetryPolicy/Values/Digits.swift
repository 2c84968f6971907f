/// Decimal numbers, read so that nothing but a small number can come out.
enum Digits {
    /// Versions have years in them ("2026.11.2"); what is longer is a serial number or an address.
    static let limit = 4

    /// 1 to ``limit`` ASCII digits and nothing else.
    static func value(of text: some Collection<UInt8>) -> Int? {
        guard (1...limit).contains(text.count), text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
