/// Why a handshake or a transport message came to nothing. Whatever it was, the object that threw it is dead.
package enum NoiseError: Error, Hashable, Sendable {
    /// The message is shorter than the pattern's tokens and its tag.
    case truncated
    /// Longer than 65,535 bytes (Noise, section 3).
    case oversized
    /// The tag is wrong: another key, another prologue, another counter, or a byte changed on the way.
    case notAuthentic
    /// The other side's public key is one of the few that make every shared secret zero.
    case weakKey
    /// The handshake carries a payload, and these handshakes have none.
    case unexpectedPayload
    /// It is the other side's turn, the handshake is over, or not over yet.
    case outOfTurn
    /// The handshake needs a key that it was not given.
    case missingKey
    /// 2^64 - 1 messages have been sent: the counter has no more numbers.
    case exhausted
    /// An earlier call threw.
    case dead
}
