import ArgumentParser
import CommandSupport
import FoundationEssentials
import LockClient
import LockCore
import LockProtocol
import SecureChannel

struct PhoneKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List, add, change and revoke keys.",
        discussion: "For owners and administrators. Without a word more they are listed.",
        subcommands: [List.self, Add.self, Change.self, Revoke.self], defaultSubcommand: List.self)

    struct List: PhoneCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the keys.")

        @OptionGroup var options: PhoneOptions

        func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
            let keys = try talk.keys()
            if options.json {
                console.print(.object(["outcome": "done", "keys": .array(keys.map(\.json))]))
            } else {
                console.print(KeyRow.table(keys).render(console.style))
            }
        }
    }

    struct Add: PhoneCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Give a key to another phone of this machine, whose public key can be had.",
            discussion: """
                As two phones would that lie beside each other: this one tells the lock the other's public key, and the other \
                learns the lock's. Phones that are far apart pair by an invitation.

                \(ScheduleNotation.help)
                """)

        @Argument(help: "The other phone, as its --phone says.") var other: String
        @OptionGroup var terms: TermsOptions
        @OptionGroup var options: PhoneOptions

        /// The other phone's options are this one's, but for its name.
        private func others() throws -> PhoneOptions {
            var options = self.options
            options.phone = other
            try options.validate()
            return options
        }

        func validate() throws { _ = try others() }

        func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
            guard let file = (try? others())?.file, let wanted = try? terms.terms(), let lock = talk.connection.lock
            else {
                throw .unexpected("add a key")
            }
            let content = try file.load()
            guard content?.lock == nil else {
                throw PhoneFailure(
                    status: .refused, message: "the phone “\(other)” has paired already",
                    advice: "It has a key, or it must forget the lock first.")
            }
            var request = WireAddKey()
            let identity: Identity
            if let content { identity = content.identity } else { identity = try file.make() }
            request.publicKey = Data(identity.publicKey.bytes)
            request.terms = TermsRow(wanted).onChannel
            guard case .key(let key) = try talk.ask(.addKey(request)) else { throw .unexpected("add a key") }
            try file.pair(with: lock)
            console.show(KeyRow(key), options)
        }
    }

    struct Change: PhoneCommand {
        static let configuration = CommandConfiguration(
            commandName: "change", abstract: "Change what a key is called, what it may do, when and how often.",
            discussion: "What is not named stays.\n\n\(ScheduleNotation.help)")

        @Argument(help: "The key's number.") var key: UInt32
        @Option(help: ArgumentHelp("What it is called from now on.", valueName: "name")) var name: String?
        @Option(help: "What it may do from now on.") var role: Role?
        @Option(
            help: ArgumentHelp("When it may be used from now on.", valueName: "schedule"),
            transform: TermsOptions.read(_:))
        var schedule: Schedule?
        @Option(help: ArgumentHelp("How often it may still unlock, 1 to 10000, or any.", valueName: "count"))
        var uses: TermsChange.Uses?
        @OptionGroup var options: PhoneOptions

        func validate() throws {
            guard name != nil || role != nil || schedule != nil || uses != nil else {
                throw ValidationError("Nothing is to be changed: give --name, --role, --schedule or --uses.")
            }
        }

        func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
            guard let row = try talk.keys().first(where: { $0.number == key }) else {
                throw PhoneFailure(
                    status: .refused, fault: "noSuchKey", message: "refused: there is no key \(key) (noSuchKey)",
                    advice: FaultAdvice.sentences(for: "noSuchKey"))
            }
            var terms = TermsChange.apply(name: name, role: role, uses: uses, to: row)
            if let schedule { terms.schedule = schedule }
            var request = WireChangeKey()
            request.key = key
            request.terms = terms.onChannel
            guard case .key(let changed) = try talk.ask(.changeKey(request)) else { throw .unexpected("change a key") }
            console.show(KeyRow(changed), options)
        }
    }

    struct Revoke: PhoneCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Take a key away; everybody may give up their own.")

        @Argument(help: "The key's number.") var key: UInt32
        @OptionGroup var options: PhoneOptions

        func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
            var request = WireRevokeKey()
            request.key = key
            let answer = try talk.ask(.revokeKey(request))
            // Whoever has given up their own key can pair anew.
            if case .done = answer, key == talk.welcome.key.id { try options.file.unpair() }
            try console.showDone(answer, "revoked: key \(key)", options)
        }
    }
}

extension Console {
    fileprivate func show(_ key: KeyRow, _ options: PhoneOptions) {
        if options.json {
            print(.object(["outcome": "done", "key": key.json]))
        } else {
            print(KeyRow.table([key]).render(style))
        }
    }
}

extension PhoneTalk {
    /// All keys, page by page.
    func keys() throws(PhoneFailure) -> [KeyRow] {
        var keys: [KeyRow] = []
        while true {
            var request = WireListKeys()
            request.after = keys.last?.number ?? 0
            guard case .keys(let page) = try ask(.listKeys(request)) else { throw .unexpected("list its keys") }
            keys += page.keys.map { KeyRow($0) }
            guard page.hasMore_p, !page.keys.isEmpty else { return keys }
        }
    }

    /// All invitations, page by page.
    func invitations() throws(PhoneFailure) -> [InvitationRow] {
        var invitations: [InvitationRow] = []
        var last: UInt64 = 0
        while true {
            var request = WireListInvitations()
            request.after = last
            guard case .invitations(let page) = try ask(.listInvitations(request)) else {
                throw .unexpected("list its invitations")
            }
            invitations += page.invitations.map { InvitationRow($0) }
            guard page.hasMore_p, let end = page.invitations.last else { return invitations }
            last = end.id
        }
    }
}
