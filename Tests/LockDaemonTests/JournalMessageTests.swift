import Glibc
import LockDaemon
import SystemdRuntime
import Testing

@Suite struct JournalMessageTests {
    private static var catalog: String {
        get throws {
            let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
            return String(decoding: try bytes(of: "/\(root)/board/systemd/mortise.catalog"), as: UTF8.self)
        }
    }

    @Test func `the catalogue explains every kind of entry, and no other`() throws {
        let ids = try Self.catalog.split(separator: "\n").filter { $0.hasPrefix("-- ") }.map { String($0.dropFirst(3)) }
        #expect(ids.count == Set(ids).count)
        #expect(Set(ids) == Set(JournalMessages.allCases.map(\.id.description)))
    }

    @Test func `every explanation has a subject, and says what happened and what to do`() throws {
        let text = try Self.catalog
        for kind in JournalMessages.allCases {
            let parts = text.components(after: "-- \(kind.id)\n")
            let entry = try #require(parts, "\(kind)")
            #expect(entry.hasPrefix("Subject: "), "\(kind)")
            #expect(entry.contains("\nDefined-By: mortise\n\n"), "\(kind)")
            let words = entry.contains("What to do: ") || entry.contains("Nothing needs to be done") || kind == .started
            #expect(words || kind == .stopped || kind == .alarm, "\(kind)")
            #expect(text.contains("# \(kind.rawValue)\n-- \(kind.id)"), "\(kind)")
        }
    }

    @Test func `no two kinds share an id`() {
        #expect(Set(JournalMessages.allCases.map(\.id)).count == JournalMessages.allCases.count)
    }
}

extension String {
    /// What follows a line, up to the next entry.
    fileprivate func components(after line: String) -> String? {
        let lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let start = lines.firstIndex(of: line.filter { $0 != "\n" }) else { return nil }
        return lines[(start + 1)...].prefix { !$0.hasPrefix("-- ") }.joined(separator: "\n")
    }
}
