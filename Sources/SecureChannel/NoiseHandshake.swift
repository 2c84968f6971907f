internal import Crypto

/// The two handshakes of the channel, as "The Noise Protocol Framework", revision 34, has them. Their payloads are empty.
package enum HandshakePattern: Hashable, Sendable {
    /// Pairing: neither knows the other's key, both know the secret.
    case xxpsk0
    /// A session: the phone knows the lock's key.
    case ik

    /// The whole protocol's name, which is hashed into the handshake.
    package var protocolName: String {
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

    enum Token: Hashable, Sendable {
        case e, s, ee, es, se, ss, psk
    }
}

/// One side of a handshake under way. Each message is either written or read, in turn; an error ends the handshake, and whoever
/// gets one must not go on with it.
package struct NoiseHandshake: ~Copyable {
    package enum Role: Hashable, Sendable { case initiator, responder }

    private let pattern: HandshakePattern
    private let role: Role
    private var symmetric: SymmetricState
    private let own: KeyPair
    private var ephemeral: KeyPair?
    private var otherEphemeral: PublicKey?
    /// The other side's static key: known before (IK's initiator), or learned.
    package private(set) var other: PublicKey?
    private let preShared: SymmetricKey?
    private var next = 0
    private var hasFailed = false

    /// - Parameters:
    ///   - prologue: what both sides must agree on besides; it is not sent.
    ///   - other: the responder's key, for IK's initiator.
    ///   - preShared: 32 secret bytes, for XXpsk0.
    ///   - ephemeral: for test vectors; nil: a new one, as it must be.
    package init(
        _ pattern: HandshakePattern, _ role: Role, prologue: [UInt8], own: consuming KeyPair, other: PublicKey? = nil,
        preShared: [UInt8]? = nil, ephemeral: consuming KeyPair? = nil
    ) {
        self.pattern = pattern
        self.role = role
        self.other = other
        self.preShared = preShared.map { SymmetricKey(data: $0) }
        symmetric = SymmetricState(protocolName: pattern.protocolName, prologue: prologue)
        if pattern == .ik {
            // The pre-message: the responder's static key.
            let known = role == .responder ? own.publicKey : other
            if let known { symmetric.mix(hash: known.bytes) }
        }
        self.own = own
        self.ephemeral = ephemeral
    }

    /// Both may send from now on.
    package var isComplete: Bool { next == pattern.messages.count }
    private var isOwnTurn: Bool { (next % 2 == 0) == (role == .initiator) }

    /// The next message of ours.
    package mutating func write() throws(NoiseError) -> [UInt8] {
        guard !hasFailed, !isComplete, isOwnTurn else { throw .outOfTurn }
        hasFailed = true
        var message: [UInt8] = []
        for token in pattern.messages[next] {
            switch token {
            case .e:
                if ephemeral == nil { ephemeral = KeyPair() }
                guard let key = ephemeral?.publicKey else { throw .outOfTurn }
                message += key.bytes
                symmetric.mix(hash: key.bytes)
                // With a pre-shared key in the pattern (section 9.2).
                if pattern == .xxpsk0 { symmetric.mix(key: SymmetricKey(data: key.bytes)) }
            case .s: message += try symmetric.encryptAndHash(own.publicKey.bytes)
            case .psk: try mixPreShared()
            case .ee, .es, .se, .ss: try agree(token)
            }
        }
        // The empty payload's tag.
        message += try symmetric.encryptAndHash([])
        next += 1
        hasFailed = false
        return message
    }

    /// Takes the other side's next message.
    package mutating func read(_ message: [UInt8]) throws(NoiseError) {
        guard !hasFailed, !isComplete, !isOwnTurn else { throw .outOfTurn }
        hasFailed = true
        var rest = message[...]
        for token in pattern.messages[next] {
            switch token {
            case .e:
                guard rest.count >= PublicKey.size, let key = PublicKey(rest.prefix(PublicKey.size)) else {
                    throw .truncated
                }
                rest = rest.dropFirst(PublicKey.size)
                otherEphemeral = key
                symmetric.mix(hash: key.bytes)
                if pattern == .xxpsk0 { symmetric.mix(key: SymmetricKey(data: key.bytes)) }
            case .s:
                let size = PublicKey.size + (symmetric.hasKey ? CipherState.tagSize : 0)
                guard rest.count >= size else { throw .truncated }
                other = PublicKey(try symmetric.decryptAndHash(Array(rest.prefix(size))))
                rest = rest.dropFirst(size)
            case .psk: try mixPreShared()
            case .ee, .es, .se, .ss: try agree(token)
            }
        }
        let payload = try symmetric.decryptAndHash(Array(rest))
        guard payload.isEmpty else { throw .unexpectedPayload }
        next += 1
        hasFailed = false
    }

    /// The channel that the handshake has made. Its hash names it: two handshakes never have the same.
    package consuming func finish() throws(NoiseError) -> NoiseTransport {
        guard isComplete, !hasFailed else { throw .outOfTurn }
        let hash = symmetric.hash
        let isInitiator = role == .initiator
        let (first, second) = symmetric.split()
        return NoiseTransport(
            sending: CipherState(key: isInitiator ? first : second),
            receiving: CipherState(key: isInitiator ? second : first), handshakeHash: hash)
    }

    private mutating func mixPreShared() throws(NoiseError) {
        guard let preShared else { throw .outOfTurn }
        symmetric.mix(keyAndHash: preShared)
    }

    /// The first letter is the initiator's key, the second the responder's.
    private mutating func agree(_ token: HandshakePattern.Token) throws(NoiseError) {
        let isInitiator = role == .initiator
        let usesOwnStatic =
            switch token {
            case .ee: false
            case .ss: true
            case .es: !isInitiator
            default: isInitiator
            }
        let usesOtherStatic =
            switch token {
            case .ee: false
            case .ss: true
            case .es: isInitiator
            default: !isInitiator
            }
        guard let theirs = usesOtherStatic ? other : otherEphemeral else { throw .outOfTurn }
        let secret: SymmetricKey
        if usesOwnStatic {
            secret = try own.agree(with: theirs)
        } else {
            guard let shared = try ephemeral?.agree(with: theirs) else { throw .outOfTurn }
            secret = shared
        }
        symmetric.mix(key: secret)
    }
}
