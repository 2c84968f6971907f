import ArgumentParser
import CommandSupport
import LockProtocol

struct PhoneLog: PhoneCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Show the audit log: who, what, when and with what outcome.",
        discussion:
            "For owners and administrators. Shows the newest entries, oldest first; with --since those after a number.")

    @OptionGroup var range: LogRange
    @OptionGroup var options: PhoneOptions

    /// The protocol's own bound on one answer.
    private static let longestPage = 500

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        let newest = try page(talk, 0, 1)
        var cursor = range.cursor(first: newest.first, last: newest.last)
        var items: [LogCursor.Item] = []
        var left = range.limit
        while left > 0 {
            let page = try page(talk, cursor.position, min(left, Self.longestPage))
            items += cursor.take(page)
            left -= page.entries.count
            if page.entries.isEmpty || cursor.position >= page.last { break }
        }
        if options.json {
            for item in items { console.print(item.json) }
        } else if items.isEmpty {
            console.note(cursor.position == 0 ? "The log is empty." : "No entry after \(cursor.position).")
        } else {
            console.print(LogTable.render(items, withHeader: true, style: console.style))
        }
    }

    private func page(_ talk: PhoneTalk, _ since: Int64, _ limit: Int) throws(PhoneFailure) -> LogPage {
        var request = WireReadLog()
        request.since = UInt64(clamping: since)
        request.limit = UInt32(clamping: limit)
        guard case .log(let log) = try talk.ask(.readLog(request)) else { throw .unexpected("show its log") }
        return LogPage(
            first: Int64(clamping: log.first), last: Int64(clamping: log.last),
            entries: log.entries.map { LogEntry($0) })
    }
}
