@testable import SecureChannel

/// A session's first message made by hand, by somebody who keeps to the protocol except where the test says.
struct Stranger {
    var ephemeral = KeyPair()
    var identity = Link.phoneIdentity
    /// Sent instead of the ephemeral or the static public key.
    var ephemeralKey: PublicKey?
    var staticKey: PublicKey?
    var payload: [UInt8] = []
    var lock = Link.lockIdentity

    /// The whole first frame. Where a shared secret would be all zeros, it is: whoever does not look for that would take it.
    func opening() throws -> [UInt8] {
        let opening = Opening(.session)
        var symmetric = SymmetricState(
            protocolName: HandshakePattern.ik.protocolName, prologue: opening.prologue(lock: lock.fingerprint))
        symmetric.mix(hash: lock.publicKey.bytes)
        let ephemeralKey = ephemeralKey ?? ephemeral.publicKey
        var message = ephemeralKey.bytes
        symmetric.mix(hash: message)
        mix(&symmetric, ephemeral, isWeak: self.ephemeralKey != nil)
        try symmetric.encryptAndHash((staticKey ?? identity.publicKey).bytes, into: &message)
        mix(&symmetric, identity.keyPair, isWeak: staticKey != nil)
        try symmetric.encryptAndHash(payload, into: &message)
        return Frame.make(opening.bytes + message)
    }

    private func mix(_ symmetric: inout SymmetricState, _ key: KeyPair, isWeak: Bool) {
        if !isWeak, let secret = try? key.agree(with: lock.publicKey) {
            symmetric.mix(key: secret)
        } else {
            [UInt8](repeating: 0, count: 32).withUnsafeBytes { symmetric.mix(key: $0) }
        }
    }
}
