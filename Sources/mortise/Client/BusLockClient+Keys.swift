import CommandSupport
import LockCore
import SystemdRuntime

extension BusLockClient {
    /// Role, name, from, until, weekly windows, uses.
    private static let terms = "(ssxxa(yqq)u)"

    var keys: KeyClient {
        KeyClient(
            list: listKeys, invitations: listInvitations, revoke: revoke, change: change, invite: invite,
            withdraw: withdraw, pairing: pairing, sessions: sessions)
    }

    private func listKeys() throws(LockClientError) -> [KeyRow] {
        let answer = try call(admin, "ListKeys", [], "a(u\(Self.terms)bu)", "list its keys")
        return (answer[0].asElements ?? []).compactMap(KeyRow.init)
    }

    private func listInvitations() throws(LockClientError) -> [InvitationRow] {
        let answer = try call(admin, "ListInvitations", [], "a(t\(Self.terms)xu)", "list its invitations")
        return (answer[0].asElements ?? []).compactMap(InvitationRow.init)
    }

    private func revoke(_ key: UInt32) throws(LockClientError) {
        _ = try call(admin, "RevokeKey", [.uint32(key)], "", "revoke key \(key)")
    }

    private func change(_ key: UInt32, _ terms: TermsRow) throws(LockClientError) {
        _ = try call(admin, "ChangeKey", [.uint32(key), terms.onBus], "", "change key \(key)")
    }

    private func invite(_ terms: TermsRow, _ seconds: UInt32) throws(LockClientError) -> IssuedInvitation {
        let answer = try call(admin, "Invite", [terms.onBus, .uint32(seconds)], "tsx", "invite")
        return IssuedInvitation(
            number: answer[0].asUnsigned, code: answer[1].asString ?? "", expires: answer[2].asInteger ?? 0)
    }

    private func withdraw(_ invitation: UInt64) throws(LockClientError) {
        _ = try call(admin, "WithdrawInvitation", [.uint64(invitation)], "", "withdraw an invitation")
    }

    private func pairing() throws(LockClientError) -> PairingReport {
        let answer = try call(admin, "Pairing", [], "sbb", "tell whether it pairs")
        return PairingReport(
            setupCode: answer[0].asString ?? "", hasOwner: answer[1].asBool ?? true, isOpen: answer[2].asBool ?? false)
    }

    private func sessions() throws(LockClientError) -> [SessionRow] {
        let answer = try call(admin, "Sessions", [], "a(uxb)", "list its sessions")
        return (answer[0].asElements ?? []).compactMap { row in
            guard let fields = row.asElements, fields.count == 3 else { return nil }
            return SessionRow(
                key: UInt32(clamping: fields[0].asUnsigned), seconds: fields[1].asInteger ?? 0,
                isSubscribed: fields[2].asBool ?? false)
        }
    }
}

extension TermsRow {
    /// nil: not the structure that the signature has promised.
    init?(_ value: BusValue) {
        guard let fields = value.asElements, fields.count == 6, let role = fields[0].asString,
            let name = fields[1].asString
        else { return nil }
        var schedule = Schedule()
        if let first = fields[2].asInteger, first != 0 { schedule.notBefore = first }
        if let end = fields[3].asInteger, end != 0 { schedule.notAfter = end }
        for row in fields[4].asElements ?? [] {
            guard let parts = row.asElements, parts.count == 3 else { return nil }
            schedule.windows.append(
                WeeklyWindow(
                    weekdays: UInt8(clamping: parts[0].asUnsigned), start: UInt16(clamping: parts[1].asUnsigned),
                    end: UInt16(clamping: parts[2].asUnsigned)))
        }
        self.init(role: role, name: name, schedule: schedule, uses: UInt32(clamping: fields[5].asUnsigned))
    }

    var onBus: BusValue {
        let windows = schedule.windows.map {
            BusValue.structure([.byte($0.weekdays), .uint16($0.start), .uint16($0.end)])
        }
        return .structure([
            .string(role), .string(name), .int64(schedule.notBefore ?? 0), .int64(schedule.notAfter ?? 0),
            // The greatest number: none are left, and it stays so.
            .array(windows, elementSignature: "(yqq)"), .uint32(isUsedUp ? .max : uses),
        ])
    }
}

extension KeyRow {
    fileprivate init?(_ value: BusValue) {
        guard let fields = value.asElements, fields.count == 4, var terms = TermsRow(fields[1]) else { return nil }
        terms.isUsedUp = fields[2].asBool ?? false
        self.init(
            number: UInt32(clamping: fields[0].asUnsigned), terms: terms,
            addedBy: UInt32(clamping: fields[3].asUnsigned))
    }
}

extension InvitationRow {
    fileprivate init?(_ value: BusValue) {
        guard let fields = value.asElements, fields.count == 4, let terms = TermsRow(fields[1]) else { return nil }
        self.init(
            number: fields[0].asUnsigned, terms: terms, expires: fields[2].asInteger ?? 0,
            redeemedBy: UInt32(clamping: fields[3].asUnsigned))
    }
}
