import FoundationEssentials
import Glibc
import LockProtocol
import SwiftProtobuf
import Testing

/// The examples of the article "The protocol", against what an independent implementation made and against the messages themselves.
@Suite struct ArticleTests {
    private static let root = String(describing: #filePath).components(before: "/Tests/LockProtocolTests/")

    private static func text(_ path: String) throws -> String {
        let file = try #require(fopen(root + path, "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func article() throws -> String { try text("/Sources/LockProtocol/LockProtocol.docc/Protocol.md") }

    /// The example lines, which have two words, that begin with one of these.
    private static func lines(_ names: String...) throws -> [[String]] {
        try article().split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            return words.count == 2 && names.contains(words[0]) ? words : nil
        }
    }

    /// The second words of the example lines that begin with this one.
    private static func examples(_ word: String) throws -> [String] { try lines(word).map { $0[1] } }

    /// What an independent implementation made for the article.
    private struct Vectors: Decodable {
        struct Link: Decodable {
            struct Frame: Decodable {
                var from: String
                var bytes: String
                var plaintext: String?
            }

            var initiatorStatic: String
            var initiatorEphemeral: String
            var responderStatic: String
            var responderEphemeral: String
            var fingerprint: String
            var frames: [Frame]

            /// What the messages say, in their order.
            var messages: [String] { frames.compactMap(\.plaintext) }
        }

        struct Code: Decodable {
            var secret: String
            var fingerprint: String
            var id: String
            var text: String
            var psk: String
        }

        var session: Link
        var pairing: Link
        var codes: [Code]

        static func load() throws -> Vectors {
            let text = try ArticleTests.text("/Tests/SecureChannelTests/Vectors/article.json")
            return try JSONDecoder().decode(Vectors.self, from: Data(text.utf8))
        }
    }

    @Test func `the frames are those that an independent implementation made, in their order`() throws {
        let vectors = try Vectors.load()
        let links = [vectors.session, vectors.pairing]
        #expect(try Self.lines("phone", "lock") == links.flatMap { $0.frames.map { [$0.from, $0.bytes] } })
        let article = try Self.article()
        for link in links {
            for words in [
                link.initiatorStatic, link.initiatorEphemeral, link.responderStatic, link.responderEphemeral,
                link.fingerprint,
            ] { #expect(article.contains("`\(words)`")) }
        }
    }

    @Test func `the codes and their keys are those that an independent implementation made`() throws {
        let vectors = try Vectors.load()
        #expect(try Self.examples("code") == vectors.codes.map(\.text))
        #expect(try Self.examples("psk") == vectors.codes.map(\.psk))
        let article = try Self.article()
        for code in vectors.codes {
            #expect(article.contains("`\(code.secret)`") && article.contains("`\(code.fingerprint)`"))
            #expect(article.contains("`\(code.id)`"))
        }
    }

    @Test func `the tags are those that an independent implementation made`() throws {
        let vectors = try Self.text("/Tests/SecureChannelTests/Vectors/tags.json")
        let tags = try Self.examples("tag")
        let others = try Self.examples("other")
        #expect(tags.count == 1 && others.count == 1)
        let key = "5c1f0a7be2934d6688d0a1c27f3e9b14"
        #expect(try Self.text("/Sources/LockProtocol/LockProtocol.docc/Protocol.md").contains("`\(key)`"))
        #expect(vectors.contains("\"key\": \"\(key)\""))
        for tag in tags { #expect(vectors.contains("\"right\": \"\(tag)\"")) }
        for other in others { #expect(vectors.contains("\"wrong\": \"\(other)\"")) }
    }

    @Test func `the messages are what is generated from lock.proto, and what the frames hold`() throws {
        let key = WireKey.with {
            $0.id = 1
            $0.terms.role = .owner
            $0.terms.name = "Ada"
        }
        let requests: [(String, WireRequest)] = [
            (
                "hello",
                .with {
                    $0.id = 1
                    $0.hello = WireHello()
                }
            ),
            (
                "unlock",
                .with {
                    $0.id = 2
                    $0.unlock = WireUnlock()
                }
            ),
            (
                "pair",
                .with {
                    $0.id = 3
                    $0.pair.name = "Ada"
                }
            ),
        ]
        let answers: [(String, WireFromLock)] = [
            (
                "welcome",
                .with {
                    $0.answer.id = 1
                    $0.answer.welcome.version = "1.0.0"
                    $0.answer.welcome.board = "reference"
                    $0.answer.welcome.key = key
                    $0.answer.welcome.clock.unixSeconds = 1_795_435_200
                    $0.answer.welcome.clock.isTrusted = true
                    $0.answer.welcome.clock.utcOffsetSeconds = 3_600
                    let notice = WireNotice.with {
                        $0.number = 3
                        $0.kind = .keyAdded
                        $0.key = 2
                        $0.name = "Bob"
                        $0.unixSeconds = 1_795_431_600
                    }
                    $0.answer.welcome.notices = [notice]
                    $0.answer.welcome.tagKey = Data([
                        0x5c, 0x1f, 0x0a, 0x7b, 0xe2, 0x93, 0x4d, 0x66, 0x88, 0xd0, 0xa1, 0xc2, 0x7f, 0x3e, 0x9b, 0x14,
                    ])
                    $0.answer.welcome.run = 0x0123_4567_89ab_cdef
                }
            ),
            (
                "moved",
                .with {
                    $0.answer.id = 2
                    $0.answer.moved.state = .unlocked
                }
            ),
            (
                "key",
                .with {
                    $0.answer.id = 3
                    $0.answer.key = key
                }
            ),
        ]
        var bytes: [String: String] = [:]
        for (name, request) in requests { bytes[name] = hexadecimal(try request.serializedBytes()) }
        for (name, answer) in answers { bytes[name] = hexadecimal(try answer.serializedBytes()) }
        for (name, bytes) in bytes { #expect(try Self.examples(name) == [bytes]) }
        let vectors = try Vectors.load()
        #expect(vectors.session.messages == ["hello", "welcome", "unlock", "moved"].compactMap { bytes[$0] })
        #expect(vectors.pairing.messages == ["pair", "key"].compactMap { bytes[$0] })
    }

    @Test func `a refusal, info and an advertisement are as the tables say`() throws {
        // The length, "refused", the reason, and what it says more exactly.
        #expect(try Self.examples("refusal") == ["0004" + "00" + "04" + "0000", "0004" + "00" + "02" + "001e"])
        // The version, the PSM 0x0080, the least significant byte first, and number 2.
        #expect(try Self.examples("info") == ["01" + "8000" + "02"])
        let flags = "020106"
        let service = "1107" + "b5d6418a3c2f7e9b584c0f5a01009e6d"
        let tag = try #require(try Self.examples("tag").first)
        #expect(try Self.examples("advertisement") == [flags + service + "09ff" + "ffff" + "81" + tag])
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
