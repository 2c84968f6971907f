import Testing

@testable import SecureChannel

/// A lock and a phone, and the test in between.
struct Link: ~Copyable {
    static let lockIdentity = identity("lock"), phoneIdentity = identity("phone")
    static let invitation = SecretID([1, 2, 3, 4, 5, 6, 7, 8]) ?? .setupCode
    static let codeSecret = [UInt8](repeating: 7, count: 16)

    var lock: LockEndpoint
    var phone: PhoneEndpoint
    let doorkeeper: TestDoorkeeper

    /// - Parameter fixed: with the transcript's ephemeral keys; otherwise with new ones.
    init(_ transcript: Vectors.Transcript, fixed: Bool = true) throws {
        let lockEphemeral = fixed ? KeyPair(privateBytes: transcript.responderEphemeral.secret) : nil
        let phoneEphemeral = fixed ? KeyPair(privateBytes: transcript.initiatorEphemeral.secret) : nil
        let identity = try transcript.responderStatic.identity()
        let phone = try Self.phone(transcript, ephemeral: phoneEphemeral)
        self.init(lock: LockEndpoint(identity, ephemeral: lockEphemeral), phone: phone)
        if let id = transcript.id.flatMap({ SecretID($0.bytes) }) {
            doorkeeper.secrets[id] = transcript.codeSecret?.bytes
        }
    }

    private init(lock: consuming LockEndpoint, phone: consuming PhoneEndpoint) {
        self.lock = lock
        self.phone = phone
        doorkeeper = TestDoorkeeper()
        doorkeeper.secrets[Self.invitation] = Self.codeSecret
    }

    private static func phone(_ transcript: Vectors.Transcript, ephemeral: KeyPair?) throws -> PhoneEndpoint {
        let identity = try transcript.initiatorStatic.identity()
        if let id = transcript.id, let secret = transcript.codeSecret {
            return PhoneEndpoint(
                identity, secret: PreSharedKey(derivedFrom: secret.secret), id: try #require(SecretID(id.bytes)),
                lock: try #require(Fingerprint(transcript.fingerprint.bytes)), ephemeral: ephemeral)
        }
        let lock = try transcript.responderStatic.identity().publicKey
        return PhoneEndpoint(identity, lock: lock, ephemeral: ephemeral)
    }

    init(_ purpose: Purpose) { self.init(lock: LockEndpoint(Self.lockIdentity), phone: Self.phone(purpose)) }

    init(phone: consuming PhoneEndpoint) { self.init(lock: LockEndpoint(Self.lockIdentity), phone: phone) }

    static func phone(_ purpose: Purpose) -> PhoneEndpoint {
        switch purpose {
        case .session: PhoneEndpoint(phoneIdentity, lock: lockIdentity.publicKey)
        case .pairing: pairingPhone()
        }
    }

    static func pairingPhone(
        id: SecretID = invitation, secret: [UInt8] = codeSecret, fingerprint: Fingerprint = lockIdentity.fingerprint
    ) -> PhoneEndpoint {
        PhoneEndpoint(
            phoneIdentity,
            pairingBy: PairingCode(id: id, secret: SecretBytes(copying: secret), fingerprint: fingerprint))
    }

    /// The same for the same name.
    static func identity(_ name: String) -> Identity {
        let bytes = SecretBytes(copying: (Array(name.utf8) + [UInt8](repeating: 1, count: 32)).prefix(32))
        guard let identity = Identity(privateBytes: bytes) else { preconditionFailure("32 bytes are a key.") }
        return identity
    }

    /// All that the lock makes of these bytes.
    mutating func lockTakes(_ bytes: [UInt8]) -> [LockEndpoint.Output] {
        var (chunk, outputs) = (bytes[...], [LockEndpoint.Output]())
        while !chunk.isEmpty { outputs += lock.receive(&chunk, asking: doorkeeper) }
        return outputs
    }

    /// All that the phone makes of these bytes.
    mutating func phoneTakes(_ bytes: [UInt8]) -> [PhoneEndpoint.Output] {
        var (chunk, outputs) = (bytes[...], [PhoneEndpoint.Output]())
        while !chunk.isEmpty { outputs += phone.receive(&chunk) }
        return outputs
    }

    /// Carries bytes to and fro until nobody says anything more; what came of it, without the bytes.
    mutating func run(_ first: [UInt8]) -> (lock: [LockEndpoint.Output], phone: [PhoneEndpoint.Output]) {
        var (toLock, lockSaw, phoneSaw) = (first, [LockEndpoint.Output](), [PhoneEndpoint.Output]())
        while !toLock.isEmpty {
            let outputs = lockTakes(toLock)
            lockSaw += outputs.filter { $0.sent == nil }
            let answers = phoneTakes(outputs.flatMap { $0.sent ?? [] })
            phoneSaw += answers.filter { $0.sent == nil }
            toLock = answers.flatMap { $0.sent ?? [] }
        }
        return (lockSaw, phoneSaw)
    }

    /// A link on which both may send.
    static func open(_ purpose: Purpose) throws -> Link {
        var link = Link(purpose)
        let phoneSaw = link.run(try link.phone.start()).phone
        #expect(phoneSaw == [.opened(lock: lockIdentity.publicKey)])
        let lockSaw = link.lockTakes(try link.phone.send([1]))
        #expect(lockSaw == [.opened(peer: phoneIdentity.publicKey, purpose: purpose), .message([1])])
        let answer = link.phoneTakes(try link.lock.send([2]))
        #expect(answer == [.message([2])])
        return link
    }
}

extension LockEndpoint.Output {
    var sent: [UInt8]? { if case .send(let bytes) = self { bytes } else { nil } }
    /// Something that a stranger must never get.
    var isDelivery: Bool {
        switch self {
        case .opened, .message: true
        case .send, .closed: false
        }
    }
    var ending: LockEndpoint.Ending? { if case .closed(let ending) = self { ending } else { nil } }
}

extension PhoneEndpoint.Output {
    var sent: [UInt8]? { if case .send(let bytes) = self { bytes } else { nil } }
    /// Something that a stranger must never get.
    var isDelivery: Bool {
        switch self {
        case .opened, .message: true
        case .send, .closed: false
        }
    }
    var ending: PhoneEndpoint.Ending? { if case .closed(let ending) = self { ending } else { nil } }
}

/// A refusal as it goes over the wire.
func refused(_ reason: UInt8, _ detail: UInt16 = 0) -> [UInt8] {
    [0, 4, 0, reason, UInt8(detail >> 8), UInt8(truncatingIfNeeded: detail)]
}
