import Testing

@testable import SecureChannel

/// What the lock does not take from a stranger. Whatever it is: nothing is delivered, and the phone hears one word.
@Suite struct RefusalTests {
    @Test(arguments: Vectors.transcripts)
    func `a bit flipped anywhere in the phone's handshake delivers nothing`(transcript: Vectors.Transcript) throws {
        let frames = transcript.frames(from: "phone")
        for index in frames.indices where frames[index].plaintext == nil {
            for bit in 0..<frames[index].bytes.bytes.count * 8 {
                var link = try Link(transcript)
                for frame in frames[..<index] { _ = link.lockTakes(frame.bytes.bytes) }
                var bytes = frames[index].bytes.bytes
                bytes[bit / 8] ^= 1 << (bit % 8)
                var outputs = link.lockTakes(bytes)
                // A frame that has become longer swallows what follows.
                for frame in frames[(index + 1)...] { outputs += link.lockTakes(frame.bytes.bytes) }
                #expect(outputs.filter(\.isDelivery).isEmpty, "bit \(bit) of frame \(index)")
                #expect(outputs.last?.ending != nil, "bit \(bit) of frame \(index)")
            }
        }
    }

    @Test(arguments: Vectors.transcripts)
    func `a bit flipped anywhere in the lock's handshake delivers nothing to the phone`(
        transcript: Vectors.Transcript
    ) throws {
        let frames = transcript.frames(from: "lock")
        for bit in 0..<frames[0].bytes.bytes.count * 8 {
            var link = try Link(transcript)
            _ = try link.phone.start()
            var bytes = frames[0].bytes.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            var outputs = link.phoneTakes(bytes)
            for frame in frames.dropFirst() { outputs += link.phoneTakes(frame.bytes.bytes) }
            #expect(outputs.count == 1 && outputs[0].ending != nil, "bit \(bit)")
        }
    }

    @Test(arguments: Vectors.transcripts)
    func `a handshake message cut off anywhere is not accepted`(transcript: Vectors.Transcript) throws {
        let frames = transcript.frames(from: "phone")
        for index in frames.indices where frames[index].plaintext == nil {
            let content = frames[index].bytes.bytes.dropFirst(2)
            for count in 1..<content.count {
                var link = try Link(transcript)
                for frame in frames[..<index] { _ = link.lockTakes(frame.bytes.bytes) }
                let outputs = link.lockTakes(Frame.make(Array(content.prefix(count))))
                #expect(outputs.first == .send(refused(4)), "\(count) bytes of frame \(index)")
                #expect(outputs.count == 2 && outputs[1].ending != nil)
            }
        }
    }

    @Test(arguments: Vectors.transcripts)
    func `a handshake message with something behind it is not accepted`(transcript: Vectors.Transcript) throws {
        let frames = transcript.frames(from: "phone")
        for index in frames.indices where frames[index].plaintext == nil {
            let content = Array(frames[index].bytes.bytes.dropFirst(2))
            for extra in 1...(FrameLimit.handshake - content.count) {
                var link = try Link(transcript)
                for frame in frames[..<index] { _ = link.lockTakes(frame.bytes.bytes) }
                let outputs = link.lockTakes(Frame.make(content + [UInt8](repeating: 0, count: extra)))
                #expect(outputs.first == .send(refused(4)))
                #expect(outputs.filter(\.isDelivery).isEmpty)
            }
        }
    }

    @Test func `a payload in a handshake is not accepted, however right it is`() throws {
        for count in [1, 16, 32] {
            var link = Link(.session)
            let outputs = link.lockTakes(try Stranger(payload: [UInt8](repeating: 0, count: count)).opening())
            #expect(outputs == [.send(refused(4)), .closed(.garbage(.noise(.unexpectedPayload)))])
            #expect(link.doorkeeper.asked.isEmpty)
        }
    }

    @Test(arguments: [0, 2, 3, 0x7F, 0xFF] as [UInt8], Purpose.allCases)
    func `another version is told which one is spoken here`(version: UInt8, purpose: Purpose) throws {
        var link = Link(purpose)
        var opening = try link.phone.start()
        opening[2] = version
        let outputs = link.lockTakes(opening)
        #expect(outputs == [.send(refused(1, 1)), .closed(.unsupportedVersion(version))])
        let heard = link.phoneTakes(refused(1, 1))
        #expect(heard == [.closed(.refused(.unsupportedVersion(newest: 1)))])
    }

    @Test func `an opening of a later version may be as long as a frame may be`() {
        var link = Link(.session)
        let outputs = link.lockTakes(Frame.make([UInt8](repeating: 9, count: FrameLimit.handshake)))
        #expect(outputs == [.send(refused(1, 1)), .closed(.unsupportedVersion(9))])
    }

    @Test(arguments: [0, 3, 4, 0xFF] as [UInt8])
    func `a purpose that there is not is not accepted`(purpose: UInt8) throws {
        var link = Link(.session)
        var opening = try link.phone.start()
        opening[3] = purpose
        let outputs = link.lockTakes(opening)
        #expect(outputs == [.send(refused(4)), .closed(.garbage(.malformed))])
    }

    @Test func `a message for another purpose is not accepted`() throws {
        // As long as a session's header, and then as long as pairing's.
        var session = Link(.session)
        let message = try session.phone.start().dropFirst(4)
        var link = Link(.pairing)
        let asPairing = link.lockTakes(Frame.make(Opening(.pairing(Link.invitation)).bytes + message))
        #expect(asPairing == [.send(refused(4)), .closed(.wrongSecret(Link.invitation))])
        var other = Link(.session)
        let pairing = try link.phone.start().dropFirst(12)
        let asSession = other.lockTakes(Frame.make(Opening(.session).bytes + pairing))
        #expect(asSession == [.send(refused(4)), .closed(.garbage(.noise(.truncated)))])
    }

    @Test func `a session meant for another lock is not accepted`() throws {
        let other = Link.identity("another lock")
        var link = Link(phone: PhoneEndpoint(Link.phoneIdentity, lock: other.publicKey))
        let outputs = link.lockTakes(try link.phone.start())
        #expect(outputs == [.send(refused(4)), .closed(.garbage(.noise(.notAuthentic)))])
        // With the right key, but the other's fingerprint in the prologue.
        var stranger = NoiseHandshake(
            .ik, .initiator, prologue: Opening(.session).prologue(lock: other.fingerprint), own: Link.phoneIdentity,
            other: Link.lockIdentity.publicKey)
        var second = Link(.session)
        let refused = second.lockTakes(Frame.make(Opening(.session).bytes + (try stranger.write())))
        #expect(refused.last == .closed(.garbage(.noise(.notAuthentic))))
    }

    @Test func `a wrong secret is not accepted, and the doorkeeper hears of the guess`() throws {
        var secret = Link.codeSecret
        secret[15] ^= 1
        var link = Link(phone: Link.pairingPhone(secret: secret))
        let ended = link.run(try link.phone.start())
        #expect(ended.lock == [.closed(.wrongSecret(Link.invitation))])
        #expect(ended.phone == [.closed(.refused(.notAccepted))])
        #expect(link.doorkeeper.guesses == [Link.invitation])
        #expect(link.doorkeeper.asked.isEmpty)
    }

    @Test func `the right secret with another lock's fingerprint is not accepted`() throws {
        var link = Link(phone: Link.pairingPhone(fingerprint: Link.identity("another lock").fingerprint))
        let ended = link.run(try link.phone.start())
        #expect(ended.lock == [.closed(.wrongSecret(Link.invitation))])
        #expect(ended.phone == [.closed(.refused(.notAccepted))])
    }

    @Test func `a secret's id that there is not is not accepted, and no guess`() throws {
        var link = Link(phone: Link.pairingPhone(id: .setupCode))
        let ended = link.run(try link.phone.start())
        #expect(ended.lock == [.closed(.refused(.notAccepted))])
        #expect(ended.phone == [.closed(.refused(.notAccepted))])
        #expect(link.doorkeeper.guesses.isEmpty)
    }

    @Test func `wrong secret, unknown id, unknown key and nonsense look the same to the phone`() throws {
        var wrongSecret = Link(phone: Link.pairingPhone(secret: [UInt8](repeating: 1, count: 16)))
        var unknownID = Link(phone: Link.pairingPhone(id: .setupCode))
        var unknownKey = Link(.session)
        unknownKey.doorkeeper.known = []
        var nonsense = Link(.session)
        let answers = [
            wrongSecret.lockTakes(try wrongSecret.phone.start()), unknownID.lockTakes(try unknownID.phone.start()),
            unknownKey.lockTakes(try unknownKey.phone.start()), nonsense.lockTakes(Frame.make([1, 1, 1])),
        ]
        for answer in answers { #expect(answer.first == .send(refused(4))) }
        #expect(
            answers.map(\.last?.ending) == [
                .wrongSecret(Link.invitation), .refused(.notAccepted), .unknownKey, .garbage(.noise(.truncated)),
            ])
    }

    @Test(arguments: [Refusal.tryAgainLater(seconds: 300), .pairingClosed])
    func `what the doorkeeper says is what the phone hears`(refusal: Refusal) throws {
        var pairing = Link(.pairing)
        pairing.doorkeeper.pairingRefusal = refusal
        let ended = pairing.run(try pairing.phone.start())
        #expect(ended.lock == [.closed(.refused(refusal))])
        #expect(ended.phone == [.closed(.refused(refusal))])
        var session = Link(.session)
        session.doorkeeper.keyRefusal = refusal
        let sessionEnded = session.run(try session.phone.start())
        #expect(sessionEnded.lock == [.closed(.refused(refusal))])
        #expect(sessionEnded.phone == [.closed(.refused(refusal))])
    }

    @Test func `a phone that is refused after pairing's last message hears why`() throws {
        var link = Link(.pairing)
        link.doorkeeper.keyRefusal = .tryAgainLater(seconds: 65_535)
        let ended = link.run(try link.phone.start())
        #expect(ended.lock == [.closed(.refused(.tryAgainLater(seconds: 65_535)))])
        #expect(
            ended.phone == [
                .opened(lock: Link.lockIdentity.publicKey), .closed(.refused(.tryAgainLater(seconds: 65_535))),
            ])
    }

    @Test func `the daemon can turn a phone away before it has said anything, but not once the channel is open`() throws
    {
        var link = Link(.session)
        let outputs = link.lock.refuse(.tryAgainLater(seconds: 10))
        #expect(outputs == [.send(refused(2, 10)), .closed(.refused(.tryAgainLater(seconds: 10)))])
        let again = link.lock.refuse(.pairingClosed)
        #expect(again.isEmpty)
        var open = try Link.open(.session)
        let none = open.lock.refuse(.pairingClosed)
        #expect(none.isEmpty)
        let answer = open.phoneTakes(try open.lock.send([3]))
        #expect(answer == [.message([3])])
    }

    @Test func `a replayed first message opens nothing`() throws {
        let transcript = Vectors.transcripts[0]
        let frames = transcript.frames(from: "phone")
        var link = try Link(transcript, fixed: false)
        let first = link.lockTakes(frames[0].bytes.bytes)
        #expect(first.count == 1)
        #expect(first[0].sent?.count == 51)
        let rest = link.lockTakes(frames[1].bytes.bytes)
        #expect(rest == [.send(refused(4)), .closed(.garbage(.noise(.notAuthentic)))])
    }

    @Test func `a replayed pairing opens nothing, and is no guess`() throws {
        let transcript = Vectors.transcripts[2]
        let frames = transcript.frames(from: "phone")
        var link = try Link(transcript, fixed: false)
        let outputs = frames.flatMap { link.lockTakes($0.bytes.bytes) }
        #expect(outputs.count == 3)
        #expect(outputs.last == .closed(.garbage(.noise(.notAuthentic))))
        #expect(link.doorkeeper.guesses.isEmpty)
        #expect(link.doorkeeper.asked.isEmpty)
    }

    @Test(arguments: Purpose.allCases)
    func `a lock that hears a lock, or a phone that hears a phone, ends it`(purpose: Purpose) throws {
        var link = Link(purpose)
        let opening = try link.phone.start()
        let answer = link.lockTakes(opening).flatMap { $0.sent ?? [] }
        var other = Link(purpose)
        let asOpening = other.lockTakes(answer)
        #expect(asOpening.first == .send(refused(4)))
        #expect(asOpening.filter(\.isDelivery).isEmpty)
        let reflected = link.lockTakes(answer)
        #expect(reflected.last?.ending != nil)
        #expect(reflected.filter(\.isDelivery).isEmpty)
        let heard = link.phoneTakes(opening)
        #expect(heard.count == 1 && heard[0].ending != nil)
    }

    @Test func `a phone that has not begun takes nothing`() {
        var link = Link(.session)
        let outputs = link.phoneTakes(refused(3))
        #expect(outputs == [.closed(.garbage(.malformed))])
        #expect(throws: NoiseError.outOfTurn) { _ = try link.phone.start() }
    }

    @Test func `whoever knows the secret but is not the lock is found out, and hears nothing more`() throws {
        var link = Link(.pairing)
        let opening = Opening(.pairing(Link.invitation))
        let first = try link.phone.start()
        let impostor = Link.identity("impostor")
        var handshake = NoiseHandshake(
            .xxpsk0, .responder, prologue: opening.prologue(lock: Link.lockIdentity.fingerprint), own: impostor,
            preShared: PreSharedKey(derivedFrom: SecretBytes(copying: Link.codeSecret)))
        try handshake.read(first.dropFirst(12))
        let answer = try handshake.write()
        let outputs = link.phoneTakes(Frame.make(Greeting.handshake(answer[...]).bytes))
        #expect(outputs == [.closed(.wrongLock(impostor.publicKey))])
    }

    @Test(arguments: [[0], [0, 4], [0, 5, 0, 0], [0, 4, 0, 0, 0], [2, 0], [1]] as [[UInt8]])
    func `a greeting that there is not ends it for the phone`(greeting: [UInt8]) throws {
        var link = Link(.session)
        _ = try link.phone.start()
        let outputs = link.phoneTakes(Frame.make(greeting))
        #expect(outputs.count == 1 && outputs[0].ending != nil)
    }
}
