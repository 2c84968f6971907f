/// The phone's side of one link: for clients and tests. The counterpart of ``LockEndpoint``.
package struct PhoneEndpoint: ~Copyable {
    /// What is to be done, in this order.
    package enum Output: Hashable, Sendable {
        case send([UInt8])
        /// It is the lock that was meant, and messages may be sent. Whether it lets us in shows with its first message.
        case opened(lock: PublicKey)
        case message([UInt8])
        /// The link is over. What had come after it in the chunk is dropped.
        case closed(Ending)
    }

    /// Why it closed.
    package enum Ending: Hashable, Sendable {
        /// By the lock, or by somebody in between: a refusal is not authentic.
        case refused(Refusal)
        /// Whoever answered knows the secret, but is not the lock that the code was made for.
        case wrongLock(PublicKey)
        /// No channel came to be.
        case garbage(Flaw)
        /// The open channel was tampered with, or the lock has made a mistake.
        case broken(Flaw)
    }

    private enum Stage: Hashable {
        case idle
        /// Waits for the lock's handshake message.
        case waiting
        /// May send; the lock has not said anything yet, and may still refuse.
        case unconfirmed
        case open
        case closed
    }

    /// As ``LockEndpoint/outputLimit``.
    package static let outputLimit = 16

    private let opening: Opening
    private let fingerprint: Fingerprint
    private var reader = FrameReader(limit: FrameLimit.handshake)
    private var stage = Stage.idle
    private var handshake: NoiseHandshake?
    private var transport: NoiseTransport?

    /// A session with a lock whose key is known.
    package init(_ identity: Identity, lock: PublicKey) { self.init(identity, lock: lock, ephemeral: nil) }

    /// - Parameter ephemeral: for test vectors.
    init(_ identity: Identity, lock: PublicKey, ephemeral: KeyPair?) {
        opening = Opening(.session)
        fingerprint = Fingerprint(of: lock)
        handshake = NoiseHandshake(
            .ik, .initiator, prologue: opening.prologue(lock: fingerprint), own: identity, other: lock,
            ephemeral: ephemeral)
    }

    /// Pairing, by what a code says.
    package init(_ identity: Identity, pairingBy code: borrowing PairingCode) {
        self.init(identity, secret: code.preSharedKey, id: code.id, lock: code.fingerprint)
    }

    /// Pairing with a lock whose key's fingerprint is known.
    ///
    /// - Parameter ephemeral: for test vectors.
    init(
        _ identity: Identity, secret: consuming PreSharedKey, id: SecretID, lock: Fingerprint,
        ephemeral: KeyPair? = nil
    ) {
        opening = Opening(.pairing(id))
        fingerprint = lock
        handshake = NoiseHandshake(
            .xxpsk0, .initiator, prologue: opening.prologue(lock: lock), own: identity, preShared: secret,
            ephemeral: ephemeral)
    }

    /// The first frame. To be called once, first.
    package mutating func start() throws(NoiseError) -> [UInt8] {
        guard stage == .idle else { throw .outOfTurn }
        do throws(NoiseError) {
            guard let message = try handshake?.write() else { throw .dead }
            stage = .waiting
            return Frame.make(opening.bytes + message)
        } catch {
            close()
            throw error
        }
    }

    /// As ``LockEndpoint/receive(_:asking:)``.
    package mutating func receive(_ chunk: inout ArraySlice<UInt8>) -> [Output] {
        var outputs: [Output] = []
        while !isClosed, !chunk.isEmpty, outputs.count < Self.outputLimit {
            do throws(FrameReader.Failure) {
                guard let frame = try reader.next(from: &chunk) else { break }
                take(frame, &outputs)
            } catch {
                end(error.flaw, &outputs)
            }
        }
        if isClosed { chunk = [] }
        return outputs
    }

    /// A message as it is sent. At most ``FrameLimit/request`` bytes.
    package mutating func send(_ message: [UInt8]) throws(SendError) -> [UInt8] {
        guard stage == .open || stage == .unconfirmed else { throw .notOpen }
        guard message.count <= FrameLimit.request else { throw .oversized(limit: FrameLimit.request) }
        do throws(NoiseError) {
            return try NoiseTransport.frame(message, of: &transport)
        } catch {
            close()
            throw .noise(error)
        }
    }

    /// Ends the link without a word. Its keys are wiped; nothing is received or sent any more.
    package mutating func close() {
        stage = .closed
        handshake = nil
        transport = nil
    }

    package var isClosed: Bool { if case .closed = stage { true } else { false } }

    private mutating func take(_ frame: ArraySlice<UInt8>, _ outputs: inout [Output]) {
        do throws(NoiseError) {
            switch stage {
            case .waiting:
                switch Greeting(frame) {
                case .refused(let refusal): end(.refused(refusal), &outputs)
                case .handshake(let message): try shake(message, &outputs)
                case nil: end(.malformed, &outputs)
                }
            case .unconfirmed:
                // A message is never as short as a refusal.
                if frame.count < NoiseTransport.overhead, case .refused(let refusal) = Greeting(frame) {
                    end(.refused(refusal), &outputs)
                    return
                }
                let message = try NoiseTransport.open(frame, of: &transport)
                stage = .open
                outputs.append(.message(message))
            case .open: outputs.append(.message(try NoiseTransport.open(frame, of: &transport)))
            case .idle: end(.malformed, &outputs)
            case .closed: break
            }
        } catch {
            end(.noise(error), &outputs)
        }
    }

    private mutating func shake(_ message: ArraySlice<UInt8>, _ outputs: inout [Output]) throws(NoiseError) {
        try handshake?.read(message)
        guard let lock = handshake?.other else { throw .missingKey }
        // A lock that has been reset has another key than its label says. Whoever answers to the setup code knows its secret, which
        // only the lock and its label do.
        guard opening.kind == .pairing(.setupCode) || Fingerprint(of: lock) == fingerprint else {
            end(.wrongLock(lock), &outputs)
            return
        }
        if case .pairing = opening.kind {
            guard let last = try handshake?.write() else { throw .missingKey }
            outputs.append(.send(Frame.make(last)))
        }
        transport = try handshake.take()?.finish()
        stage = .unconfirmed
        reader.limit = FrameLimit.fromLock
        outputs.append(.opened(lock: lock))
    }

    private mutating func end(_ flaw: Flaw, _ outputs: inout [Output]) {
        end(stage == .open || stage == .unconfirmed ? .broken(flaw) : .garbage(flaw), &outputs)
    }

    private mutating func end(_ ending: Ending, _ outputs: inout [Output]) {
        close()
        outputs.append(.closed(ending))
    }
}
