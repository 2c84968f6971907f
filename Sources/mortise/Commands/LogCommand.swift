import ArgumentParser
import CommandSupport

struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show the audit log, verify it, and erase what it says.",
        discussion: "Without a word more it is shown.",
        subcommands: [ShowLog.self, VerifyLog.self, EraseLog.self], defaultSubcommand: ShowLog.self)
}

struct ShowLog: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the audit log: who, what, when and with what outcome.",
        discussion: """
            Shows the newest entries, oldest first; with --since those after a number.
            Entries are numbered densely. The log is bounded, and entries that were asked
            for and have been pruned are counted. Of an entry that was erased the number is
            left, and its action is erased.

            JSON:
              event            entry; or pruned with only count: entries that are gone; or
                               begunAnew with nothing else: the log was damaged and set
                               aside, and numbers begin again.
              sequence         The entry's number.
              bootId           Which boot it happened in.
              bootNanoseconds  Since that boot, on CLOCK_BOOTTIME.
              unixSeconds      Seconds since 1970, or null.
              trusted          Whether somebody vouched for unixSeconds.
              action           What was asked for or noticed; or erased, and the rest says
                               nothing.
              origin           inside-button, local:UID, key:N, auto-relock, recovery,
                               device, or strangers:ATTEMPTS.
              outcome          done, already, refused or failed.
              state            Where the bolt was then, as mortise status has it, with
                               the fault code of jammed and fault (jammed:blocked); or
                               null.
              code             The fault code of refused and failed, or null.
              warning          A fault code: what did not work besides, or null.
              subject          The number of the key that it is about, or null.
            """)

    @OptionGroup var range: LogRange

    @Flag(help: "Go on printing entries as they come, until interrupted.")
    var follow = false

    @OptionGroup var options: ClientOptions

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        // Subscribed first, so that no entry falls between the look and the waiting.
        if follow { _ = try client.watch() }
        let newest = try client.log(0, 1)
        var cursor = range.cursor(first: newest.first, last: newest.last)
        try show(client, console, &cursor, atMost: range.limit, isFirst: true)
        if !follow {
            let left = newest.last - cursor.position
            if left > 0, !options.json {
                console.note("\(left) more: mortise log --since \(cursor.position)")
            }
            return
        }
        while true {
            switch try client.nextEvent() {
            // Also of a number that was seen before: the log may have begun anew.
            case .audit, .daemonCame: try show(client, console, &cursor, atMost: LogRange.longest, isFirst: false)
            case .daemonLeft: console.note("mortised went away; waiting for it")
            case .changed, .alarm: break
            }
        }
    }

    private func show(
        _ client: LockClient, _ console: Console, _ cursor: inout LogCursor, atMost limit: Int, isFirst: Bool
    ) throws(LockClientError) {
        var items: [LogCursor.Item] = []
        var left = limit
        while left > 0 {
            let page = try client.log(cursor.position, min(left, LockClient.maximumPage))
            let new = cursor.take(page)
            items += new
            left -= page.entries.count
            if new.contains(.begunAnew) { continue }
            // A page that is not full, or moves nothing, is the last.
            if page.entries.isEmpty || cursor.position >= page.last { break }
        }
        if options.json {
            for item in items { console.print(item.json) }
        } else if !items.isEmpty {
            console.print(LogTable.render(items, withHeader: isFirst, style: console.style))
        } else if isFirst {
            console.note(cursor.position == 0 ? "The log is empty." : "No entry after \(cursor.position).")
        }
    }
}
