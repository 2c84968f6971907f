import ArgumentParser
import CommandSupport
import LockCore

struct InviteCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Invite a phone: make a code that becomes a key, once.",
        discussion: """
            The code is printed as text and as a QR code; it is not shown again. Whoever
            reads it with their phone first has the key, so send it as you would a key.
            Owners are made by owners' phones only. The lock's clock must be vouched for.

            \(ScheduleNotation.help)

            JSON:
              outcome     done.
              invitation  Its name, for mortise invitations withdraw.
              code        The code as text.
              expires     Seconds since 1970.
            """)

    @OptionGroup var terms: TermsOptions

    @Option(help: ArgumentHelp("How long the code is good for, 1min to 7d.", valueName: "time"))
    var lifetime = Lifetime.usual

    @OptionGroup var drawing: QRCodeOptions
    @OptionGroup var options: ClientOptions

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        let wanted: KeyTerms
        // It has been validated.
        do { wanted = try terms.terms() } catch { throw .refused(code: "invalidRequest", message: "refused: \(error)") }
        let row = TermsRow(
            role: wanted.role.rawValue, name: wanted.name, schedule: wanted.schedule, uses: wanted.usesLeft ?? 0)
        let made = try client.keys.invite(row, lifetime.seconds)
        let listed = InvitationRow(number: made.number, terms: row, expires: made.expires, redeemedBy: 0)
        if options.json {
            console.print(
                .object([
                    "outcome": "done", "invitation": .text(listed.name), "code": .text(made.code),
                    "expires": .integer(made.expires),
                ]))
            return
        }
        console.print(drawing.render(printable(made.code), console.style))
        console.note(
            "Good until \(TimeText.civil(unixSeconds: made.expires) ?? "\(made.expires)"), for one phone; to take it back: "
                + "mortise invitations withdraw \(listed.name)")
    }
}

struct InvitationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invitations",
        abstract: "List and withdraw the invitations of phones.",
        discussion: "Without a word more they are listed.",
        subcommands: [List.self, Withdraw.self], defaultSubcommand: List.self)

    struct List: ClientCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the invitations.",
            discussion: """
                Those that have been taken up are kept for a while, so that a phone that asks
                again is answered the same.

                JSON:
                  outcome      done.
                  invitations  A list of objects with invitation (its name), name, role,
                               schedule, uses, expires (seconds since 1970) and redeemedBy (a
                               key's number; null: it is open).
                """)

        @OptionGroup var options: ClientOptions

        func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
            let invitations = try client.keys.invitations()
            if options.json {
                console.print(.object(["outcome": "done", "invitations": .array(invitations.map(\.json))]))
            } else if invitations.isEmpty {
                console.note("There are no invitations.")
            } else {
                console.print(InvitationRow.table(invitations).render(console.style))
            }
        }
    }

    struct Withdraw: ClientCommand {
        static let configuration = CommandConfiguration(
            commandName: "withdraw",
            abstract: "Take an invitation back.",
            discussion: """
                JSON:
                  outcome  done.
                """)

        @Argument(help: "The invitation, as mortise invitations lists it.") var invitation: InvitationName
        @OptionGroup var options: ClientOptions

        func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
            try client.keys.withdraw(invitation.number)
            if options.json {
                console.print(.object(["outcome": "done"]))
            } else {
                console.print("withdrawn")
            }
        }
    }
}
