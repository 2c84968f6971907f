import Testing

@testable import SecureChannel

/// Noise alone, byte for byte as the independent implementation has it.
@Suite struct HandshakeTests {
    /// Both sides of a vector's handshake.
    struct Sides: ~Copyable {
        var initiator: NoiseHandshake
        var responder: NoiseHandshake

        init(_ vector: Vectors.Handshake) throws {
            let phone = try vector.initiatorStatic.identity()
            let lock = try vector.responderStatic.identity()
            initiator = NoiseHandshake(
                vector.pattern, .initiator, prologue: vector.prologue.bytes, own: phone,
                other: vector.pattern == .ik ? lock.publicKey : nil, preShared: Self.secret(vector),
                ephemeral: KeyPair(privateBytes: vector.initiatorEphemeral.secret))
            responder = NoiseHandshake(
                vector.pattern, .responder, prologue: vector.prologue.bytes, own: lock, preShared: Self.secret(vector),
                ephemeral: KeyPair(privateBytes: vector.responderEphemeral.secret))
        }

        private static func secret(_ vector: Vectors.Handshake) -> PreSharedKey? {
            guard let psk = vector.psk else { return nil }
            return PreSharedKey(psk.secret)
        }

        /// One message; what was written.
        mutating func turn(_ number: Int) throws -> [UInt8] {
            if number % 2 == 0 {
                let message = try initiator.write()
                try responder.read(message[...])
                return message
            } else {
                let message = try responder.write()
                try initiator.read(message[...])
                return message
            }
        }
    }

    @Test func `there are vectors of both handshakes, with a prologue and without`() {
        #expect(Vectors.handshakes.map(\.protocol) == [HandshakePattern.xxpsk0, .ik, .xxpsk0, .ik].map(\.protocolName))
        #expect(Vectors.handshakes.map(\.prologue.bytes.isEmpty) == [false, false, true, true])
    }

    @Test(arguments: Vectors.handshakes)
    func `handshake and messages are the independent implementation's`(vector: Vectors.Handshake) throws {
        var sides = try Sides(vector)
        for (number, expected) in vector.handshake.enumerated() {
            let message = try sides.turn(number)
            #expect(message == expected.bytes)
        }
        let learned = sides.responder.other
        #expect(learned == Identity(privateBytes: vector.initiatorStatic.secret)?.publicKey)
        var first = try sides.initiator.finish()
        var second = try sides.responder.finish()
        let hashes = [first.handshakeHash, second.handshakeHash]
        #expect(hashes == [vector.handshakeHash.bytes, vector.handshakeHash.bytes])
        for message in vector.transport {
            var sealed: [UInt8] = []
            let opened: [UInt8]
            if message.from == "initiator" {
                try first.seal(message.plaintext.bytes, into: &sealed)
                opened = try second.open(sealed[...])
            } else {
                try second.seal(message.plaintext.bytes, into: &sealed)
                opened = try first.open(sealed[...])
            }
            #expect(sealed == message.sealed.bytes)
            #expect(opened == message.plaintext.bytes)
        }
    }

    @Test(arguments: Vectors.handshakes)
    func `after an error every further call throws`(vector: Vectors.Handshake) throws {
        var sides = try Sides(vector)
        var message = try sides.initiator.write()
        message[message.count - 1] ^= 1
        #expect(throws: NoiseError.notAuthentic) { try sides.responder.read(message[...]) }
        message[message.count - 1] ^= 1
        #expect(throws: NoiseError.dead) { try sides.responder.read(message[...]) }
        #expect(throws: NoiseError.dead) { _ = try sides.responder.write() }
        let failure = failure(finishing: sides.responder)
        #expect(failure == .dead)
    }

    @Test(arguments: Vectors.handshakes)
    func `whoever speaks out of turn is dead`(vector: Vectors.Handshake) throws {
        var sides = try Sides(vector)
        #expect(throws: NoiseError.outOfTurn) { _ = try sides.responder.write() }
        let message = try sides.initiator.write()
        #expect(throws: NoiseError.dead) { try sides.responder.read(message[...]) }
        #expect(throws: NoiseError.outOfTurn) { _ = try sides.initiator.write() }
        #expect(throws: NoiseError.dead) { try sides.initiator.read(message[...]) }
    }

    @Test(arguments: Vectors.handshakes)
    func `a handshake that is not done makes no channel`(vector: Vectors.Handshake) throws {
        for turns in 0..<vector.handshake.count {
            var sides = try Sides(vector)
            for number in 0..<turns { _ = try sides.turn(number) }
            let failure = failure(finishing: sides.initiator)
            #expect(failure == .outOfTurn)
        }
    }

    @Test func `a handshake without the keys that it needs does nothing`() {
        let own = Link.phoneIdentity
        var session = NoiseHandshake(.ik, .initiator, prologue: [], own: own)
        #expect(throws: NoiseError.missingKey) { _ = try session.write() }
        var pairing = NoiseHandshake(.xxpsk0, .initiator, prologue: [], own: own)
        #expect(throws: NoiseError.missingKey) { _ = try pairing.write() }
    }

    @Test func `the counter's last number is not for messages`() throws {
        let key = SecretBytes(count: 32)
        var cipher = CipherState(key: key, counter: .max - 1)
        var sealed: [UInt8] = []
        try cipher.encrypt([1], authenticating: [], into: &sealed)
        #expect(throws: NoiseError.exhausted) { try cipher.encrypt([1], authenticating: [], into: &sealed) }
        var other = CipherState(key: key, counter: .max - 1)
        let opened = try other.decrypt(sealed[...], authenticating: [])
        #expect(opened == [1])
        #expect(throws: NoiseError.exhausted) { _ = try other.decrypt(sealed[...], authenticating: []) }
    }

    @Test func `a message longer than Noise allows is not sealed, and that is the end`() throws {
        let key = SecretBytes(count: 32)
        var transport = NoiseTransport(
            sending: CipherState(key: key), receiving: CipherState(key: key), handshakeHash: [])
        var sealed: [UInt8] = []
        #expect(throws: NoiseError.oversized) {
            try transport.seal([UInt8](repeating: 0, count: 65_520), into: &sealed)
        }
        #expect(throws: NoiseError.dead) { try transport.seal([], into: &sealed) }
        #expect(sealed.isEmpty)
    }

    private func failure(finishing handshake: consuming NoiseHandshake) -> NoiseError? {
        do throws(NoiseError) {
            _ = try handshake.finish()
            return nil
        } catch {
            return error
        }
    }
}
