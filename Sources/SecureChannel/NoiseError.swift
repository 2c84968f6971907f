/// Why a handshake or a transport message came to nothing. None of these tells a stranger more than that it did.
package enum NoiseError: Error, Hashable, Sendable {
    /// The message is shorter than the pattern's tokens and its tag.
    case truncated
    /// Longer than ``Noise/maximumMessage``.
    case oversized
    /// The tag is wrong: another key, another prologue, another counter, or a byte changed on the way.
    case notAuthentic
    /// The other side's public key is one of the few that make every shared secret zero.
    case weakKey
    /// The handshake carries a payload, and these handshakes have none.
    case unexpectedPayload
    /// It is the other side's turn, or the handshake is over.
    case outOfTurn
    /// 2^64 - 1 messages have been sent: the counter has no more numbers.
    case exhausted
}
