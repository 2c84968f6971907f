/// A frame as it is sent: two bytes of length, big-endian, and as many bytes.
enum Frame {
    /// Bytes of the length.
    static let headerSize = 2

    /// - Precondition: 1...65535 bytes.
    static func header(_ length: Int) -> [UInt8] { [UInt8(length >> 8), UInt8(truncatingIfNeeded: length)] }

    /// - Precondition: 1...65535 bytes.
    static func make(_ content: [UInt8]) -> [UInt8] { header(content.count) + content }
}
