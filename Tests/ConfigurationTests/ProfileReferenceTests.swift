import Glibc
import Testing

@testable import Configuration

/// Where the repository is.
enum Repository {
    static func path(_ relative: String, file: String = #filePath) -> String {
        // Tests/ConfigurationTests/<this file>
        file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/") + "/" + relative
    }
}

@Suite("The reference documentation of board profiles")
struct ProfileReferenceTests {
    private static let article = "Sources/Configuration/Configuration.docc/BoardProfiles.md"
    private static let begin = "<!-- reference: begin -->\n"
    private static let end = "<!-- reference: end -->\n"

    /// Set `MORTISE_RECORD=1` to write the reference anew.
    @Test("the article holds what the schema says")
    func current() throws {
        let path = Repository.path(Self.article)
        let text = String(decoding: try readFile(path: path), as: UTF8.self)
        let expected = "\n" + ProfileReference.markdown() + "\n"
        let head = try #require(text.split(on: Self.begin), "the article has lost its first marker")
        let tail = try #require(head.after.split(on: Self.end), "the article has lost its last marker")
        if unsafe getenv("MORTISE_RECORD") != nil {
            try write(head.before + Self.begin + expected + Self.end + tail.after, to: path)
        } else {
            #expect(
                tail.before == expected,
                "\(Self.article) is not current: MORTISE_RECORD=1 swift test --filter ConfigurationTests.ProfileReferenceTests"
            )
        }
    }

    @Test("the reference names every key, range and default")
    func complete() {
        let text = ProfileReference.markdown()
        for key in ProfileSchema.keys {
            #expect(text.contains("| `\(key.name)` |"))
            #expect(text.contains("| \(key.allowed) |"))
        }
        for rule in ProfileRule.all { #expect(text.contains("`\(rule.statement)`")) }
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(unsafe fopen(path, "w"), "cannot write \(path)")
        let bytes = Array(text.utf8)
        #expect(unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count)
        #expect(unsafe fclose(file) == 0)
    }
}

extension String {
    /// The text before and after the first occurrence of a marker.
    fileprivate func split(on marker: String) -> (before: String, after: String)? {
        let (text, marker) = (Array(utf8), Array(marker.utf8))
        guard text.count >= marker.count else { return nil }
        for start in 0...(text.count - marker.count) where text[start..<(start + marker.count)].elementsEqual(marker) {
            return (
                String(decoding: text[..<start], as: UTF8.self),
                String(decoding: text[(start + marker.count)...], as: UTF8.self)
            )
        }
        return nil
    }
}
