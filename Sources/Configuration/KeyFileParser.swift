/// Reads the lines of a key file one after the other.
struct KeyFileParser {
    let file: String
    private(set) var keyFile = KeyFile()
    private(set) var problems = ProblemList()

    /// Where the next key belongs.
    private enum Place {
        case beforeAnySection
        case section(Int)
        /// Under a header that could not be read: its keys are skipped, since they would only repeat that problem.
        case unreadable
    }

    private var place = Place.beforeAnySection
    /// The line each section and each key was first given in. The key is "section", or "section\nkey": neither can
    /// hold a line feed.
    private var firstLines: [String: Int] = [:]
    private var sectionIndices: [String: Int] = [:]

    init(file: String) { self.file = file }

    mutating func read(_ bytes: [UInt8]) {
        guard bytes.count <= KeyFile.maximumBytes else {
            keyFile.hasUnreadableHeader = true
            complain(
                FilePosition(line: 1), "the file has \(bytes.count) bytes", "at most \(KeyFile.maximumBytes) bytes")
            return
        }
        // Editors on other systems put a byte order mark in front of UTF-8.
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let isLast = index == lines.count - 1
            if isLast, line.isEmpty, index > 0 { break }
            keyFile.lineCount = index + 1
            readLine(line.last == UInt8(ascii: "\r") ? line.dropLast() : line, number: index + 1)
        }
    }

    private mutating func readLine(_ bytes: ArraySlice<UInt8>, number: Int) {
        guard bytes.count <= KeyFile.maximumLineBytes else {
            loseHeader(bytes)
            complain(
                FilePosition(line: number), "the line has \(bytes.count) bytes",
                "at most \(KeyFile.maximumLineBytes) bytes")
            return
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            loseHeader(bytes)
            let (column, byte) = Self.firstInvalid(bytes)
            complain(
                FilePosition(line: number, column: column),
                "column \(column) is not UTF-8: byte 0x\(String(byte, radix: 16, uppercase: true))", "UTF-8 text")
            return
        }
        let scalars = Array(text.unicodeScalars)
        if let index = scalars.firstIndex(where: { $0 != "\t" && $0.properties.generalCategory == .control }) {
            loseHeader(bytes)
            complain(
                FilePosition(line: number, column: index + 1),
                "column \(index + 1) is a control character: U+\(Self.hex(scalars[index]))", "text and tabs")
            return
        }
        guard let start = scalars.firstIndex(where: { !Self.isBlank($0) }) else { return }
        let end = (scalars.lastIndex { !Self.isBlank($0) } ?? start) + 1
        let position = FilePosition(line: number, column: start + 1)
        let trimmed = scalars[start..<end]
        switch scalars[start] {
        case "#", ";": return
        case "[": readHeader(trimmed, at: position)
        default: readEntry(trimmed, at: position)
        }
    }

    private mutating func readHeader(_ line: ArraySlice<Unicode.Scalar>, at position: FilePosition) {
        let inside = Self.trim(line.dropFirst().dropLast())
        // Names are printed as they are, so they hold nothing that a terminal would obey.
        let isName = !inside.isEmpty && inside.allSatisfy { $0 != "[" && $0 != "]" && Quoting.isPrintable($0) }
        guard line.count > 1, line.last == "]", isName else {
            keyFile.hasUnreadableHeader = true
            place = .unreadable
            complain(
                position, "\(Quoting.quote(Self.string(line))) is not a section header", "[Section] on its own line")
            return
        }
        let name = Self.string(inside)
        if let index = sectionIndices[name], let first = firstLines[name] {
            // Its keys are still checked, as if they stood in the first.
            place = .section(index)
            problems.append(
                ConfigurationProblem(
                    file: file, position: position, section: name,
                    message: "the section is given twice, first in line \(first)", allowed: "once"))
            return
        }
        firstLines[name] = position.line
        sectionIndices[name] = keyFile.sections.count
        place = .section(keyFile.sections.count)
        keyFile.sections.append(KeyFile.Section(name: name, position: position))
    }

    private mutating func readEntry(_ line: ArraySlice<Unicode.Scalar>, at position: FilePosition) {
        let whole = Quoting.quote(Self.string(line))
        guard let equals = line.firstIndex(of: "=") else {
            complain(position, "\(whole) is not a setting", "key=value, [Section], or a comment after # or ;")
            return
        }
        let keyScalars = Self.trim(line[..<equals])
        guard !keyScalars.isEmpty, keyScalars.allSatisfy(Self.isKeyScalar) else {
            complain(position, "\(whole) has no proper key before the =", "letters, digits, - and _")
            return
        }
        let key = Self.string(keyScalars)
        let valueScalars = Self.trim(line[(equals + 1)...])
        if valueScalars.last == "\\" {
            complain(
                position, key: key,
                "\(Quoting.quote(Self.string(valueScalars))) ends in a backslash, and lines are not continued",
                "the whole value on one line")
            return
        }
        switch place {
        case .unreadable: return
        case .beforeAnySection:
            complain(position, "\(whole) stands before any section", "keys below a [Section]")
        case .section(let index):
            let name = keyFile.sections[index].name
            if let first = firstLines["\(name)\n\(key)"] {
                complain(position, key: key, "the key is given twice, first in line \(first)", "once")
                return
            }
            firstLines["\(name)\n\(key)"] = position.line
            // `line` begins at the key, so its indices count from the key's column.
            let column = position.column + (valueScalars.startIndex - line.startIndex)
            keyFile.sections[index].entries.append(
                KeyFile.Entry(
                    key: key, value: Self.string(valueScalars), position: position,
                    valuePosition: FilePosition(line: position.line, column: column)))
        }
    }

    /// A line that could not be decoded may have been a header.
    private mutating func loseHeader(_ bytes: ArraySlice<UInt8>) {
        let first = bytes.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        guard first == UInt8(ascii: "[") else { return }
        keyFile.hasUnreadableHeader = true
        place = .unreadable
    }

    private mutating func complain(
        _ position: FilePosition, key: String? = nil, _ message: String, _ allowed: String
    ) {
        var section: String?
        if case .section(let index) = place { section = keyFile.sections[index].name }
        problems.append(
            ConfigurationProblem(
                file: file, position: position, section: section, key: key, message: message, allowed: allowed))
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    private static func isKeyScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }

    private static func trim(_ scalars: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        guard let first = scalars.firstIndex(where: { !isBlank($0) }) else { return scalars.prefix(0) }
        let last = scalars.lastIndex { !isBlank($0) } ?? first
        return scalars[first...last]
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    private static func hex(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// The column and the byte at which a line stops being UTF-8.
    private static func firstInvalid(_ bytes: ArraySlice<UInt8>) -> (column: Int, byte: UInt8) {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var column = 1
        var offset = bytes.startIndex
        while case .valid(let scalar) = parser.parseScalar(from: &iterator) {
            column += 1
            offset += scalar.count
        }
        return (column, offset < bytes.endIndex ? bytes[offset] : 0)
    }
}
