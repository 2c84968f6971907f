/// Bytes that wait for room, up to a bound; taken off in packets.
struct OutgoingBytes {
    private let limit: Int
    private var bytes: [UInt8] = []
    private var start = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }

    /// All of them or, when they do not fit, none.
    mutating func append(_ new: [UInt8]) -> Bool {
        guard new.count <= limit - count else { return false }
        if start > limit / 2 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes += new
        return true
    }

    /// The next packet, at most that long; it stays until it is removed.
    func packet(_ size: Int) -> ArraySlice<UInt8> { bytes[start..<min(start + size, bytes.count)] }

    mutating func remove(_ count: Int) {
        start += count
        guard start >= bytes.count else { return }
        bytes.removeAll(keepingCapacity: true)
        start = 0
    }
}
