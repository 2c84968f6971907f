/// A version as three small numbers. Whatever else a version says (a build host, a date, a word) is not kept.
package struct Version: Hashable, Comparable, Sendable {
    package let major: UInt16
    package let minor: UInt16
    package let patch: UInt16

    /// Each at most 9999, so that every version can be read back.
    package init?(major: Int, minor: Int, patch: Int) {
        let allowed = 0...9_999
        guard allowed.contains(major), allowed.contains(minor), allowed.contains(patch) else { return nil }
        self.major = UInt16(major)
        self.minor = UInt16(minor)
        self.patch = UInt16(patch)
    }

    /// What may follow the numbers and is left out: a pre-release, a build, a Debian revision or a word.
    private static let tailMarks = Set("-+~_ ".utf8)
    /// No version is longer; what is, is something else.
    package static let textLimit = 64

    /// One to three numbers, and no more than they: "13" is 13.0.0, "6.12.47+rpt-rpi-v8" is 6.12.47. A fourth number, a letter that
    /// touches a number, or a number of more than four digits make it something other than a version: nil.
    package init?(parsing text: some Collection<UInt8>) {
        guard text.count <= Self.textLimit else { return nil }
        let numbers = text.prefix { !Self.tailMarks.contains($0) }
        let parts = numbers.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let values = parts.compactMap { Digits.value(of: $0) }
        guard (1...3).contains(parts.count), values.count == parts.count else { return nil }
        self.init(
            major: values[0], minor: values.count > 1 ? values[1] : 0, patch: values.count > 2 ? values[2] : 0)
    }

    package static func < (left: Version, right: Version) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    /// `major.minor.patch`.
    package var text: String { "\(major).\(minor).\(patch)" }
}

extension Version {
    /// No os-release is longer; what is, is something else.
    package static let osReleaseLimit = 16_384

    /// `VERSION_ID` of an os-release file (os-release(5)): the last assignment counts, quotes and comments are understood, and no other
    /// line is looked at: `PRETTY_NAME`, `BUILD_ID` and the rest may hold anything.
    package init?(osRelease file: some Collection<UInt8>) {
        guard file.count <= Self.osReleaseLimit else { return nil }
        let key = Array("VERSION_ID=".utf8)
        let lines = file.split(separator: UInt8(ascii: "\n")).map { $0.trimmed }
        guard let line = lines.last(where: { $0.starts(with: key) }) else { return nil }
        self.init(parsing: line.dropFirst(key.count).unquoted)
    }
}

extension Collection<UInt8> {
    /// Without blanks, tabs and carriage returns around it.
    fileprivate var trimmed: ArraySlice<UInt8> {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0d]
        var rest = Array(self)[...]
        while let first = rest.first, blanks.contains(first) { rest.removeFirst() }
        while let last = rest.last, blanks.contains(last) { rest.removeLast() }
        return rest
    }

    /// Without one pair of quotes.
    fileprivate var unquoted: ArraySlice<UInt8> {
        let text = Array(self)
        for quote in "\"'".utf8 where text.count >= 2 && text.first == quote && text.last == quote {
            return text[1..<(text.count - 1)]
        }
        return text[...]
    }
}
