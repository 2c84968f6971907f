import Foundation
import Testing

@testable import SecureChannel

/// What an independent implementation has computed (Vectors/make-vectors.py).
enum Vectors {
    struct Handshake: Decodable, Sendable, CustomTestStringConvertible {
        struct Message: Decodable, Sendable {
            var from: String
            var plaintext: Hex
            var sealed: Hex
        }

        var `protocol`: String
        var prologue: Hex
        var psk: Hex?
        var initiatorStatic: Hex
        var initiatorEphemeral: Hex
        var responderStatic: Hex
        var responderEphemeral: Hex
        var handshake: [Hex]
        var handshakeHash: Hex
        var transport: [Message]
        var secrets: [Hex]
        var pattern: HandshakePattern { psk == nil ? .ik : .xxpsk0 }
        var testDescription: String { "\(`protocol`), prologue of \(prologue.bytes.count) bytes" }
    }

    /// A link from its first byte.
    struct Transcript: Decodable, Sendable, CustomTestStringConvertible {
        struct Frame: Decodable, Sendable {
            var from: String
            var bytes: Hex
            /// Of a message; nil: of the handshake.
            var plaintext: Hex?
        }

        var purpose: UInt8
        var id: Hex?
        var codeSecret: Hex?
        var initiatorStatic: Hex
        var initiatorEphemeral: Hex
        var responderStatic: Hex
        var responderEphemeral: Hex
        var fingerprint: Hex
        var frames: [Frame]
        var testDescription: String { "purpose \(purpose), id \(id?.text ?? "none")" }

        /// The frames of one side.
        func frames(from side: String) -> [Frame] { frames.filter { $0.from == side } }
    }

    struct Codes: Decodable, Sendable {
        struct Code: Decodable, Sendable, CustomTestStringConvertible {
            var kind: UInt8
            var id: Hex
            var secret: Hex
            var fingerprint: Hex
            var text: String
            var psk: Hex
            var testDescription: String { text }
        }

        var right: [Code]
        var newer: [String]
        var malformed: [String]
    }

    struct Tags: Decodable, Sendable {
        struct Tag: Decodable, Sendable, CustomTestStringConvertible {
            var key: Hex
            var right: Hex
            var wrong: Hex
            var testDescription: String { right.text }
        }

        struct Generation: Decodable, Sendable {
            var number: UInt64
            var key: Hex
        }

        var tags: [Tag]
        /// The lock's private key.
        var lock: Hex
        var generations: [Generation]
    }

    static let handshakes: [Handshake] = load("handshakes") ?? []
    static let wiped: [Handshake] = load("wiped") ?? []
    static let transcripts: [Transcript] = load("transcripts") ?? []
    static let codes: Codes = load("codes") ?? Codes(right: [], newer: [], malformed: [])

    static let tags: Tags = load("tags") ?? Tags(tags: [], lock: Hex(""), generations: [])

    // A file that is not there makes no cases, and a test that counts them fails.
    private static func load<Content: Decodable>(_ name: String) -> Content? {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/\(name).json")
        return (try? Data(contentsOf: file)).flatMap { try? JSONDecoder().decode(Content.self, from: $0) }
    }
}
