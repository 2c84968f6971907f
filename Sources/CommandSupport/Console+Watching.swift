extension Console {
    /// Wide enough for `door-ajar alarm`.
    private static let eventWidth = 15

    /// What has happened, a line each: with the time of day for people, with seconds since 1970 for programs.
    package func show(_ lines: [WatchModel.Line], asJSON: Bool) {
        let now = unixSeconds()
        for line in lines {
            if asJSON {
                let common: [String: JSONValue] = ["time": .integer(now), "event": .text(line.event)]
                print(.object(common.merging(line.values) { $1 }))
            } else {
                let event = Self.words(line.event)
                let padding = String(repeating: " ", count: max(0, Self.eventWidth - event.count))
                print(
                    "\(TimeText.clock(unixSeconds: now) ?? "")  \(style.apply(.faint, to: event))\(padding)  "
                        + style.apply(line.mark, to: printable(line.text)))
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
