import ArgumentParser
import CommandSupport
import LockCore

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "List, change and revoke the keys of phones.",
        discussion: "A key is a phone's. Without a word more they are listed.",
        subcommands: [List.self, Change.self, Revoke.self], defaultSubcommand: List.self)
}

extension KeysCommand {
    struct List: ClientCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the keys.",
            discussion: """
                JSON:
                  outcome  done.
                  keys     A list of objects with key (its number), name, role, schedule (as
                           mortise schedule takes it), uses (what is left; null: any number)
                           and addedBy (a key's number; null: the setup code, or the lock).
                """)

        @OptionGroup var options: ClientOptions

        func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
            let keys = try client.keys.list()
            if options.json {
                console.print(.object(["outcome": "done", "keys": .array(keys.map(\.json))]))
            } else if keys.isEmpty {
                console.note("No phone has a key.")
            } else {
                console.print(KeyRow.table(keys).render(console.style))
            }
        }
    }

    struct Change: ClientCommand {
        static let configuration = CommandConfiguration(
            commandName: "change",
            abstract: "Change what a key is called, what it may do, and how often.",
            discussion: """
                When it may be used is changed by mortise schedule. What is not named stays,
                but an administrator's key has no limits: with --role admin they go.

                JSON:
                  outcome  done.
                """)

        @Argument(help: "The key's number.") var key: UInt32
        @OptionGroup var change: TermsChange
        @OptionGroup var options: ClientOptions

        func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
            let row = try client.keys.row(of: key)
            try client.keys.change(key, change.apply(to: row))
            try done(client, key, console)
        }
    }

    struct Revoke: ClientCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Take a key away.",
            discussion: """
                Its phone is disconnected. When the answer is there, nothing that the key has
                asked for is under way any more. The last owner's key stays; an owner's key can
                be taken away only by an owner's phone.

                JSON:
                  outcome  done.
                """)

        @Argument(help: "The key's number.") var key: UInt32
        @OptionGroup var options: ClientOptions

        func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
            try client.keys.revoke(key)
            if options.json {
                console.print(.object(["outcome": "done"]))
            } else {
                console.print("revoked: key \(key)")
            }
        }
    }
}

struct ScheduleCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Show or set when a guest's key may be used.",
        discussion: """
            The lock holds keys to their schedules by its own clock, and refuses those that
            have one while nobody vouches for that clock. Only guests' keys have schedules.

            \(ScheduleNotation.help)

            JSON:
              outcome    done.
              schedule   As above.
              windows    A list of objects with weekdays (a list of 1, Monday, to 7), start
                         and end (minutes since midnight; an end that is not after its
                         start is on the next day).
              notBefore  Seconds since 1970, or null.
              notAfter   Seconds since 1970, or null; not from this second on.
            """)

    @Argument(help: "The key's number.") var key: UInt32
    @Argument(help: "The schedule that it is to have; without one, the key's is shown.") var schedule: [String] = []
    @OptionGroup var options: ClientOptions

    func validate() throws {
        if !schedule.isEmpty { _ = try TermsOptions.read(schedule.joined(separator: " ")) }
    }

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        var row = try client.keys.row(of: key)
        if !schedule.isEmpty {
            do throws(ScheduleNotation.Failure) {
                row.terms.schedule = try ScheduleNotation.parse(schedule.joined(separator: " "))
            } catch {
                throw .refused(code: "invalidRequest", message: "refused: \(error)")
            }
            try client.keys.change(key, row.terms)
            row = try client.keys.row(of: key)
        }
        let text = ScheduleNotation.text(row.terms.schedule)
        guard options.json else { return console.print(text) }
        let windows = row.terms.schedule.windows.map { window in
            JSONValue.object([
                "weekdays": .array((0..<7).filter { window.weekdays & (1 << $0) != 0 }.map { .integer($0 + 1) }),
                "start": .integer(Int64(window.start)), "end": .integer(Int64(window.end)),
            ])
        }
        console.print(
            .object([
                "outcome": "done", "schedule": .text(text), "windows": .array(windows),
                "notBefore": row.terms.schedule.notBefore.map { .integer($0) } ?? .null,
                "notAfter": row.terms.schedule.notAfter.map { .integer($0) } ?? .null,
            ]))
    }
}

struct SessionsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "List the phones that are connected.",
        discussion: """
            JSON:
              outcome   done.
              sessions  A list of objects with key (its number), name (or null), seconds (for
                        how long) and subscribed (whether it is told of changes).
            """)

    @OptionGroup var options: ClientOptions

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        let sessions = try client.keys.sessions()
        let keys = try client.keys.list()
        func name(_ session: SessionRow) -> String? { keys.first { $0.number == session.key }?.terms.name }
        if options.json {
            let rows = sessions.map { session in
                JSONValue.object([
                    "key": .unsigned(UInt64(session.key)), "name": name(session).map { .text($0) } ?? .null,
                    "seconds": .integer(session.seconds), "subscribed": .bool(session.isSubscribed),
                ])
            }
            return console.print(.object(["outcome": "done", "sessions": .array(rows)]))
        }
        guard !sessions.isEmpty else { return console.note("No phone is connected.") }
        var table = Table([.right])
        table.add(["Key", "Name", "For", "Told of changes"].map { .init($0, .faint) })
        for session in sessions {
            table.add([
                .init(String(session.key)), .init(name(session) ?? ""),
                .init(TimeText.duration(milliseconds: UInt64(clamping: session.seconds) * 1_000)),
                .init(session.isSubscribed ? "yes" : "no"),
            ])
        }
        console.print(table.render(console.style))
    }
}

extension KeyClient {
    /// One key, which is refused as the lock would where there is none.
    func row(of key: UInt32) throws(LockClientError) -> KeyRow {
        guard let row = try list().first(where: { $0.number == key }) else {
            throw .refused(code: "noSuchKey", message: "refused: there is no key \(key)")
        }
        return row
    }
}

extension ClientCommand {
    /// Shows what a key has become.
    fileprivate func done(_ client: LockClient, _ key: UInt32, _ console: Console) throws(LockClientError) {
        guard !options.json else { return console.print(.object(["outcome": "done"])) }
        console.print(KeyRow.table([try client.keys.row(of: key)]).render(console.style))
    }
}
