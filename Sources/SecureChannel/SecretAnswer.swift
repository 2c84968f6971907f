/// What a ``Doorkeeper`` says about a secret's id.
package enum SecretAnswer: ~Copyable, Sendable {
    case secret(PreSharedKey)
    case refused(Refusal)
}
