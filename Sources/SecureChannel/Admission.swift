/// What a ``Doorkeeper`` says about a key.
package enum Admission: Hashable, Sendable {
    case admitted
    case refused(Refusal)
}
