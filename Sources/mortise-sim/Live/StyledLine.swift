/// One row of the screen: text with colours, whose width is known.
struct StyledLine: Hashable, Sendable {
    /// How text looks; the numbers are those of ECMA-48 (SGR) and of the 256-colour palette.
    enum Style: String, Hashable, Sendable {
        case plain = "0"
        case faint = "38;5;245"
        case bold = "1"
        case title = "1;38;5;255"
        case green = "38;5;78"
        case blue = "38;5;75"
        case yellow = "38;5;221"
        case red = "38;5;203"
        case metal = "38;5;252"
        case key = "1;38;5;117"
        case onGreen = "1;38;5;232;48;5;78"
        case onBlue = "1;38;5;232;48;5;75"
        case onYellow = "1;38;5;232;48;5;221"
        case onRed = "1;38;5;232;48;5;203"
        case onGrey = "1;38;5;232;48;5;250"
    }

    private(set) var text = ""
    /// Columns; every character here is one wide.
    private(set) var width = 0

    mutating func add(_ content: some StringProtocol, _ style: Style = .plain) {
        guard !content.isEmpty else { return }
        width += content.count
        text += style == .plain ? String(content) : "\u{1B}[\(style.rawValue)m\(content)\u{1B}[0m"
    }

    /// Spaces up to a column, from 0.
    mutating func move(to column: Int) {
        if column > width { add(String(repeating: " ", count: column - width)) }
    }
}
