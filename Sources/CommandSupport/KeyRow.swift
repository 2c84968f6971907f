package import LockCore

/// A key as a lock tells of it, over whatever way. Words stay strings: a newer lock may know more.
package struct KeyRow: Hashable, Sendable {
    package var number: UInt32
    package var terms: TermsRow
    /// The key that gave it; 0: it came with the setup code, or from a program on the lock.
    package var addedBy: UInt32

    package init(number: UInt32, terms: TermsRow, addedBy: UInt32) {
        self.number = number
        self.terms = terms
        self.addedBy = addedBy
    }

    package var json: JSONValue {
        .object(
            terms.jsonMembers.merging([
                "key": .unsigned(UInt64(number)), "addedBy": addedBy == 0 ? .null : .unsigned(UInt64(addedBy)),
            ]) { $1 })
    }

    /// For people.
    package static func table(_ keys: [KeyRow]) -> Table {
        var table = Table([.right])
        table.add(["Key", "Name", "Role", "When", "Uses", "Given by"].map { .init($0, .faint) })
        for key in keys {
            table.add(
                [.init(String(key.number))] + key.terms.cells
                    + [.init(key.addedBy == 0 ? "the lock" : "key \(key.addedBy)")])
        }
        return table
    }
}

/// What a key, or an invitation to one, is good for.
package struct TermsRow: Hashable, Sendable {
    /// owner, admin or guest.
    package var role: String
    package var name: String
    package var schedule: Schedule
    /// Unlockings that are left; 0: any number, unless it is used up.
    package var uses: UInt32
    package var isUsedUp: Bool

    package init(role: String, name: String, schedule: Schedule = .always, uses: UInt32 = 0, isUsedUp: Bool = false) {
        self.role = role
        self.name = name
        self.schedule = schedule
        self.uses = uses
        self.isUsedUp = isUsedUp
    }

    /// Name, role, when, uses.
    var cells: [Table.Cell] {
        [
            .init(name), .init(role), .init(ScheduleNotation.text(schedule)),
            isUsedUp ? .init("none left", .warning) : .init(uses == 0 ? "any" : "\(uses) left"),
        ]
    }

    var jsonMembers: [String: JSONValue] {
        [
            "name": .text(name), "role": .text(role), "schedule": .text(ScheduleNotation.text(schedule)),
            "uses": isUsedUp ? .unsigned(0) : uses == 0 ? .null : .unsigned(UInt64(uses)),
        ]
    }
}

/// A key that has been promised, as a lock tells of it.
package struct InvitationRow: Hashable, Sendable {
    package var number: UInt64
    package var terms: TermsRow
    /// Seconds since 1970.
    package var expires: Int64
    /// The key that it became; 0: it is open.
    package var redeemedBy: UInt32

    package init(number: UInt64, terms: TermsRow, expires: Int64, redeemedBy: UInt32) {
        self.number = number
        self.terms = terms
        self.expires = expires
        self.redeemedBy = redeemedBy
    }

    /// As it is shown and typed: 16 hexadecimal digits.
    package var name: String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    package var json: JSONValue {
        .object(
            terms.jsonMembers.merging([
                "invitation": .text(name), "expires": .integer(expires),
                "redeemedBy": redeemedBy == 0 ? .null : .unsigned(UInt64(redeemedBy)),
            ]) { $1 })
    }

    /// For people.
    package static func table(_ invitations: [InvitationRow]) -> Table {
        var table = Table()
        table.add(["Invitation", "Name", "Role", "When", "Uses", "Until", "Taken up by"].map { .init($0, .faint) })
        for invitation in invitations {
            table.add(
                [.init(invitation.name)] + invitation.terms.cells + [
                    .init(TimeText.civil(unixSeconds: invitation.expires) ?? "\(invitation.expires)"),
                    .init(invitation.redeemedBy == 0 ? "nobody" : "key \(invitation.redeemedBy)"),
                ])
        }
        return table
    }
}
