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

    /// The second words of the example lines that begin with this one.
    private static func examples(_ word: String) throws -> [String] {
        try text("/Sources/LockProtocol/LockProtocol.docc/Protocol.md").split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.count == 2 && words[0] == word ? String(words[1]) : nil
        }
    }

    @Test func `the frames are those of the transcript that an independent implementation made`() throws {
        let vectors = try Self.text("/Tests/SecureChannelTests/Vectors/transcripts.json")
        let frames = try Self.examples("phone") + Self.examples("lock")
        #expect(frames.count == 4)
        for frame in frames { #expect(vectors.contains("\"\(frame)\"")) }
    }

    @Test func `the setup code and its key are among those that an independent implementation made`() throws {
        let vectors = try Self.text("/Tests/SecureChannelTests/Vectors/codes.json")
        let words = try Self.examples("code") + Self.examples("psk")
        #expect(words.count == 2)
        for word in words { #expect(vectors.contains("\"\(word)\"")) }
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

    @Test func `the messages are what is generated from lock.proto`() throws {
        let request = WireRequest.with {
            $0.id = 7
            $0.unlock = WireUnlock()
        }
        let answer = WireFromLock.with {
            $0.answer.id = 7
            $0.answer.moved.state = .unlocked
        }
        #expect(try Self.examples("request") == [hexadecimal(try request.serializedBytes())])
        #expect(try Self.examples("answer") == [hexadecimal(try answer.serializedBytes())])
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
