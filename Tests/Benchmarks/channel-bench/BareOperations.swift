internal import Crypto
internal import FoundationEssentials

/// What the two handshakes cannot do without (both sides of each), and nothing around it: key pairs, key agreements, sealing and
/// opening, hashing and deriving, counted off the patterns.
struct BareOperations {
    private let key = SymmetricKey(size: .bits256)
    private let own = Curve25519.KeyAgreement.PrivateKey()
    private let other = Curve25519.KeyAgreement.PrivateKey().publicKey
    private let block = [UInt8](repeating: 7, count: 64)
    private let hash = [UInt8](repeating: 7, count: 32)
    private let plaintext = [UInt8](repeating: 42, count: Messages.size)

    func session() {
        pairs(2)
        agreements(8)
        // Prologue, the lock's key, two ephemeral keys, a sealed key, two tags: on each side.
        hashes(2 * 7)
        // Four agreements and the split, on each side.
        derivations(2 * 5, blocks: 2)
        sealed(32, 1)
        sealed(0, 2)
    }

    func pairing() {
        pairs(2)
        agreements(6)
        // Prologue, secret, two ephemeral keys, two sealed keys, three tags: on each side.
        hashes(2 * 9)
        // The secret's own derivation, its mixing; two ephemeral keys, three agreements and the split.
        derivations(2 * 1, blocks: 1)
        derivations(2 * 1, blocks: 3)
        derivations(2 * 6, blocks: 2)
        sealed(32, 2)
        sealed(0, 3)
    }

    /// Over a wire, which knows only bytes.
    func message() {
        guard let nonce = try? AES.GCM.Nonce(data: [UInt8](repeating: 0, count: 12)),
            let wire = try? AES.GCM.seal(plaintext, using: key, nonce: nonce).combined,
            let box = try? AES.GCM.SealedBox(combined: wire)
        else { preconditionFailure("It cannot be sealed.") }
        use(try? AES.GCM.open(box, using: key))
    }

    private func pairs(_ count: Int) {
        for _ in 0..<count { use(Curve25519.KeyAgreement.PrivateKey().publicKey) }
    }

    private func agreements(_ count: Int) {
        for _ in 0..<count { use(try? own.sharedSecretFromKeyAgreement(with: other)) }
    }

    private func hashes(_ count: Int) {
        for _ in 0..<count { use(SHA256.hash(data: block)) }
    }

    private func derivations(_ count: Int, blocks: Int) {
        for _ in 0..<count {
            use(
                HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: key, salt: hash, info: [UInt8](), outputByteCount: 32 * blocks))
        }
    }

    private func sealed(_ size: Int, _ count: Int) {
        let plaintext = [UInt8](repeating: 42, count: size)
        for _ in 0..<count { exchange(plaintext, authenticating: hash) }
    }

    private func exchange(_ plaintext: [UInt8], authenticating data: [UInt8]) {
        guard let nonce = try? AES.GCM.Nonce(data: [UInt8](repeating: 0, count: 12)),
            let box = try? AES.GCM.seal(plaintext, using: key, nonce: nonce, authenticating: data)
        else { preconditionFailure("It cannot be sealed.") }
        use(try? AES.GCM.open(box, using: key, authenticating: data))
    }

    /// Keeps the optimiser from leaving out what nobody looks at.
    @inline(never) private func use(_ result: some Any) {}
}
