import Glibc

/// How a word is marked where colour is shown. Nothing is said by colour alone.
package enum Mark: Hashable, Sendable {
    case plain
    /// Headings.
    case faint
    case good
    case warning
    case bad
}

/// Colour, or none: on a terminal, unless `NO_COLOR` is set (https://no-color.org) or the terminal is dumb.
package struct Style: Hashable, Sendable {
    package var isColoured: Bool

    package init(isColoured: Bool) { self.isColoured = isColoured }

    package init(descriptor: Int32) {
        isColoured =
            isatty(descriptor) == 1 && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    }

    package func apply(_ mark: Mark, to text: String) -> String {
        guard isColoured else { return text }
        let code: Int
        switch mark {
        case .plain: return text
        case .faint: code = 2
        case .good: code = 32
        case .warning: code = 33
        case .bad: code = 31
        }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

/// A variable of the environment; nil when it is not set.
package func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
