/// What is on the terminal, so that only rows that have changed are written.
struct Screen {
    private var shown: [StyledLine] = []

    /// Everything has to be written again, for one because the window has another size.
    mutating func forget() { shown = [] }

    /// What turns what is shown into these rows.
    mutating func update(to lines: [StyledLine]) -> String {
        var text = shown.isEmpty ? "\u{1B}[2J" : ""
        for (index, line) in lines.enumerated() where index >= shown.count || shown[index] != line {
            text += "\u{1B}[\(index + 1);1H\(line.text)\u{1B}[K"
        }
        for index in lines.count..<max(lines.count, shown.count) { text += "\u{1B}[\(index + 1);1H\u{1B}[K" }
        shown = lines
        return text
    }
}
