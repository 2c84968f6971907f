/// What a column holds. Texts are bytes, because a file that was tampered with may hold others than UTF-8.
package enum StoredValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text([UInt8])

    init(_ text: String?) { self = text.map { .text(Array($0.utf8)) } ?? .null }
    init(_ integer: Int64?) { self = integer.map { .integer($0) } ?? .null }
}
