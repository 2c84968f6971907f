/// Text of a file made fit for a message: in double quotes, on one line, of bounded length, with nothing that a
/// terminal would obey.
enum Quoting {
    /// Enough to recognise the text by; the file has the rest.
    static let maximumScalars = 60

    static func quote(_ text: String) -> String {
        var quoted = "\""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < maximumScalars else {
                quoted += "…"
                break
            }
            count += 1
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case " ": quoted += " "
            default:
                if isPrintable(scalar) {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    quoted += "\\u{\(String(scalar.value, radix: 16))}"
                }
            }
        }
        return quoted + "\""
    }

    /// Whether the scalar shows as something of its own: no control, no format character (which could reverse the
    /// line), no space that looks like another.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: false
        case .lineSeparator, .paragraphSeparator, .spaceSeparator: scalar == " "
        default: true
        }
    }

    /// "a", "a or b", "a, b or c".
    static func choice(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}
