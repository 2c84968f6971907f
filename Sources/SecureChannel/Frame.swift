/// A frame as it is sent: two bytes of length, big-endian, and as many bytes.
enum Frame {
    /// Bytes of the length.
    static let headerSize = 2

    /// Appends the length.
    ///
    /// - Precondition: 1...65535 bytes.
    static func begin(_ length: Int, in output: inout [UInt8]) {
        output.append(UInt8(length >> 8))
        output.append(UInt8(truncatingIfNeeded: length))
    }

    /// - Precondition: 1...65535 bytes.
    static func make(_ content: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(headerSize + content.count)
        begin(content.count, in: &frame)
        return frame + content
    }
}
