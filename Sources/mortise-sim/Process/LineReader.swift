import Glibc

/// Cuts what comes in on a descriptor into lines.
struct LineReader {
    private let descriptor: Int32
    private var rest: [UInt8] = []
    /// A line longer than this is not meant for us.
    private static let longestLine = 4096

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Reads what is there, without waiting for more than that; nil: the other end is gone.
    mutating func read() -> [String]? {
        var buffer = [UInt8](repeating: 0, count: Self.longestLine)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count < 0 { return errno == EAGAIN || errno == EINTR ? [] : nil }
        guard count > 0 else { return nil }
        rest += buffer[..<count]
        var lines: [String] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: rest[..<end], as: UTF8.self))
            rest.removeSubrange(...end)
        }
        if rest.count > Self.longestLine { rest = [] }
        return lines
    }
}
