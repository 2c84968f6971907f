/// Cuts a byte stream into messages: two bytes of length, big-endian, and as many bytes. Transports deliver the stream in whatever
/// pieces they like.
package struct FrameReader: Sendable {
    /// What arrived and is not a whole message yet. At most ``limit`` and the length.
    private var pending: [UInt8] = []
    /// The longest message that is taken.
    package let limit: Int

    package enum Failure: Error, Hashable, Sendable {
        /// The length says more than ``limit``, or nothing. The stream cannot be taken up again after that.
        case length(Int)
    }

    package init(limit: Int) { self.limit = min(max(limit, 1), NoiseTransport.maximumMessage) }

    /// Whole messages, oldest first. At most one piece's worth: what is pending never grows beyond one message.
    package mutating func take(_ piece: some Collection<UInt8>) throws(Failure) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        for byte in piece {
            pending.append(byte)
            guard pending.count >= 2 else { continue }
            let length = Int(pending[0]) << 8 | Int(pending[1])
            guard length > 0, length <= limit else { throw .length(length) }
            guard pending.count == 2 + length else { continue }
            messages.append(Array(pending.dropFirst(2)))
            pending.removeAll(keepingCapacity: true)
        }
        return messages
    }

    /// A message as it is sent.
    package static func frame(_ message: [UInt8]) -> [UInt8] {
        [UInt8(message.count >> 8), UInt8(truncatingIfNeeded: message.count)] + message
    }
}
