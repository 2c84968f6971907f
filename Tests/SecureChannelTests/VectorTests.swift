import Foundation
import Testing

@testable import SecureChannel

/// What an independent implementation has computed (Vectors/make-vectors.py), byte for byte.
@Suite struct VectorTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        struct Message: Decodable, Sendable {
            var from: String
            var plaintext: String
            var sealed: String
        }

        var `protocol`: String
        var prologue: String
        var psk: String?
        var initiatorStatic: String
        var initiatorEphemeral: String
        var responderStatic: String
        var responderEphemeral: String
        var handshake: [String]
        var handshakeHash: String
        var transport: [Message]
        var testDescription: String { "\(`protocol`), prologue \(prologue.isEmpty ? "empty" : prologue)" }
    }

    static let vectors: [Vector] = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/vectors.json")
        // A test bundle without its vectors must not pass for one.
        guard let data = try? Data(contentsOf: path), let all = try? JSONDecoder().decode([Vector].self, from: data)
        else { return [] }
        return all
    }()

    static func bytes(_ hex: String) -> [UInt8] {
        var rest = hex[...]
        var bytes: [UInt8] = []
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    private func key(_ hex: String) throws -> KeyPair {
        guard let key = KeyPair(privateBytes: Self.bytes(hex)) else { throw NoiseError.truncated }
        return key
    }

    @Test func `there are vectors of both handshakes`() {
        #expect(Set(Self.vectors.map(\.protocol)) == [HandshakePattern.xxpsk0, .ik].map(\.protocolName).reduce(into: []) { $0.insert($1) })
    }

    @Test(arguments: vectors)
    func `handshake and messages are the independent implementation's`(vector: Vector) throws {
        let pattern: HandshakePattern = vector.protocol.contains("XX") ? .xxpsk0 : .ik
        let prologue = Self.bytes(vector.prologue)
        let psk = vector.psk.map(Self.bytes)
        let known = pattern == .ik ? try key(vector.responderStatic).publicKey : nil
        var initiator = NoiseHandshake(
            pattern, .initiator, prologue: prologue, own: try key(vector.initiatorStatic), other: known, preShared: psk,
            ephemeral: try key(vector.initiatorEphemeral))
        var responder = NoiseHandshake(
            pattern, .responder, prologue: prologue, own: try key(vector.responderStatic), preShared: psk,
            ephemeral: try key(vector.responderEphemeral))
        for (turn, expected) in vector.handshake.enumerated() {
            let expected = Self.bytes(expected)
            if turn % 2 == 0 {
                let message = try initiator.write()
                #expect(message == expected)
                try responder.read(expected)
            } else {
                let message = try responder.write()
                #expect(message == expected)
                try initiator.read(expected)
            }
        }
        let learned = responder.other
        #expect(learned == (try key(vector.initiatorStatic).publicKey))
        var first = try initiator.finish()
        var second = try responder.finish()
        let hashes = [first.handshakeHash, second.handshakeHash]
        #expect(hashes == [Self.bytes(vector.handshakeHash), Self.bytes(vector.handshakeHash)])
        for message in vector.transport {
            let (plaintext, sealed) = (Self.bytes(message.plaintext), Self.bytes(message.sealed))
            if message.from == "initiator" {
                #expect(try first.seal(plaintext) == sealed)
                #expect(try second.open(sealed) == plaintext)
            } else {
                #expect(try second.seal(plaintext) == sealed)
                #expect(try first.open(sealed) == plaintext)
            }
        }
    }
}
