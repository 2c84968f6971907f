import ArgumentParser
import CommandSupport

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
        console.show(model.beginning(), asJSON: options.json)
        while true { console.show(model.handle(try client.nextEvent()), asJSON: options.json) }
    }
}
