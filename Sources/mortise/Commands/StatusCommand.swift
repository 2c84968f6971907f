import ArgumentParser
package import CommandSupport

struct StatusCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show where the bolt is, the door, the battery and the settings.",
        discussion: """
            JSON:
              state              unknown, calibrating, locked, unlocked, locking,
                                 unlocking, between, jammed or fault.
              fault              The fault code of jammed and fault; otherwise null.
              position           What the limit switches say: extended, retracted,
                                 between or conflict.
              door               open, closed or absent (no sensor).
              batteryState       level, unknown or unreadable.
              batteryPercent     0 to 100, or null.
              batteryMillivolts  Or null.
              alarms             A list of doorAjar, forcedOpen, tampered, lowBattery,
                                 batteryUnreadable, reset (a factory reset is
                                 announced; the inside button calls it off).
              mode               normal, passage or lockOut.
              autoRelock         Milliseconds; 0 is never.
              doorAjar           Milliseconds; 0 is no alarm.
              relockDeadline     Nanoseconds of CLOCK_BOOTTIME, or null.
              calibrated         true or false.
              extendTime         Nanoseconds of a full stroke, or null.
              retractTime        Nanoseconds of a full stroke, or null.
              journalAvailable   Whether motions can be journaled.
              storeState         opened, created, quarantined or unavailable.
              storeDetail        Words for people, or null.
              board              The board profile's name.
              version            The daemon's version.
            """)

    @OptionGroup var options: ClientOptions

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        let report = try client.status()
        if options.json {
            console.print(report.json)
        } else {
            console.print(report.table(bootNanoseconds: bootNanoseconds()).render(console.style))
            guard !report.fault.isEmpty else { return }
            console.print("\n" + FaultAdvice.sentences(for: report.fault))
        }
    }
}

extension LockReport {
    /// - Parameter bootNanoseconds: now, on the clock of ``relockDeadline``.
    package func table(bootNanoseconds: UInt64) -> Table {
        var table = Table()
        func row(_ name: String, _ value: String, _ mark: Mark = .plain) {
            table.add([.init(name, .faint), .init(value, mark)])
        }
        row("State", Words.state(state, fault: fault), Words.mark(state: state))
        row("Bolt", position, position == "conflict" ? .bad : .plain)
        row("Door", Words.door(door))
        row("Battery", Words.battery(self), alarms.contains("lowBattery") ? .warning : .plain)
        row(
            "Alarms", alarms.isEmpty ? "none" : alarms.map(Words.alarm).joined(separator: ", "),
            alarms.isEmpty ? .plain : .bad)
        row("Mode", Words.mode(mode))
        row("Auto-relock", relockText(bootNanoseconds))
        row("Door-ajar alarm", Words.period(doorAjar, none: "none"))
        row("Calibration", calibrationText)
        row("Journal", isJournalAvailable ? "available" : "not available", isJournalAvailable ? .plain : .bad)
        let isStoreWell = ["opened", "created"].contains(storeState)
        row("Store", storeState + (storeDetail.isEmpty ? "" : ": \(storeDetail)"), isStoreWell ? .plain : .warning)
        row("Board", board)
        row("Version", version)
        return table
    }

    private func relockText(_ now: UInt64) -> String {
        let setting = Words.period(autoRelock, none: "never")
        guard relockDeadline > 0 else { return setting }
        guard relockDeadline > now else { return "\(setting), due now" }
        return "\(setting), due in \(TimeText.ahead(nanoseconds: relockDeadline - now))"
    }

    private var calibrationText: String {
        guard isCalibrated else { return "none" }
        return "extend \(TimeText.stroke(nanoseconds: extendTime)), "
            + "retract \(TimeText.stroke(nanoseconds: retractTime))"
    }

    package var json: JSONValue {
        .object([
            "state": .text(state), "fault": .nonEmpty(fault), "position": .text(position), "door": .text(door),
            "batteryState": .text(batteryState),
            "batteryPercent": batteryPercent < 0 ? .null : .integer(Int64(batteryPercent)),
            "batteryMillivolts": batteryMillivolts < 0 ? .null : .integer(Int64(batteryMillivolts)),
            "alarms": .texts(alarms), "mode": .text(mode), "autoRelock": .unsigned(autoRelock),
            "doorAjar": .unsigned(doorAjar), "relockDeadline": relockDeadline == 0 ? .null : .unsigned(relockDeadline),
            "calibrated": .bool(isCalibrated), "extendTime": isCalibrated ? .unsigned(extendTime) : .null,
            "retractTime": isCalibrated ? .unsigned(retractTime) : .null,
            "journalAvailable": .bool(isJournalAvailable), "storeState": .text(storeState),
            "storeDetail": .nonEmpty(storeDetail), "board": .text(board), "version": .text(version),
        ])
    }
}
