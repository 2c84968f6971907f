import ArgumentParser

struct WatchCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Print every change until interrupted.",
        discussion: """
            Begins with how things stand, then prints a line for each change of state,
            door, battery, alarms and settings and for each new entry of the audit log.
            Sleeps in between. When the daemon goes away, says so and waits for it.

            JSON:
              time              Seconds since 1970 by the system's clock.
              event             What the line is about; the other keys depend on it.
              state             With state: the state, fault (or null) and position.
              door              With door: open, closed or absent.
              batteryState      With battery: as in status, and batteryPercent.
              alarm             With alarm: its name, and active.
              sequence          With audit: the entry's number.
              present           With daemon: whether it is there.
              mode              With mode: normal, passage or lockOut.
              autoRelock        With autoRelock: milliseconds.
              doorAjar          With doorAjar: milliseconds.
              calibrated        With calibrated.
              journalAvailable  With journalAvailable.
            """)

    @OptionGroup var options: ClientOptions

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        var model = WatchModel(try client.watch())
        show(model.beginning(), console)
        while true { show(model.handle(try client.nextEvent()), console) }
    }

    /// Wide enough for `door-ajar alarm`.
    private static let eventWidth = 15

    private func show(_ lines: [WatchModel.Line], _ console: Console) {
        let now = unixSeconds()
        for line in lines {
            if options.json {
                let common: [String: JSONValue] = ["time": .integer(now), "event": .text(line.event)]
                console.print(.object(common.merging(line.values) { $1 }))
            } else {
                let event = Self.words(line.event)
                let padding = String(repeating: " ", count: max(0, Self.eventWidth - event.count))
                console.print(
                    "\(TimeText.clock(unixSeconds: now) ?? "")  \(console.style.apply(.faint, to: event))\(padding)  "
                        + console.style.apply(line.mark, to: printable(line.text)))
            }
        }
    }

    private static func words(_ event: String) -> String {
        switch event {
        case "autoRelock": "auto-relock"
        case "doorAjar": "door-ajar alarm"
        case "journalAvailable": "journal"
        default: event
        }
    }
}
