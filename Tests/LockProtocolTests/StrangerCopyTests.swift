import Glibc
import SwiftProtobuf
import Testing

/// The independent client of Tests/HIL/stranger has lock.proto, and what was generated of it, in copies of its own. A lock and a client that
/// were written from different papers agree for as long as nobody uses what has changed.
@Suite struct StrangerCopyTests {
    private static let root = String(describing: #filePath).components(before: "/Tests/LockProtocolTests/")
    private static let stranger = "/Tests/HIL/stranger"
    private static let advice: Comment = "make it anew as Tests/HIL/stranger/README.md says"

    private static func text(_ path: String) throws -> String {
        let file = try #require(fopen(root + path, "r"), "\(path)")
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func proto() throws -> String { try text("/Sources/LockProtocol/lock.proto") }

    @Test func `its lock.proto is the lock's`() throws {
        #expect(try Self.text(Self.stranger + "/proto/lock.proto") == Self.proto(), Self.advice)
    }

    @Test func `what it has generated says what lock.proto says`() throws {
        let python = try Self.text(Self.stranger + "/stranger_lock/lock_pb2.py")
        let file = try Google_Protobuf_FileDescriptorProto(serializedBytes: try Self.descriptor(in: python))
        var generated: Set<String> = []
        for message in file.messageType {
            for field in message.field {
                let type = field.typeName.split(separator: ".").last.map(String.init) ?? "\(field.type)"
                generated.insert("\(message.name).\(field.name) = \(field.number), \(type)")
            }
        }
        for group in file.enumType {
            for value in group.value { generated.insert("\(group.name).\(value.name) = \(value.number)") }
        }
        let declared = Self.declarations(try Self.proto())
        #expect(declared.count > 250, "lock.proto was not read")
        #expect(generated.subtracting(declared).isEmpty && declared.subtracting(generated).isEmpty, Self.advice)
    }

    @Test func `its type hints know every value`() throws {
        let hints = try Self.text(Self.stranger + "/stranger_lock/lock_pb2.pyi")
        let values = Self.declarations(try Self.proto()).compactMap { line -> String? in
            guard !line.contains(","), let name = line.split(separator: " ").first?.split(separator: ".").last else {
                return nil
            }
            return String(name)
        }
        #expect(values.count > 100)
        for value in values { #expect(hints.contains("    \(value): _ClassVar["), Self.advice) }
    }

    // MARK: lock.proto

    /// "Message.field = number, type" and "Enum.VALUE = number". Of the language as much as lock.proto uses.
    private static func declarations(_ text: String) -> Set<String> {
        var found: Set<String> = []
        var blocks: [(kind: String, name: String)] = []
        var statement: [String] = []
        for token in tokens(text) {
            switch token {
            case "{":
                blocks.append((statement.first ?? "", statement.dropFirst().first ?? ""))
                statement = []
            case "}":
                _ = blocks.popLast()
                statement = []
            case ";":
                let owner = blocks.last { $0.kind != "oneof" }
                let words = statement.filter { $0 != "optional" && $0 != "repeated" }
                if owner?.kind == "message", words.count == 4 {
                    found.insert("\(owner?.name ?? "").\(words[1]) = \(words[3]), \(words[0])")
                } else if owner?.kind == "enum", words.count == 3 {
                    found.insert("\(owner?.name ?? "").\(words[0]) = \(words[2])")
                }
                statement = []
            default: statement.append(token)
            }
        }
        return found
    }

    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        for line in text.split(separator: "\n") {
            var word = ""
            var previous: Character?
            for character in line {
                if character == "/", previous == "/" {
                    word.removeLast()
                    break
                }
                previous = character
                switch character {
                case "{", "}", ";", "=":
                    if !word.isEmpty { tokens.append(word) }
                    tokens.append(String(character))
                    word = ""
                case " ", "\t":
                    if !word.isEmpty { tokens.append(word) }
                    word = ""
                default: word.append(character)
                }
            }
            if !word.isEmpty { tokens.append(word) }
        }
        return tokens
    }

    // MARK: lock_pb2.py

    /// The bytes between `AddSerializedFile(b'` and `')`, of a Python literal.
    private static func descriptor(in python: String) throws -> [UInt8] {
        let opening = Array("AddSerializedFile(b'".utf8)
        let text = Array(python.utf8)
        let start = try #require(
            text.indices.first { text[$0...].starts(with: opening) }, "lock_pb2.py has no descriptor")
        var rest = text[(start + opening.count)...]
        var bytes: [UInt8] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "'") {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            let next = rest.popFirst()
            let escape = try #require(next)
            switch escape {
            case UInt8(ascii: "n"): bytes.append(10)
            case UInt8(ascii: "r"): bytes.append(13)
            case UInt8(ascii: "t"): bytes.append(9)
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                bytes.append(try #require(UInt8(digits, radix: 16)))
                rest = rest.dropFirst(2)
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                let more = rest.prefix(2).prefix { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
                let digits = String(decoding: [escape] + more, as: UTF8.self)
                bytes.append(try #require(UInt8(digits, radix: 8)))
                rest = rest.dropFirst(more.count)
            default: bytes.append(escape)
            }
        }
        return bytes
    }
}
