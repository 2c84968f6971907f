/// One safety notice (a recall, a field action), for some models and versions.
package struct SafetyNotice: Hashable, Sendable {
    /// Of the vendor's choosing: 1 to 32 letters, digits and hyphens.
    package let id: String
    package let models: Set<DeviceModel>
    package let firstVersion: Version
    package let lastVersion: Version
    package let title: String
    package let text: String

    package func concerns(_ model: DeviceModel, _ version: Version) -> Bool {
        models.contains(model) && firstVersion <= version && version <= lastVersion
    }
}

/// Why a list of notices was not taken.
package enum SafetyNoticeError: Error, Hashable, Sendable {
    case tooLong(bytes: Int)
    case notText
    case badSignature
    /// `line` counts from 1.
    case malformed(line: Int, String)
    /// An older list than one that was seen before.
    case rolledBack(counter: UInt64, seen: UInt64)
}

/// The signed list of safety notices: fetched as it is for everybody, filtered here, so that nobody is told which lock asks.
///
/// Text in UTF-8, lines ending in LF. The first line is `mortise-safety-notices 1 COUNTER`, where the counter rises with every list.
/// Each notice is five lines: `notice ID`, `models CODE…` (codes this lock does not know concern others), `versions FIRST LAST`,
/// `title TEXT`, `text TEXT`. An empty line comes before each notice. The signature is over all of the bytes and comes beside them.
package struct SafetyNoticeList: Hashable, Sendable {
    package let counter: UInt64
    package let notices: [SafetyNotice]

    /// Some hundred notices.
    package static let byteLimit = 64 << 10
    package static let noticeLimit = 128
    package static let titleBytes = 128
    package static let textBytes = 2_048

    /// Nothing of the list is looked at before its signature is found right. `seen`: the highest counter so far. The same
    /// again is taken: whoever signs gives each number to one list.
    package init(
        _ bytes: [UInt8], seen: UInt64, isSigned: (_ bytes: [UInt8]) -> Bool
    ) throws(SafetyNoticeError) {
        guard bytes.count <= Self.byteLimit else { throw .tooLong(bytes: bytes.count) }
        guard isSigned(bytes) else { throw .badSignature }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let head = lines[0].split(separator: " ", omittingEmptySubsequences: false)
        guard head.count == 3, head[0] == "mortise-safety-notices", head[1] == "1", let counter = UInt64(head[2]) else {
            throw .malformed(line: 1, "\"mortise-safety-notices 1 COUNTER\" was expected")
        }
        guard counter >= seen else { throw .rolledBack(counter: counter, seen: seen) }
        var reader = NoticeReader(lines: lines)
        var notices: [SafetyNotice] = []
        while let notice = try reader.next() {
            guard notices.count < Self.noticeLimit else {
                throw .malformed(line: reader.line, "more than \(Self.noticeLimit) notices")
            }
            guard !notices.contains(where: { $0.id == notice.id }) else {
                throw .malformed(line: reader.line, "\(notice.id) comes twice")
            }
            notices.append(notice)
        }
        self.counter = counter
        self.notices = notices
    }

    /// Those that concern this lock.
    package func notices(for model: DeviceModel, _ version: Version) -> [SafetyNotice] {
        notices.filter { $0.concerns(model, version) }
    }
}

/// Reads one notice after the other.
private struct NoticeReader {
    let lines: [String]
    /// The line that was read last, from 1.
    var line = 1

    mutating func next() throws(SafetyNoticeError) -> SafetyNotice? {
        // The last line ends the text.
        if line == lines.count || line == lines.count - 1 && lines[line].isEmpty { return nil }
        line += 1
        guard lines[line - 1].isEmpty else { throw .malformed(line: line, "an empty line was expected") }
        let id = try value("notice")
        guard (1...32).contains(id.utf8.count), id.utf8.allSatisfy({ $0 == 0x2d || $0.isLetterOrDigit }) else {
            throw .malformed(line: line, "an id has 1 to 32 letters, digits and hyphens")
        }
        let models = try value("models").split(separator: " ").compactMap { DeviceModel(rawValue: String($0)) }
        let versions = try value("versions").split(separator: " ").compactMap { Version(parsing: $0.utf8) }
        guard versions.count == 2, versions[0] <= versions[1] else {
            throw .malformed(line: line, "two versions were expected, the lower first")
        }
        let title = try value("title", atMost: SafetyNoticeList.titleBytes)
        let text = try value("text", atMost: SafetyNoticeList.textBytes)
        return SafetyNotice(
            id: id, models: Set(models), firstVersion: versions[0], lastVersion: versions[1], title: title, text: text)
    }

    private mutating func value(_ key: String, atMost bytes: Int = 1_024) throws(SafetyNoticeError) -> String {
        guard line < lines.count, lines[line].hasPrefix(key + " ") else {
            throw .malformed(line: line + 1, "\"\(key) …\" was expected")
        }
        line += 1
        let value = String(lines[line - 1].dropFirst(key.count + 1))
        guard !value.isEmpty, value.utf8.count <= bytes,
            !value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw .malformed(line: line, "1 to \(bytes) bytes without control characters were expected") }
        return value
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5a).contains(self) || (0x61...0x7a).contains(self)
    }
}
