import ArgumentParser
import CommandSupport
import LockCore

struct ModeCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "mode",
        abstract: "Set how the lock behaves toward people.",
        discussion: """
            MODES:
              normal    Auto-relock as it is set.
              passage   Auto-relock is suspended: the door is in use.
              lock-out  Only the inside button unlocks.

            JSON:
              outcome  done.
              mode     normal, passage or lockOut.
            """)

    @Argument(help: "The mode.") var mode: ModeChoice
    @OptionGroup var options: ClientOptions

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        let name = mode.mode.rawValue
        try client.set(.mode(name))
        if options.json {
            console.print(.object(["outcome": "done", "mode": .text(name)]))
        } else {
            console.print("mode: \(Words.mode(name))")
        }
    }
}

struct AutoRelockCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "auto-relock",
        abstract: "Set how long after unlocking the lock locks by itself.",
        discussion: """
            Counted from when the door is closed, where there is a door sensor.

            JSON:
              outcome     done.
              autoRelock  Milliseconds; 0 is never.
            """)

    @Argument(help: "5 s to 4 h with its unit (30s, 5min, 1h), or never.") var time: Period
    @OptionGroup var options: ClientOptions

    func validate() throws {
        if let complaint = Settings(autoRelockMilliseconds: time.milliseconds).complaint() {
            throw ValidationError(complaint)
        }
    }

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        try client.set(.autoRelock(time.onBus))
        if options.json {
            console.print(.object(["outcome": "done", "autoRelock": .unsigned(time.onBus)]))
        } else {
            console.print("auto-relock: \(Words.period(time.onBus, none: "never"))")
        }
    }
}

struct DoorAjarCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "door-ajar",
        abstract: "Set how long the door may stand open before the alarm.",
        discussion: """
            JSON:
              outcome   done.
              doorAjar  Milliseconds; 0 is no alarm.
            """)

    @Argument(help: "10 s to 4 h with its unit (30s, 5min, 1h), or never.") var time: Period
    @OptionGroup var options: ClientOptions

    func validate() throws {
        if let complaint = Settings(doorAjarMilliseconds: time.milliseconds).complaint() {
            throw ValidationError(complaint)
        }
    }

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        try client.set(.doorAjar(time.onBus))
        if options.json {
            console.print(.object(["outcome": "done", "doorAjar": .unsigned(time.onBus)]))
        } else {
            console.print("door-ajar alarm: \(Words.period(time.onBus, none: "none"))")
        }
    }
}

struct AcknowledgeCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge",
        abstract: "Silence the alarms whose cause has ended.",
        discussion: """
            JSON:
              outcome  done.
              alarms   The alarms that stand still.
            """)

    @OptionGroup var options: ClientOptions

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        try client.acknowledgeAlarms()
        let alarms = try client.status().alarms
        if options.json {
            console.print(.object(["outcome": "done", "alarms": .texts(alarms)]))
        } else {
            let words = alarms.isEmpty ? "none" : alarms.map(Words.alarm).joined(separator: ", ")
            console.print("alarms: \(printable(words))")
        }
    }
}
