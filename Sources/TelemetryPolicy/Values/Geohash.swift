/// A cell of about 5 km by 5 km: a geohash of exactly five characters. There is no finer one, and nothing of the position it was made
/// of is kept.
package struct Geohash: Hashable, Sendable {
    /// 25 bits, longitude first, as the characters have them.
    private let bits: UInt32

    package static let characters = 5
    private static let alphabet = Array("0123456789bcdefghjkmnpqrstuvwxyz".utf8)
    private static let bitsPerCharacter = 5
    private static let longitudeBits = 13
    private static let latitudeBits = 12

    /// The cell of a position in degrees; nil: not a position on Earth.
    package init?(snappingLatitude latitude: Double, longitude: Double) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        self.init(
            column: Self.cell(of: (longitude + 180) / 360, bits: Self.longitudeBits),
            row: Self.cell(of: (latitude + 90) / 180, bits: Self.latitudeBits))
    }

    /// A region that the owner chose. Exactly five characters: a longer one would be a position, and is refused, not shortened, because
    /// whoever sends it should not have it.
    package init?(text: String) {
        guard text.utf8.count == Self.characters else { return nil }
        var bits: UInt32 = 0
        for character in text.utf8 {
            guard let index = Self.alphabet.firstIndex(of: character) else { return nil }
            bits = bits << Self.bitsPerCharacter | UInt32(index)
        }
        self.bits = bits
    }

    package var text: String {
        let shifts = (0..<Self.characters).reversed().map { $0 * Self.bitsPerCharacter }
        return String(decoding: shifts.map { Self.alphabet[Int(bits >> $0 & 31)] }, as: UTF8.self)
    }

    /// Whether it is the same cell or one that touches it, across the date line too.
    package func touches(_ other: Geohash) -> Bool {
        let columns = 1 << Self.longitudeBits
        let across = abs(column - other.column)
        return min(across, columns - across) <= 1 && abs(row - other.row) <= 1
    }

    private init(column: Int, row: Int) {
        var bits: UInt32 = 0
        // Longitude has the bits 24, 22, … 0, latitude those between them.
        for bit in 0..<Self.longitudeBits where column >> bit & 1 == 1 { bits |= 1 << (2 * bit) }
        for bit in 0..<Self.latitudeBits where row >> bit & 1 == 1 { bits |= 1 << (2 * bit + 1) }
        self.bits = bits
    }

    private static func cell(of fraction: Double, bits: Int) -> Int {
        min(Int(fraction * Double(1 << bits)), 1 << bits - 1)
    }

    private var column: Int { (0..<Self.longitudeBits).reduce(0) { $0 | Int(bits >> (2 * $1) & 1) << $1 } }
    private var row: Int { (0..<Self.latitudeBits).reduce(0) { $0 | Int(bits >> (2 * $1 + 1) & 1) << $1 } }
}
