/// The beginning of the first frame, phone to lock, in clear: what is wanted, and by which secret. Noise's first message follows.
struct Opening: Hashable, Sendable {
    /// The protocol's newest version, and the only one so far.
    static let version: UInt8 = 1
    private static let prologue = Array("Mortise".utf8)

    enum Failure: Error, Hashable, Sendable {
        /// Another version than ours: nothing behind it can be read.
        case version(UInt8)
        /// It ends too early, or has a purpose that there is not.
        case malformed
    }

    /// Which handshake.
    enum Kind: Hashable, Sendable {
        case session
        case pairing(SecretID)
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    /// Takes itself off a frame's beginning.
    init(from frame: inout ArraySlice<UInt8>) throws(Failure) {
        guard let version = frame.popFirst() else { throw .malformed }
        guard version == Self.version else { throw .version(version) }
        switch frame.popFirst().flatMap(Purpose.init) {
        case .session: kind = .session
        case .pairing:
            guard let id = SecretID(frame.prefix(SecretID.size)) else { throw .malformed }
            frame = frame.dropFirst(SecretID.size)
            kind = .pairing(id)
        case nil: throw .malformed
        }
    }

    /// As it is sent.
    var bytes: [UInt8] {
        switch kind {
        case .session: [Self.version, Purpose.session.rawValue]
        case .pairing(let id): [Self.version, Purpose.pairing.rawValue] + id.bytes
        }
    }

    /// What both sides hash into the handshake: a channel cannot be opened with another version, purpose, secret or lock than the
    /// one that it was meant for.
    func prologue(lock: Fingerprint) -> [UInt8] { Self.prologue + bytes + lock.bytes }
}
