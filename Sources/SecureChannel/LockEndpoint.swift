/// The lock's side of one link: bytes in, bytes and messages out. No clock, no I/O; whoever has those also ends what takes too long.
package struct LockEndpoint: ~Copyable {
    /// What is to be done, in this order.
    package enum Output: Hashable, Sendable {
        case send([UInt8])
        /// The phone has proven that it holds this key, here and now: a first message of a session can be replayed, what was sealed
        /// with the answer to it cannot. Before this nothing is to be counted or logged as a connection.
        case opened(peer: PublicKey, purpose: Purpose)
        case message([UInt8])
        /// The link is over. What had come after it in the chunk is dropped.
        case closed(Ending)
    }

    /// Why it closed. The phone hears less (``Refusal``).
    package enum Ending: Hashable, Sendable {
        /// Turned away by the ``Doorkeeper``, or by ``refuse(_:)``.
        case refused(Refusal)
        case unsupportedVersion(UInt8)
        /// A right handshake, with a key that the doorkeeper does not know.
        case unknownKey
        /// A wrong secret, which the doorkeeper has heard of already.
        case wrongSecret(SecretID)
        /// Nonsense of a stranger.
        case garbage(Flaw)
        /// The open channel was tampered with, or the phone has made a mistake.
        case broken(Flaw)
    }

    /// The newest version of the protocol that this speaks.
    package static let version = Opening.version

    private enum Stage {
        case opening
        /// Waits for pairing's last message.
        case pairing
        /// Waits for the proof that the phone is there.
        case confirming(PublicKey, Purpose)
        case open
        case closed
    }

    /// With this many outputs ``receive(_:asking:)`` leaves the rest of the chunk for the next call. Enough for a chunk of usual
    /// requests; a chunk of the shortest ones must not become a long list.
    package static let outputLimit = 16

    private let identity: Identity
    private let label: Fingerprint
    private let ephemeral: KeyPair?
    private var reader = FrameReader(limit: FrameLimit.handshake)
    private var stage = Stage.opening
    /// While pairing; a session's is done within one frame.
    private var handshake: NoiseHandshake?
    /// From the handshake's end to the channel's.
    private var transport: NoiseTransport?

    /// - Parameter label: what the setup code says of the lock's key. A factory reset makes another key, and the label stays; nil: the
    ///   key's own fingerprint.
    package init(_ identity: Identity, label: Fingerprint? = nil) { self.init(identity, label: label, ephemeral: nil) }

    /// - Parameter ephemeral: for test vectors.
    init(_ identity: Identity, label: Fingerprint? = nil, ephemeral: KeyPair?) {
        self.identity = identity
        self.label = label ?? identity.fingerprint
        self.ephemeral = ephemeral
    }

    /// Takes a piece of what the phone sends, of any size, and removes from it what was taken. To be called until it is empty; that
    /// not everything is taken at once (``outputLimit``) bounds the work of one call.
    package mutating func receive(
        _ chunk: inout ArraySlice<UInt8>, asking doorkeeper: some Doorkeeper
    ) -> [Output] {
        var outputs: [Output] = []
        while !isClosed, !chunk.isEmpty, outputs.count < Self.outputLimit {
            do throws(FrameReader.Failure) {
                guard let frame = try reader.next(from: &chunk) else { break }
                take(frame, asking: doorkeeper, &outputs)
            } catch {
                end(flaw: error.flaw, &outputs)
            }
        }
        if isClosed { chunk = [] }
        return outputs
    }

    /// A message as it is sent. At most ``FrameLimit/answer`` bytes.
    package mutating func send(_ message: [UInt8]) throws(SendError) -> [UInt8] {
        guard isOpen else { throw .notOpen }
        guard message.count <= FrameLimit.answer else { throw .oversized(limit: FrameLimit.answer) }
        do throws(NoiseError) {
            return try NoiseTransport.frame(message, of: &transport)
        } catch {
            close()
            throw .noise(error)
        }
    }

    /// Turns the phone away, if the channel is not open yet.
    package mutating func refuse(_ refusal: Refusal) -> [Output] {
        guard !isClosed, !isOpen else { return [] }
        var outputs: [Output] = []
        end(.refused(refusal), telling: refusal, &outputs)
        return outputs
    }

    /// Ends the link without a word. Its keys are wiped; nothing is received or sent any more.
    package mutating func close() {
        stage = .closed
        handshake = nil
        transport = nil
    }

    private var isOpen: Bool { if case .open = stage { true } else { false } }
    package var isClosed: Bool { if case .closed = stage { true } else { false } }

    /// Whether the first message was right and has been answered, and the channel is not open. The other side holds a key or knows a
    /// secret, or replays the first message of somebody who does: which of them is not known yet, and nothing may come of it.
    package var isAnswered: Bool {
        switch stage {
        case .pairing, .confirming: true
        case .opening, .open, .closed: false
        }
    }

    private mutating func take(
        _ frame: ArraySlice<UInt8>, asking doorkeeper: some Doorkeeper, _ outputs: inout [Output]
    ) {
        do throws(NoiseError) {
            switch stage {
            case .opening: try open(with: frame, asking: doorkeeper, &outputs)
            case .pairing:
                try handshake?.read(frame)
                try admit(for: .pairing, asking: doorkeeper, &outputs)
            case .confirming(let peer, let purpose):
                let message = try NoiseTransport.open(frame, of: &transport)
                stage = .open
                outputs += [.opened(peer: peer, purpose: purpose), .message(message)]
            case .open: outputs.append(.message(try NoiseTransport.open(frame, of: &transport)))
            case .closed: break
            }
        } catch {
            end(flaw: .noise(error), &outputs)
        }
    }

    private mutating func open(
        with frame: ArraySlice<UInt8>, asking doorkeeper: some Doorkeeper, _ outputs: inout [Output]
    ) throws(NoiseError) {
        var message = frame
        let opening: Opening
        do throws(Opening.Failure) {
            opening = try Opening(from: &message)
        } catch {
            switch error {
            case .malformed: end(flaw: .malformed, &outputs)
            case .version(let version):
                end(
                    .unsupportedVersion(version), telling: .unsupportedVersion(newest: UInt16(Opening.version)),
                    &outputs)
            }
            return
        }
        let prologue = opening.prologue(lock: opening.kind == .pairing(.setupCode) ? label : identity.fingerprint)
        switch opening.kind {
        case .session:
            handshake = NoiseHandshake(.ik, .responder, prologue: prologue, own: identity, ephemeral: ephemeral)
            try handshake?.read(message)
            try admit(for: .session, asking: doorkeeper, &outputs)
        case .pairing(let id):
            switch doorkeeper.secret(for: id) {
            case .refused(let refusal): end(.refused(refusal), telling: refusal, &outputs)
            case .secret(let secret):
                handshake = NoiseHandshake(
                    .xxpsk0, .responder, prologue: prologue, own: identity, preShared: secret, ephemeral: ephemeral)
                do throws(NoiseError) {
                    try handshake?.read(message)
                } catch .notAuthentic {
                    // Only this one is a guess. A later message can be wrong because somebody replays an earlier one.
                    doorkeeper.guessedWrong(id)
                    end(.wrongSecret(id), telling: .notAccepted, &outputs)
                    return
                }
                try answer(&outputs)
                stage = .pairing
            }
        }
    }

    /// The phone's key is known: it is let in, with the handshake's last message if that is ours, or turned away.
    private mutating func admit(
        for purpose: Purpose, asking doorkeeper: some Doorkeeper, _ outputs: inout [Output]
    ) throws(NoiseError) {
        guard let peer = handshake?.other else { throw .missingKey }
        switch doorkeeper.admits(peer, for: purpose) {
        case .refused(.notAccepted): end(.unknownKey, telling: .notAccepted, &outputs)
        case .refused(let refusal): end(.refused(refusal), telling: refusal, &outputs)
        case .admitted:
            if purpose == .session { try answer(&outputs) }
            transport = try handshake.take()?.finish()
            stage = .confirming(peer, purpose)
            // Whoever comes this far holds a key, or replays its first message: a whole request may follow.
            reader.limit = FrameLimit.fromPhone
        }
    }

    private mutating func answer(_ outputs: inout [Output]) throws(NoiseError) {
        guard let message = try handshake?.write() else { throw .missingKey }
        outputs.append(.send(Frame.make(Greeting.handshake(message[...]).bytes)))
    }

    private mutating func end(flaw: Flaw, _ outputs: inout [Output]) {
        // An open channel has no word for it, and a stranger hears only that it was not accepted.
        if isOpen {
            close()
            outputs.append(.closed(.broken(flaw)))
        } else {
            end(.garbage(flaw), telling: .notAccepted, &outputs)
        }
    }

    private mutating func end(_ ending: Ending, telling refusal: Refusal, _ outputs: inout [Output]) {
        close()
        outputs += [.send(Frame.make(Greeting.refused(refusal).bytes)), .closed(ending)]
    }
}
