import ArgumentParser
import CommandSupport
import LockClient
import LockCore
import LockProtocol

struct PhoneStatus: PhoneCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show where the bolt is, and what this phone's key may do.")

    @OptionGroup var options: PhoneOptions

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        guard case .status(let status) = try talk.ask(.getStatus(WireGetStatus())) else {
            throw .unexpected("tell its status")
        }
        let report = LockReport(status)
        guard !options.json else { return console.print(json(status, report, talk.welcome)) }
        var table = Table()
        func row(_ name: String, _ value: String, _ mark: Mark = .plain) {
            table.add([.init(name, .faint), .init(value, mark)])
        }
        row("State", Words.state(report.state, fault: report.fault), Words.mark(state: report.state))
        row("Bolt", report.position, report.position == "conflict" ? .bad : .plain)
        row("Door", Words.door(report.door))
        row("Battery", Words.battery(report))
        row(
            "Alarms", report.alarms.isEmpty ? "none" : report.alarms.map(Words.alarm).joined(separator: ", "),
            report.alarms.isEmpty ? .plain : .bad)
        row("Auto-relock", status.hasRelockInSeconds ? "in \(status.relockInSeconds) s" : "not due")
        row(
            "Journal", report.isJournalAvailable ? "available" : "not available",
            report.isJournalAvailable ? .plain : .bad)
        row("Clock", PhoneWords.clock(talk.welcome.clock))
        let key = KeyRow(talk.welcome.key)
        let uses = key.terms.isUsedUp ? ", used up" : key.terms.uses == 0 ? "" : ", \(key.terms.uses) uses left"
        row("Key", "\(key.number), \(key.terms.role): \(key.terms.name)\(uses)")
        if !key.terms.schedule.isAlways { row("When", ScheduleNotation.text(key.terms.schedule)) }
        row("Board", talk.welcome.board)
        row("Version", talk.welcome.version)
        console.print(table.render(console.style))
        if !report.fault.isEmpty { console.print("\n" + FaultAdvice.sentences(for: report.fault)) }
    }

    private func json(_ status: WireStatus, _ report: LockReport, _ welcome: WireWelcome) -> JSONValue {
        .object([
            "state": .text(report.state), "fault": .nonEmpty(report.fault), "position": .text(report.position),
            "door": .text(report.door), "batteryState": .text(report.batteryState),
            "batteryPercent": report.batteryPercent < 0 ? .null : .integer(Int64(report.batteryPercent)),
            "alarms": .texts(report.alarms),
            "relockInSeconds": status.hasRelockInSeconds ? .unsigned(UInt64(status.relockInSeconds)) : .null,
            "journalAvailable": .bool(report.isJournalAvailable),
            "clock": welcome.clock.unixSeconds == 0 ? .null : .integer(welcome.clock.unixSeconds),
            "clockTrusted": .bool(welcome.clock.isTrusted), "key": KeyRow(welcome.key).json,
            "notices": .array(welcome.notices.map { PhoneWords.json($0) }), "board": .text(welcome.board),
            "version": .text(welcome.version),
        ])
    }
}

struct WatchByPhone: PhoneCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Print every change that the lock tells this phone, until interrupted.")

    @OptionGroup var options: PhoneOptions

    /// Half of what the lock allows a phone to be silent for.
    private static let silence: Duration = .seconds(300)

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        guard case .status(let status) = try talk.ask(.subscribe(WireSubscribe())) else {
            throw .unexpected("tell its changes")
        }
        var model = WatchModel(LockReport(status))
        console.show(model.beginning(), asJSON: options.json)
        while true {
            do throws(ClientError) {
                let event = try talk.connection.event(within: Self.silence) { _ in true }
                console.show(lines(event, &model), asJSON: options.json)
            } catch .timedOut {
                _ = try talk.ask(.hello(WireHello()))
            } catch {
                throw PhoneFailure(error, options)
            }
        }
    }

    private func lines(_ event: WireEvent, _ model: inout WatchModel) -> [WatchModel.Line] {
        switch event.event {
        case .status(let status): return model.handle(.changed(LockReport(status)))
        case .alarm(let change): return model.handle(.alarm(name: word(change.alarm), isActive: change.isActive))
        case .notice(let notice):
            return [
                WatchModel.Line("news", PhoneWords.notice(notice), .plain, ["notice": PhoneWords.json(notice)])
            ]
        // The connection ends with a goodbye, and says so.
        case .goodbye, nil: return []
        }
    }
}
