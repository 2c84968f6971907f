package import ArgumentParser

/// Which entries of the audit log are asked for.
package struct LogRange: ParsableArguments {
    // Unconditional: -5 is a number that is out of range, and no option.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Show entries after this number, oldest first.", valueName: "number"))
    package var since: Int64?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Show at most this many entries, 1 to 10000.", valueName: "count"))
    package var limit = 50

    /// The log itself keeps no more.
    package static let longest = 10_000

    package init() {}

    package func validate() throws {
        guard (1...Self.longest).contains(limit) else {
            throw ValidationError("--limit is \(limit), outside 1 to \(Self.longest).")
        }
        if let since, since < 0 { throw ValidationError("--since is \(since); entries are numbered from 1.") }
    }

    /// Where to begin in a log that holds these: without a number, so that the newest entries are shown.
    package func cursor(first: Int64, last: Int64) -> LogCursor {
        LogCursor(after: since ?? max(first - 1, last - Int64(limit), 0))
    }
}
