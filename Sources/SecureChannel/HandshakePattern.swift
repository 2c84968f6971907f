/// The two handshakes of the channel, as "The Noise Protocol Framework", revision 34, has them. Their payloads are empty.
enum HandshakePattern: Hashable, Sendable {
    /// Pairing: neither knows the other's key, both know the secret.
    case xxpsk0
    /// A session: the phone knows the lock's key.
    case ik

    /// Of a message's pattern (section 5.3): the first letter of two is the initiator's key, the second the responder's.
    enum Token: Hashable, Sendable {
        case e, s, ee, es, se, ss, psk
    }

    /// The whole protocol's name, which is hashed into the handshake.
    var protocolName: String {
        switch self {
        case .xxpsk0: "Noise_XXpsk0_25519_AESGCM_SHA256"
        case .ik: "Noise_IK_25519_AESGCM_SHA256"
        }
    }

    /// Messages, the initiator's first.
    var messages: [[Token]] {
        switch self {
        case .xxpsk0: [[.psk, .e], [.e, .ee, .s, .es], [.s, .se]]
        case .ik: [[.e, .es, .s, .ss], [.e, .ee, .se]]
        }
    }

    /// With a secret of both, ephemeral keys are mixed into the key too (section 9.2).
    var isPreShared: Bool { self == .xxpsk0 }
}
