import ArgumentParser
import CommandSupport
import LockProtocol

struct InviteByPhone: PhoneCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Invite another phone: make a code that becomes a key, once.",
        discussion: """
            For owners and administrators; nobody gives more than they have. The code is shown as text and as a QR code, \
            and not again.

            \(ScheduleNotation.help)
            """)

    @OptionGroup var terms: TermsOptions

    @Option(help: ArgumentHelp("How long the code is good for, 1min to 7d.", valueName: "time"))
    var lifetime = Lifetime.usual

    @OptionGroup var drawing: QRCodeOptions
    @OptionGroup var options: PhoneOptions

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        // It has been validated.
        guard let wanted = try? terms.terms() else { throw .unexpected("invite") }
        var request = WireInvite()
        request.terms = TermsRow(wanted).onChannel
        request.lifetimeSeconds = lifetime.seconds
        guard case .invitation(let made) = try talk.ask(.invite(request)) else { throw .unexpected("invite") }
        let row = InvitationRow(made)
        if options.json {
            return console.print(
                .object([
                    "outcome": "done", "invitation": .text(row.name), "code": .text(made.code),
                    "expires": .integer(made.expires),
                ]))
        }
        console.print(drawing.render(printable(made.code), console.style))
        console.note("Good until \(TimeText.civil(unixSeconds: made.expires) ?? "\(made.expires)"), for one phone.")
    }
}

struct PhoneInvitations: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invitations", abstract: "List and withdraw invitations.",
        discussion: "For owners and administrators. Without a word more they are listed.",
        subcommands: [List.self, Withdraw.self], defaultSubcommand: List.self)

    struct List: PhoneCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the invitations.")

        @OptionGroup var options: PhoneOptions

        func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
            let rows = try talk.invitations()
            if options.json {
                console.print(.object(["outcome": "done", "invitations": .array(rows.map(\.json))]))
            } else if rows.isEmpty {
                console.note("There are no invitations.")
            } else {
                console.print(InvitationRow.table(rows).render(console.style))
            }
        }
    }

    struct Withdraw: PhoneCommand {
        static let configuration = CommandConfiguration(commandName: "withdraw", abstract: "Take an invitation back.")

        @Argument(help: "The invitation, as it is listed.") var invitation: InvitationName
        @OptionGroup var options: PhoneOptions

        func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
            var request = WireWithdrawInvitation()
            request.id = invitation.number
            try console.showDone(try talk.ask(.withdrawInvitation(request)), "withdrawn", options)
        }
    }
}
