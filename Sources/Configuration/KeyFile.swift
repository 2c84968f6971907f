/// A key file in the style of systemd, BlueZ and rauc, with the position of everything in it.
///
/// ```
/// # A comment has a line of its own; so has one that begins with a semicolon.
/// [Section]
/// key=value
/// ```
/// UTF-8; lines end in LF or CRLF; blanks around section names, keys and values do not count. There is no quoting, no
/// escaping, no line continuation and no comment behind a value. A section and a key in it may be given once.
package struct KeyFile: Hashable, Sendable {
    /// One `key=value`.
    package struct Entry: Hashable, Sendable {
        /// Letters, digits, `-` and `_`.
        package var key: String
        /// As written, without the blanks around it; may be empty.
        package var value: String
        /// Of the key.
        package var position: FilePosition
        /// Of the value's first character.
        package var valuePosition: FilePosition
    }

    /// One `[Section]` and what stands in it.
    package struct Section: Hashable, Sendable {
        /// Without the brackets.
        package var name: String
        /// Of the opening bracket.
        package var position: FilePosition
        /// In the order of the file, those of a section given twice included; of a key given twice the first.
        package var entries: [Entry] = []
    }

    /// In the order of the file.
    package internal(set) var sections: [Section] = []
    /// The number of lines, at least 1.
    package internal(set) var lineCount = 1
    /// Whether a section header could not be read, so that a section may seem missing that is there.
    package internal(set) var hasUnreadableHeader = false

    /// Far above any profile; keeps a wrong path (a disk image, /dev/zero) from being read into memory.
    package static let maximumBytes = 64 * 1024
    /// Far above any line of a profile; a longer one is another kind of file.
    package static let maximumLineBytes = 1024

    /// Reads a key file. Total: every sequence of bytes gives a key file of what could be read and the problems of
    /// what could not.
    ///
    /// - Parameters:
    ///   - bytes: the content, at most ``maximumBytes``.
    ///   - file: its name for messages.
    package static func parse(_ bytes: [UInt8], file: String) -> (keyFile: KeyFile, problems: ProblemList) {
        var parser = KeyFileParser(file: file)
        parser.read(bytes)
        return (parser.keyFile, parser.problems)
    }
}
