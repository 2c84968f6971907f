/// Rows of plain text with aligned columns, two spaces apart and without trailing blanks.
package struct Table: Hashable, Sendable {
    package enum Alignment: Hashable, Sendable {
        case left
        case right
    }

    /// One cell, and how it is marked on a terminal.
    package struct Cell: Hashable, Sendable {
        package var text: String
        package var mark: Mark

        package init(_ text: String, _ mark: Mark = .plain) {
            self.text = printable(text)
            self.mark = mark
        }
    }

    private let alignments: [Alignment]
    private var rows: [[Cell]] = []

    /// Columns beyond the given alignments are left-aligned.
    package init(_ alignments: [Alignment] = []) { self.alignments = alignments }

    package mutating func add(_ row: [Cell]) { rows.append(row) }

    package func render(_ style: Style) -> String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.text.count)
            }
        }
        return rows.map { line($0, widths, style) }.joined(separator: "\n")
    }

    private func line(_ row: [Cell], _ widths: [Int], _ style: Style) -> String {
        // Empty cells at the end would only leave blanks behind.
        let used = row.lastIndex { !$0.text.isEmpty }.map { $0 + 1 } ?? 0
        var result = ""
        for (column, cell) in row.prefix(used).enumerated() {
            if column > 0 { result += "  " }
            let padding = String(repeating: " ", count: widths[column] - cell.text.count)
            let text = style.apply(cell.mark, to: cell.text)
            if column < alignments.count, alignments[column] == .right {
                result += padding + text
            } else {
                result += column == used - 1 ? text : text + padding
            }
        }
        return result
    }
}
