package import LockProtocol
package import SecureChannel

/// Why a lock did not do what a phone wanted.
package enum ClientError: Error, Hashable, Sendable {
    /// It cannot be reached, or the connection broke; in words.
    case unreachable(String)
    /// It did not answer in time.
    case timedOut
    /// It does not open a channel to this phone.
    case refused(Refusal)
    /// Whoever answered is not the lock, or the channel was tampered with.
    case notAuthentic(PhoneEndpoint.Ending)
    /// It has ended the connection, and has said why.
    case goodbye(WireGoodbyeReason)
}
