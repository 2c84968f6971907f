/// One side of a handshake under way (Noise, section 5.3). Each message is either written or read, in turn. After any error it is
/// dead: every further call throws.
struct NoiseHandshake: ~Copyable {
    enum Role: Hashable, Sendable { case initiator, responder }

    private let pattern: HandshakePattern
    private let role: Role
    private var symmetric: SymmetricState
    private let own: KeyPair
    private var ephemeral: KeyPair?
    private var otherEphemeral: PublicKey?
    /// The other side's static key: known before (IK's initiator), or learned. Proven only by the handshake's completion.
    private(set) var other: PublicKey?
    private let preShared: PreSharedKey?
    /// How many messages are done.
    private var done = 0
    private var isDead = false

    /// - Parameters:
    ///   - prologue: what both sides must agree on besides; it is not sent.
    ///   - other: the responder's key, for IK's initiator.
    ///   - preShared: for XXpsk0.
    ///   - ephemeral: for test vectors; nil: a new one, as it must be.
    init(
        _ pattern: HandshakePattern, _ role: Role, prologue: [UInt8], own: Identity, other: PublicKey? = nil,
        preShared: consuming PreSharedKey? = nil, ephemeral: KeyPair? = nil
    ) {
        self.pattern = pattern
        self.role = role
        self.own = own.keyPair
        self.other = other
        self.preShared = preShared
        self.ephemeral = ephemeral
        symmetric = SymmetricState(protocolName: pattern.protocolName, prologue: prologue)
        // IK's pre-message: the responder's static key.
        if pattern == .ik, let known = role == .responder ? own.publicKey : other { symmetric.mix(hash: known.bytes) }
    }

    /// Both may send from now on.
    var isComplete: Bool { done == pattern.messages.count }

    /// The next message of ours.
    mutating func write() throws(NoiseError) -> [UInt8] {
        var message: [UInt8] = []
        try turn(of: role) { (handshake, token) throws(NoiseError) in
            switch token {
            case .e:
                let key = handshake.ephemeral ?? KeyPair()
                handshake.ephemeral = key
                message += key.publicKey.bytes
                handshake.mix(ephemeral: key.publicKey)
            case .s: try handshake.symmetric.encryptAndHash(handshake.own.publicKey.bytes, into: &message)
            default: try handshake.mix(token)
            }
        } payload: { (handshake) throws(NoiseError) in
            try handshake.symmetric.encryptAndHash([], into: &message)
        }
        return message
    }

    /// Takes the other side's next message.
    mutating func read(_ message: ArraySlice<UInt8>) throws(NoiseError) {
        var rest = message
        try turn(of: role == .initiator ? .responder : .initiator) { (handshake, token) throws(NoiseError) in
            switch token {
            case .e:
                let key = try Self.cut(PublicKey.size, from: &rest)
                handshake.otherEphemeral = PublicKey(key)
                handshake.otherEphemeral.map { handshake.mix(ephemeral: $0) }
            case .s:
                let size = PublicKey.size + (handshake.symmetric.hasKey ? CipherState.tagSize : 0)
                let sealed = try Self.cut(size, from: &rest)
                handshake.other = PublicKey(try handshake.symmetric.decryptAndHash(sealed))
            default: try handshake.mix(token)
            }
        } payload: { (handshake) throws(NoiseError) in
            guard try handshake.symmetric.decryptAndHash(rest).isEmpty else { throw .unexpectedPayload }
        }
    }

    /// The channel that the handshake has made.
    consuming func finish() throws(NoiseError) -> NoiseTransport {
        guard !isDead else { throw .dead }
        guard isComplete else { throw .outOfTurn }
        return symmetric.split(sendingFirst: role == .initiator)
    }

    /// One message, token by token. Whatever throws, and calling it when it is the other's turn, leaves it dead.
    private mutating func turn(
        of writer: Role, token: (inout NoiseHandshake, HandshakePattern.Token) throws(NoiseError) -> Void,
        payload: (inout NoiseHandshake) throws(NoiseError) -> Void
    ) throws(NoiseError) {
        guard !isDead else { throw .dead }
        isDead = true
        guard !isComplete, writer == (done % 2 == 0 ? .initiator : .responder) else { throw .outOfTurn }
        for next in pattern.messages[done] { try token(&self, next) }
        try payload(&self)
        done += 1
        isDead = false
    }

    private static func cut(_ size: Int, from rest: inout ArraySlice<UInt8>) throws(NoiseError) -> ArraySlice<UInt8> {
        guard rest.count >= size else { throw .truncated }
        defer { rest = rest.dropFirst(size) }
        return rest.prefix(size)
    }

    private mutating func mix(ephemeral key: PublicKey) {
        symmetric.mix(hash: key.bytes)
        if pattern.isPreShared { unsafe key.bytes.withUnsafeBytes { unsafe symmetric.mix(key: $0) } }
    }

    /// The tokens of which nothing is sent.
    private mutating func mix(_ token: HandshakePattern.Token) throws(NoiseError) {
        switch token {
        case .e, .s: throw .outOfTurn
        case .ee: try agree(initiatorStatic: false, responderStatic: false)
        case .es: try agree(initiatorStatic: false, responderStatic: true)
        case .se: try agree(initiatorStatic: true, responderStatic: false)
        case .ss: try agree(initiatorStatic: true, responderStatic: true)
        case .psk: try mixPreShared()
        }
    }

    private mutating func agree(initiatorStatic: Bool, responderStatic: Bool) throws(NoiseError) {
        let isInitiator = role == .initiator
        guard let ours = (isInitiator ? initiatorStatic : responderStatic) ? own : ephemeral,
            let theirs = (isInitiator ? responderStatic : initiatorStatic) ? other : otherEphemeral
        else { throw .missingKey }
        symmetric.mix(key: try ours.agree(with: theirs))
    }

    private mutating func mixPreShared() throws(NoiseError) {
        guard unsafe preShared?.withBytes({ unsafe symmetric.mix(keyAndHash: $0) }) != nil else { throw .missingKey }
    }
}
