package import ArgumentParser
package import LockCore

extension Role: ExpressibleByArgument {}

/// What somebody is to be given.
package struct TermsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Whose phone it is, up to 64 bytes.", valueName: "name"))
    package var name: String

    @Option(help: "What it may do.")
    package var role = Role.guest

    @Option(help: ArgumentHelp("When a guest may come: see SCHEDULES.", valueName: "schedule"))
    package var schedule: String?

    @Option(help: ArgumentHelp("How often a guest may unlock, 1 to 10000; any number without.", valueName: "count"))
    package var uses: Int?

    package init() {}

    package func validate() throws { _ = try terms() }

    /// What is typed, checked by the lock's own rules, so that nobody has to ask it to learn of a mistake.
    package func terms() throws -> KeyTerms {
        var terms = KeyTerms(role: role, name: name)
        if let schedule { terms.schedule = try Self.read(schedule) }
        if let uses { terms.usesLeft = try Self.read(uses: uses) }
        if let complaint = terms.complaint() { throw ValidationError("\(complaint).") }
        return terms
    }

    package static func read(_ schedule: String) throws -> Schedule {
        do throws(ScheduleNotation.Failure) { return try ScheduleNotation.parse(schedule) } catch {
            throw ValidationError(error.description)
        }
    }

    package static func read(uses: Int) throws -> UInt32 {
        guard let count = UInt32(exactly: uses), KeyTerms.uses.contains(count) else {
            throw ValidationError("--uses is \(uses), outside 1 to \(KeyTerms.uses.upperBound).")
        }
        return count
    }
}

/// How a key that there is is to be changed. What is not named stays as it is.
package struct TermsChange: ParsableArguments {
    @Option(help: ArgumentHelp("What it is called from now on, up to 64 bytes.", valueName: "name"))
    package var name: String?

    @Option(help: "What it may do from now on.")
    package var role: Role?

    @Option(help: ArgumentHelp("How often a guest may still unlock, 1 to 10000, or any.", valueName: "count"))
    package var uses: Uses?

    package init() {}

    package func validate() throws {
        guard name != nil || role != nil || uses != nil else {
            throw ValidationError("Nothing is to be changed: give --name, --role or --uses.")
        }
    }

    /// A number of unlockings, or any.
    package enum Uses: Hashable, Sendable, ExpressibleByArgument {
        case any
        case count(UInt32)

        package init?(argument: String) {
            if argument == "any" {
                self = .any
            } else if let count = UInt32(argument), KeyTerms.uses.contains(count) {
                self = .count(count)
            } else {
                return nil
            }
        }
    }

    /// What a key becomes. The lock judges it; only what cannot be asked for is complained of here.
    package func apply(to row: KeyRow) -> TermsRow { Self.apply(name: name, role: role, uses: uses, to: row) }

    package static func apply(name: String?, role: Role?, uses: Uses?, to row: KeyRow) -> TermsRow {
        var terms = row.terms
        if let name { terms.name = name }
        if let role {
            terms.role = role.rawValue
            // Only guests have limits.
            if role != .guest {
                terms.schedule = .always
                (terms.uses, terms.isUsedUp) = (0, false)
            }
        }
        switch uses {
        case .any: (terms.uses, terms.isUsedUp) = (0, false)
        case .count(let count): (terms.uses, terms.isUsedUp) = (count, false)
        case nil: break
        }
        return terms
    }
}
