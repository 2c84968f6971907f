/// Why a message cannot be sent. With the first two nothing has happened to the channel.
package enum SendError: Error, Hashable, Sendable {
    /// The channel is not open yet, or no longer.
    case notOpen
    /// Longer than this many bytes, ``FrameLimit/request`` or ``FrameLimit/answer``.
    case oversized(limit: Int)
    /// It cannot be sealed; the channel is over.
    case noise(NoiseError)
}
