import FreedMemory
import Testing

@testable import SecureChannel

/// What is left of secrets in memory that was given back. (Cipher keys are not looked for: swift-crypto 4.5.2 does not wipe the key
/// schedules that it makes of them for each message, BoringSSLAEAD.swift.)
@Suite struct WipingTests {
    @Test func `secret bytes are zeros once they are let go`() {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: 1...32)
        do {
            let secret = SecretBytes(borrowing: memory)
            let sum = secret.withBytes { $0.reduce(0) { $0 + Int($1) } }
            #expect(sum == 528)
        }
        #expect(memory.allSatisfy { $0 == 0 })
    }

    @Test func `secret bytes are zeros once they are let go, also by an error`() {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: 1...32)
        #expect(throws: NoiseError.dead) { try Self.fail(SecretBytes(borrowing: memory)) }
        #expect(memory.allSatisfy { $0 == 0 })
    }

    private static func fail(_ secret: consuming SecretBytes) throws { throw NoiseError.dead }

    @Test func `there is a handshake of each kind to look for`() {
        #expect(Vectors.wiped.map(\.pattern) == [.xxpsk0, .ik])
        #expect(Vectors.wiped.allSatisfy { $0.secrets.count >= 8 })
    }

    @Test(arguments: Vectors.wiped)
    func `no private, shared, pre-shared or chaining key is in memory that a handshake gives back`(
        vector: Vectors.Handshake
    ) throws {
        let keys = [
            vector.initiatorStatic, vector.initiatorEphemeral, vector.responderStatic, vector.responderEphemeral,
        ]
        for secret in vector.secrets + keys {
            let isTaken = secret.secret.withBytes { freed_memory_add($0.baseAddress) }
            #expect(isTaken)
        }
        let before = (found: freed_memory_found(), seen: freed_memory_seen())
        freed_memory_watch(true)
        defer { freed_memory_watch(false) }
        try shake(vector)
        #expect(freed_memory_found() == before.found)
        #expect(freed_memory_seen() > before.seen + 100)
        // The look-out itself sees one that is there.
        for secret in vector.secrets.prefix(3) {
            _ = secret.bytes
            let found = freed_memory_found()
            drop(secret)
            #expect(freed_memory_found() > found)
        }
    }

    @inline(never) private func shake(_ vector: Vectors.Handshake) throws {
        var sides = try HandshakeTests.Sides(vector)
        for number in vector.handshake.indices { _ = try sides.turn(number) }
        var first = try sides.initiator.finish()
        var second = try sides.responder.finish()
        var sealed: [UInt8] = []
        try first.seal([1, 2, 3], into: &sealed)
        _ = try second.open(sealed[...])
    }

    @inline(never) private func drop(_ secret: Hex) {
        let bytes = secret.bytes
        withExtendedLifetime(bytes) {}
    }

    @Test func `a pairing code's secret is not in memory that its writing and reading give back`() throws {
        let secret = SecretBytes(randomCount: 16)
        let fingerprint = Link.lockIdentity.fingerprint
        // As it stands in the code, where they are beside each other.
        let both = SecretBytes(count: 32) { memory in
            secret.withBytes { memory.copyMemory(from: $0) }
            memory[16...].copyBytes(from: fingerprint.bytes)
        }
        let isTaken = both.withBytes { freed_memory_add($0.baseAddress) }
        #expect(isTaken)
        let code = PairingCode(id: Link.invitation, secret: secret, fingerprint: fingerprint)
        let found = freed_memory_found()
        freed_memory_watch(true)
        defer { freed_memory_watch(false) }
        let read = try PairingCode.parse(code.text)
        #expect(read.fingerprint == fingerprint)
        #expect(freed_memory_found() == found)
    }

    @Test func `pairing's key is not in memory that its derivation gives back`() throws {
        let code = try #require(Vectors.codes.right.first)
        let isTaken = code.psk.secret.withBytes { freed_memory_add($0.baseAddress) }
        #expect(isTaken)
        let found = freed_memory_found()
        freed_memory_watch(true)
        defer { freed_memory_watch(false) }
        _ = PreSharedKey(derivedFrom: code.secret.secret)
        #expect(freed_memory_found() == found)
    }
}
