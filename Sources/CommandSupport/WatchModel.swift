/// Turns what happens into lines: one for each thing that a person would call a change.
package struct WatchModel: Hashable, Sendable {
    private var report: LockReport
    private var alarms: Set<String>

    /// One line of `mortise watch`.
    package struct Line: Hashable, Sendable {
        /// What it is about: `state`, `door`, `battery`, `alarm`, `audit`, `daemon` or a setting.
        package var event: String
        /// For people.
        package var text: String
        package var mark: Mark
        /// For programs, besides ``event``.
        package var values: [String: JSONValue]

        package init(_ event: String, _ text: String, _ mark: Mark = .plain, _ values: [String: JSONValue]) {
            self.event = event
            self.text = text
            self.mark = mark
            self.values = values
        }
    }

    package init(_ report: LockReport) {
        self.report = report
        alarms = Set(report.alarms)
    }

    /// How things stand when watching begins, or the daemon has come back.
    package func beginning() -> [Line] {
        let none = LockReport()
        return [Self.stateLine(none, report, arrow: false)]
            + [
                Self.line("door", none.door, report.door, Words.door, arrow: false),
                Self.batteryLine(none, report, arrow: false),
            ]
            .compactMap { $0 } + report.alarms.map { Self.alarmLine($0, true) }
    }

    package mutating func handle(_ event: LockEvent) -> [Line] {
        switch event {
        case .changed(let new): return changed(to: new)
        case .alarm(let name, let isActive): return alarm(name, isActive).map { [$0] } ?? []
        case .audit(let sequence):
            return [Line("audit", "entry \(sequence)", .plain, ["sequence": .integer(sequence)])]
        case .daemonLeft:
            return [Line("daemon", "mortised went away; waiting for it", .bad, ["present": .bool(false)])]
        case .daemonCame(let new):
            self = WatchModel(new)
            return [Line("daemon", "mortised is back", .good, ["present": .bool(true)])] + beginning()
        }
    }

    private mutating func changed(to new: LockReport) -> [Line] {
        let old = report
        report = new
        var lines: [Line] = []
        if old.fullState != new.fullState { lines.append(Self.stateLine(old, new, arrow: true)) }
        let rest: [Line?] = [
            Self.line("door", old.door, new.door, Words.door),
            Self.batteryLine(old, new, arrow: true),
            Self.line("mode", old.mode, new.mode, Words.modeName),
            Self.line("autoRelock", old.autoRelock, new.autoRelock, "never"),
            Self.line("doorAjar", old.doorAjar, new.doorAjar, "none"),
            Self.line("calibrated", old.isCalibrated, new.isCalibrated),
            Self.line("journalAvailable", old.isJournalAvailable, new.isJournalAvailable),
        ]
        lines += rest.compactMap { $0 }
        // The alarm's own signal may have said it already, or may be about to.
        for name in new.alarms { if let line = alarm(name, true) { lines.append(line) } }
        for name in alarms.subtracting(new.alarms).sorted() { if let line = alarm(name, false) { lines.append(line) } }
        return lines
    }

    /// nil: known already.
    private mutating func alarm(_ name: String, _ isActive: Bool) -> Line? {
        let isNews = isActive ? alarms.insert(name).inserted : alarms.remove(name) != nil
        return isNews ? Self.alarmLine(name, isActive) : nil
    }

    // MARK: - Lines

    private static func alarmLine(_ name: String, _ isActive: Bool) -> Line {
        Line(
            "alarm", Words.alarm(name) + (isActive ? "" : " ended"), isActive ? .bad : .plain,
            ["alarm": .text(name), "active": .bool(isActive)])
    }

    private static func stateLine(_ old: LockReport, _ new: LockReport, arrow: Bool) -> Line {
        let words = Words.state(new.state, fault: new.fault)
        let text = arrow ? "\(Words.state(old.state, fault: old.fault)) → \(words)" : words
        return Line(
            "state", text, Words.mark(state: new.state),
            ["state": .text(new.state), "fault": .nonEmpty(new.fault), "position": .text(new.position)])
    }

    /// Percent and state only: millivolts move with every stroke, and a line for each would drown the rest.
    private static func batteryLine(_ old: LockReport, _ new: LockReport, arrow: Bool) -> Line? {
        func words(_ report: LockReport) -> String {
            report.batteryPercent < 0 ? report.batteryState : "\(report.batteryPercent) %"
        }
        guard words(old) != words(new) else { return nil }
        return Line(
            "battery", arrow ? "\(words(old)) → \(words(new))" : words(new), .plain,
            [
                "batteryState": .text(new.batteryState),
                "batteryPercent": new.batteryPercent < 0 ? .null : .integer(Int64(new.batteryPercent)),
            ])
    }

    private static func line(
        _ event: String, _ old: String, _ new: String, _ words: (String) -> String, arrow: Bool = true
    ) -> Line? {
        guard old != new else { return nil }
        return Line(event, arrow ? "\(words(old)) → \(words(new))" : words(new), .plain, [event: .text(new)])
    }

    private static func line(_ event: String, _ old: UInt64, _ new: UInt64, _ none: String) -> Line? {
        guard old != new else { return nil }
        let text = "\(Words.period(old, none: none)) → \(Words.period(new, none: none))"
        return Line(event, text, .plain, [event: .unsigned(new)])
    }

    private static func line(_ event: String, _ old: Bool, _ new: Bool) -> Line? {
        guard old != new else { return nil }
        return Line(event, new ? "yes" : "no", new ? .plain : .warning, [event: .bool(new)])
    }
}
