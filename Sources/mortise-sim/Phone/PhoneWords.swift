import CommandSupport
import LockCore
import LockProtocol

/// The protocol's values as the command-line programs show them.
enum PhoneWords {
    /// One line for an owner.
    static func notice(_ notice: WireNotice) -> String {
        let whom = notice.name.isEmpty ? "" : ": “\(printable(notice.name))”"
        let key = notice.key == 0 ? "" : " (key \(notice.key))"
        let what =
            switch notice.kind {
            case .keyAdded: "a key was added\(whom)\(key)"
            case .keyChanged: "a key was changed\(whom)\(key)"
            case .keyRemoved: "a key was removed\(whom)\(key)"
            case .invitationCreated: "somebody was invited\(whom)"
            case .wrongSecret: "somebody tried to pair with a wrong secret"
            case .resetRequested: "a factory reset was asked for\(whom)\(key)"
            case .unspecified, .UNRECOGNIZED: "something that this program does not know (\(notice.kind.rawValue))"
            }
        guard notice.unixSeconds != 0, let time = TimeText.civil(unixSeconds: notice.unixSeconds) else { return what }
        return "\(time) \(what)"
    }

    static func json(_ notice: WireNotice) -> JSONValue {
        .object([
            "number": .unsigned(notice.number), "kind": .text(word(notice.kind)),
            "key": notice.key == 0 ? .null : .unsigned(UInt64(notice.key)), "name": .nonEmpty(notice.name),
            "unixSeconds": notice.unixSeconds == 0 ? .null : .integer(notice.unixSeconds),
        ])
    }

    static func clock(_ clock: WireClock) -> String {
        guard clock.unixSeconds != 0, let time = TimeText.civil(unixSeconds: clock.unixSeconds) else { return "none" }
        return clock.isTrusted ? time : "~\(time) (nobody vouches for it)"
    }
}

extension TermsRow {
    init(_ terms: WireTerms) {
        var schedule = Schedule()
        if terms.schedule.notBefore != 0 { schedule.notBefore = terms.schedule.notBefore }
        if terms.schedule.notAfter != 0 { schedule.notAfter = terms.schedule.notAfter }
        schedule.windows = terms.schedule.windows.map {
            WeeklyWindow(
                weekdays: UInt8(clamping: $0.weekdays), start: UInt16(clamping: $0.startMinute),
                end: UInt16(clamping: $0.endMinute))
        }
        self.init(
            role: word(terms.role), name: terms.name, schedule: schedule, uses: terms.uses, isUsedUp: terms.isUsedUp)
    }

    var onChannel: WireTerms {
        var terms = WireTerms()
        terms.role = Role(rawValue: role).map(WireRole.init(core:)) ?? .unspecified
        terms.name = name
        terms.schedule.notBefore = schedule.notBefore ?? 0
        terms.schedule.notAfter = schedule.notAfter ?? 0
        terms.schedule.windows = schedule.windows.map { window in
            var wire = WireWindow()
            wire.weekdays = UInt32(window.weekdays)
            wire.startMinute = UInt32(window.start)
            wire.endMinute = UInt32(window.end)
            return wire
        }
        terms.uses = uses
        terms.isUsedUp = isUsedUp
        return terms
    }

    init(_ terms: KeyTerms) {
        self.init(
            role: terms.role.rawValue, name: terms.name, schedule: terms.schedule, uses: terms.usesLeft ?? 0)
    }
}

extension WireRole {
    fileprivate init(core role: Role) {
        switch role {
        case .owner: self = .owner
        case .admin: self = .admin
        case .guest: self = .guest
        }
    }
}

extension KeyRow {
    init(_ key: WireKey) { self.init(number: key.id, terms: TermsRow(key.terms), addedBy: key.addedBy) }
}

extension InvitationRow {
    init(_ invitation: WireInvitation) {
        self.init(
            number: invitation.id, terms: TermsRow(invitation.terms), expires: invitation.expires,
            redeemedBy: invitation.redeemedBy)
    }
}

extension LockReport {
    /// What a phone is told, in the words that the bus has for the same. What it is not told stays as it is by default.
    init(_ status: WireStatus) {
        self.init()
        state = word(status.state)
        fault = status.cause == .unspecified ? "" : word(status.cause)
        position = word(status.position)
        door = status.hasIsDoorOpen ? (status.isDoorOpen ? "open" : "closed") : "absent"
        switch status.battery.reading {
        case .percent(let percent):
            batteryState = "level"
            batteryPercent = Int32(clamping: percent)
        case .unreadable: batteryState = "unreadable"
        case nil: batteryState = "unknown"
        }
        alarms = status.alarms.map { word($0) }
        isJournalAvailable = status.isJournalAvailable
    }
}

extension LogEntry {
    init(_ entry: WireEntry) {
        guard entry.outcome != .erased else {
            self.init(
                sequence: Int64(clamping: entry.number), bootID: "", bootNanoseconds: 0, unixSeconds: -1,
                isTrusted: false, action: "erased", origin: "", outcome: "", state: "", code: "", warning: "")
            return
        }
        let fault = entry.fault == .unspecified ? "" : word(entry.fault)
        let isBad = entry.outcome == .refused || entry.outcome == .failed
        let boot = String(entry.boot, radix: 16)
        self.init(
            sequence: Int64(clamping: entry.number), bootID: String(repeating: "0", count: 16 - boot.count) + boot,
            bootNanoseconds: Int64(
                clamping: entry.bootMilliseconds.multipliedReportingOverflow(by: 1_000_000).partialValue),
            unixSeconds: entry.hasUnixSeconds ? entry.unixSeconds : -1, isTrusted: entry.isTimeTrusted,
            action: word(entry.action), origin: Self.origin(entry), outcome: word(entry.outcome),
            state: entry.state == .unspecified ? "" : word(entry.state), code: isBad ? fault : "",
            warning: isBad ? "" : fault, subject: entry.subject)
    }

    private static func origin(_ entry: WireEntry) -> String {
        switch entry.origin {
        case .insideButton: "inside-button"
        case .autoRelock: "auto-relock"
        case .local: "local:\(entry.originNumber)"
        case .key: "key:\(entry.originNumber)"
        case .strangers: "strangers:\(entry.originNumber)"
        default: word(entry.origin)
        }
    }
}
