internal import Crypto

/// Bytes in a row, with a checksum that also holds which table and row they are of.
struct CheckedBody: Hashable {
    let checksum: [UInt8]
    let body: [UInt8]

    init(checksum: [UInt8], body: [UInt8]) {
        self.checksum = checksum
        self.body = body
    }

    /// A new one.
    init(_ body: [UInt8], in table: String, row: UInt64) {
        self.init(checksum: Self.checksum(of: body, in: table, row: row), body: body)
    }

    /// The bytes, if they are those that were written there.
    func checked(in table: String, row: UInt64) throws(ByteReader.Failure) -> [UInt8] {
        guard checksum == Self.checksum(of: body, in: table, row: row) else {
            throw ByteReader.Failure(words: "a checksum in \(table) is wrong")
        }
        return body
    }

    private static func checksum(of body: [UInt8], in table: String, row: UInt64) -> [UInt8] {
        var writer = ByteWriter()
        writer.text(table)
        writer.integer(row)
        var hash = SHA256()
        hash.update(data: writer.bytes)
        hash.update(data: body)
        return Array(hash.finalize())
    }
}
