internal import LockCore
internal import PhoneMessages
internal import SystemdRuntime

/// Keys and invitations as they are on the bus.
enum KeyRows {
    /// Role, name, the first and the end of the days (seconds since 1970, 0: without), weekly windows (weekdays, first and last minute), uses
    /// (0: any number; ``staysUsedUp``, to change a key that has none left: it stays so).
    static let termsSignature = "(ssxxa(yqq)u)"
    static let staysUsedUp = UInt32.max
    private static let keyElement = "(u\(termsSignature)bu)"
    private static let invitationElement = "(t\(termsSignature)xu)"
    static let keysSignature = "a" + keyElement
    static let invitationsSignature = "a" + invitationElement

    static func values(_ keys: [PhoneKey]) -> BusValue {
        let rows = keys.map {
            BusValue.structure([
                .uint32($0.id.rawValue), value($0.terms), .bool($0.terms.usesLeft == 0),
                .uint32($0.addedBy?.rawValue ?? 0),
            ])
        }
        return .array(rows, elementSignature: keyElement)
    }

    static func values(_ invitations: [Invitation]) -> BusValue {
        let rows = invitations.map {
            BusValue.structure([
                .uint64($0.id.rawValue), value($0.terms), .int64($0.expires), .uint32($0.redeemedBy?.rawValue ?? 0),
            ])
        }
        return .array(rows, elementSignature: invitationElement)
    }

    private static func value(_ terms: KeyTerms) -> BusValue {
        let windows = terms.schedule.windows.map {
            BusValue.structure([.byte($0.weekdays), .uint16($0.start), .uint16($0.end)])
        }
        return .structure([
            .string(terms.role.rawValue), .string(terms.name), .int64(terms.schedule.notBefore ?? 0),
            .int64(terms.schedule.notAfter ?? 0), .array(windows, elementSignature: "(yqq)"),
            .uint32(terms.usesLeft ?? 0),
        ])
    }

    static func terms(_ value: BusValue?) throws(WireComplaint) -> KeyTerms {
        guard case .structure(let fields) = value, fields.count == 6, case .array(let rows, _) = fields[4],
            let roleName = fields[0].asString, let name = fields[1].asString
        else { throw WireComplaint(words: "these are no terms of a key") }
        guard let role = Role(rawValue: roleName) else {
            throw WireComplaint(words: "there is no role “\(roleName.prefix(40))”; owner, admin or guest")
        }
        var schedule = Schedule()
        if let first = fields[2].asInteger, first != 0 { schedule.notBefore = first }
        if let end = fields[3].asInteger, end != 0 { schedule.notAfter = end }
        for row in rows {
            guard case .structure(let parts) = row, parts.count == 3 else {
                throw WireComplaint(words: "this is no weekly window")
            }
            schedule.windows.append(
                WeeklyWindow(
                    weekdays: UInt8(clamping: parts[0].asInteger ?? 0),
                    start: UInt16(clamping: parts[1].asInteger ?? 0),
                    end: UInt16(clamping: parts[2].asInteger ?? 0)))
        }
        let uses = UInt32(clamping: fields[5].asInteger ?? 0)
        let usesLeft: UInt32? = uses == staysUsedUp ? 0 : uses == 0 ? nil : uses
        return KeyTerms(role: role, name: name, schedule: schedule, usesLeft: usesLeft)
    }
}
