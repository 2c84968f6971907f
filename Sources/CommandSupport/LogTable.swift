/// The audit log for people.
package enum LogTable {
    package static func render(_ items: [LogCursor.Item], withHeader: Bool, style: Style) -> String {
        var table = Table([.right])
        if withHeader {
            table.add(["Number", "Time", "Action", "By", "Outcome"].map { Table.Cell($0, .faint) })
        }
        // A gap is a line across the columns; the columns stay the same for the whole table.
        var gaps: [(row: Int, text: String)] = []
        var rows = withHeader ? 1 : 0
        for item in items {
            switch item {
            case .pruned(let count):
                let text = count == 1 ? "(1 entry is gone: pruned)" : "(\(count) entries are gone: pruned)"
                gaps.append((rows, style.apply(.warning, to: text)))
            case .begunAnew:
                let text = "(the log was damaged and has been set aside: numbers begin again)"
                gaps.append((rows, style.apply(.warning, to: text)))
            case .entry(let entry):
                table.add(row(entry))
                rows += 1
            }
        }
        var lines = table.render(style).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for gap in gaps.reversed() { lines.insert(gap.text, at: min(gap.row, lines.count)) }
        return lines.joined(separator: "\n")
    }

    private static func row(_ entry: LogEntry) -> [Table.Cell] {
        let (words, mark) = outcome(entry)
        return [
            .init(String(entry.sequence)), .init(time(entry)), .init(action(entry)),
            .init(Words.origin(entry.origin)), .init(words, mark),
        ]
    }

    private static func action(_ entry: LogEntry) -> String {
        let words = Words.action(entry.action)
        return entry.subject == 0 ? words : "\(words): key \(entry.subject)"
    }

    /// Local civil time; with a ~ when nobody vouched for it; without any clock, the boot and the time since.
    package static func time(_ entry: LogEntry) -> String {
        guard entry.action != LogEntry.erased else { return "" }
        guard entry.unixSeconds >= 0, let civil = TimeText.civil(unixSeconds: entry.unixSeconds) else {
            return "\(entry.bootID.prefix(8)) \(TimeText.sinceBoot(nanoseconds: entry.bootNanoseconds))"
        }
        return entry.isTrusted ? civil : "~\(civil)"
    }

    /// Whether the state says what came of it; of a key or a setting it would say where the bolt happened to be.
    private static func isOfTheBolt(_ action: String) -> Bool {
        ["boot", "lock", "unlock", "calibrate", "movedByHand", "fault", "faultCleared"].contains(action)
    }

    private static func outcome(_ entry: LogEntry) -> (String, Mark) {
        var words: String
        var mark: Mark = .plain
        switch entry.outcome {
        case "done": words = entry.state.isEmpty || !isOfTheBolt(entry.action) ? "done" : entry.state
        case "already": words = "already \(entry.state)"
        case "refused":
            words = "refused: \(entry.code)"
            mark = .warning
        case "failed":
            words = "failed: \(entry.code)"
            mark = .bad
        default: words = [entry.outcome, entry.state, entry.code].filter { !$0.isEmpty }.joined(separator: ": ")
        }
        if !entry.warning.isEmpty {
            words += " (warning: \(entry.warning))"
            mark = .warning
        }
        return (words, mark)
    }
}
