/// Whom a ``LockEndpoint`` asks while somebody opens a channel. It answers at once, from memory, and must not call the endpoint.
package protocol Doorkeeper: AnyObject {
    /// Which secret has this id, or why nobody can pair with it now. An id that there is not is ``Refusal/notAccepted``.
    func secret(for id: SecretID) -> SecretAnswer
    /// Whether the holder of this key may come in. ``Refusal/notAccepted`` says that the key is unknown. Asked once for
    /// each link, when the key is known; whoever replays a session's first message gets as far as this too.
    func admits(_ key: PublicKey, for purpose: Purpose) -> Admission
    /// Somebody named this secret's id and does not know the secret (or means another lock): one guess.
    func guessedWrong(_ id: SecretID)
}
