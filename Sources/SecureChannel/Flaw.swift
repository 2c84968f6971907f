/// What was wrong with bytes that the other side sent. For counts and tests; it is never told to whoever sent them.
package enum Flaw: Hashable, Sendable {
    /// A frame's length is out of bounds.
    case length(Int)
    /// The frame is none that there is at this point.
    case malformed
    /// The handshake's or the message's cryptography.
    case noise(NoiseError)
}
