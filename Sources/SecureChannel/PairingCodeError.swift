/// What is wrong with a pairing code, for the person who typed it.
package enum PairingCodeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A character that no code has, and which one of the text it is, from 1.
    case character(Character, position: Int)
    /// Too few or too many characters. Without prefix, spaces and hyphens.
    case length(Int, expected: Int)
    /// All characters are possible, and together they are wrong.
    case mistyped
    /// A right code, of a version that is not known here.
    case newerVersion(UInt8)
    /// A right code that makes no sense: whoever made it has made a mistake.
    case malformed

    package var description: String {
        switch self {
        case .character(let character, let position):
            "The code has \u{201C}\(character)\u{201D} at position \(position); it consists of the letters A to Z and the digits 2 to 7."
        case .length(let count, let expected):
            "The code has \(count) characters instead of \(expected)\(count < expected ? "; its end is missing" : "")."
        case .mistyped: "The code is mistyped: its characters do not match its check. Compare it letter by letter."
        case .newerVersion(let version):
            "The code is of version \(version), and this program knows version \(PairingCode.version). Update it."
        case .malformed: "The code is right in itself, but no lock makes such a code. Have a new one made."
        }
    }
}
