import Glibc
import Testing

@testable import TelemetryPolicy

@Suite("The data dictionary")
struct DictionaryTests {
    private static let article = "Sources/TelemetryPolicy/TelemetryPolicy.docc/Dictionary.md"
    private static let begin = "<!-- reference: begin -->\n"
    private static let end = "<!-- reference: end -->\n"

    /// Set `MORTISE_RECORD=1` to write the reference anew.
    @Test("is what the registry says")
    func current() throws {
        let path = Self.path
        let text = try Self.read(path)
        let head = try #require(Self.cut(text, at: Self.begin), "the article has lost its first marker")
        let tail = try #require(Self.cut(head.after, at: Self.end), "the article has lost its last marker")
        let expected = "\n" + DataDictionary.markdown() + "\n"
        if unsafe getenv("MORTISE_RECORD") != nil {
            try Self.write(head.before + Self.begin + expected + Self.end + tail.after, to: path)
        } else {
            #expect(
                tail.before == expected,
                "\(Self.article) is not current: MORTISE_RECORD=1 swift test --filter TelemetryPolicyTests.DictionaryTests"
            )
        }
    }

    @Test("names every item, code and field")
    func complete() {
        for text in [DataDictionary.markdown(), DataDictionary.text()] {
            for entry in Registry.entries {
                for part in [entry.title, entry.recorded, entry.precision, entry.reason, entry.source] {
                    #expect(text.contains(part))
                }
            }
            for never in NeverRecorded.all { #expect(text.contains(never.what)) }
        }
        for failure in ServiceFailure.allCases { #expect(DataDictionary.markdown().contains("`\(failure.rawValue)`")) }
        for model in DeviceModel.allCases { #expect(DataDictionary.markdown().contains("`\(model.rawValue)`")) }
        for field in RowField.allCases { #expect(DataDictionary.markdown().contains("`\(field.rawValue)`")) }
    }

    private static var path: String {
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/") + "/"
            + article
    }

    private static func cut(_ text: String, at marker: String) -> (before: String, after: String)? {
        let (text, marker) = (Array(text.utf8), Array(marker.utf8))
        guard text.count >= marker.count,
            let start = (0...(text.count - marker.count)).first(where: { text[$0...].starts(with: marker) })
        else { return nil }
        return (
            String(decoding: text[..<start], as: UTF8.self),
            String(decoding: text[(start + marker.count)...], as: UTF8.self)
        )
    }

    private static func read(_ path: String) throws -> String {
        let file = try #require(unsafe fopen(path, "r"), "cannot read \(path)")
        defer { unsafe fclose(file) }
        var text: [UInt8] = []
        while case let byte = unsafe fgetc(file), byte != EOF { text.append(UInt8(byte)) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func write(_ text: String, to path: String) throws {
        let file = try #require(unsafe fopen(path, "w"), "cannot write \(path)")
        let bytes = Array(text.utf8)
        #expect(unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count)
        #expect(unsafe fclose(file) == 0)
    }
}
