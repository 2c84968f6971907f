/// Cuts a byte stream into frames: two bytes of length, big-endian, and as many bytes. Transports deliver the stream in whatever
/// pieces they like.
///
/// It holds at most one frame that is not whole yet. A length out of bounds is the stream's end: where the next frame begins is
/// not known any more.
package struct FrameReader: Sendable {
    package enum Failure: Error, Hashable, Sendable {
        /// A length of 0, or more than the limit.
        case length(Int)

        var flaw: Flaw {
            switch self {
            case .length(let length): .length(length)
            }
        }
    }

    /// The longest frame that is taken. A new limit holds from the next length on.
    package var limit: Int
    /// The length's first byte, while the second is not there.
    private var high: UInt8?
    /// How long the frame under way is, once that is known.
    private var length: Int?
    /// What has come of it.
    private var pending: [UInt8] = []
    private var failure: Failure?

    /// - Parameter limit: 1...65535 bytes.
    package init(limit: Int) { self.limit = limit }

    /// The next whole frame, nil if the chunk does not complete one. Removes from the chunk what it has taken: with nil all of it.
    package mutating func next(from chunk: inout ArraySlice<UInt8>) throws(Failure) -> ArraySlice<UInt8>? {
        if let failure { throw failure }
        guard let length = if let length { length } else { try readLength(from: &chunk) } else { return nil }
        let part = chunk.prefix(length - pending.count)
        chunk = chunk.dropFirst(part.count)
        if part.count == length {
            // The usual case: nothing is copied.
            self.length = nil
            return part
        }
        pending.reserveCapacity(length)
        pending += part
        guard pending.count == length else { return nil }
        self.length = nil
        defer { pending = [] }
        return pending[...]
    }

    private mutating func readLength(from chunk: inout ArraySlice<UInt8>) throws(Failure) -> Int? {
        guard let first = high ?? chunk.popFirst() else { return nil }
        guard let second = chunk.popFirst() else {
            high = first
            return nil
        }
        high = nil
        let length = Int(first) << 8 | Int(second)
        guard (1...limit).contains(length) else {
            let failure = Failure.length(length)
            self.failure = failure
            throw failure
        }
        self.length = length
        return length
    }
}
