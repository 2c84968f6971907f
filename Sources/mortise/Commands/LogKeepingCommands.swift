import ArgumentParser
import CommandSupport

struct VerifyLog: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify that the audit log was not tampered with.",
        discussion: """
            The entries are a chain: each has a hash, made of what it says and of the hash
            before. This shows an entry that was changed, taken out, put in or moved. Whoever
            writes all hashes anew, cuts off the end, or puts an older copy in its place is
            found by what phones have seen, which is compared: what their phones have brought
            since the lock started, and what is given with --witness. So the log is
            tamper-evident up to the last entry that somebody vouches for, and for the time
            before they saw it nobody does. Oldest entries that went before their time are
            not missed, and a lock whose program was replaced says what that one likes.

            Ends with status 1 where something is the matter.

            JSON:
              outcome     done.
              verdict     intact; altered: the entry with this number says something else
                          than it did; broken: it does not continue the one before; gap:
                          entries are missing behind this number; contradictsWitness: a
                          phone has seen another entry of this number, or a longer log.
              number      Of that entry; of intact the last that somebody vouches for, or
                          null.
              keys        A list of the keys whose phones do, or say so.
              first       The oldest entry's number.
              last        The number of the newest that was verified, or null.
              checkpoint  What --witness takes, of that one, or null.
              erased      How many entries were erased.
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What a phone has seen: the number of an entry, a colon, and its hash. It may be given again.",
            valueName: "number:hash"))
    var witness: [CheckpointText] = []

    @OptionGroup var options: ClientOptions

    func run() throws {
        let console = Console()
        let verdict: LogVerdict
        do throws(LockClientError) {
            let client = try LockClient.onBus(options.address, timeout: options.timeout ?? Self.timeout)
            verdict = try client.verifyLog(witness)
        } catch {
            report(error, console)
            throw error.status.exitCode
        }
        show(verdict, console)
        if !verdict.isIntact { throw ExitStatus.refused.exitCode }
    }

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        show(try client.verifyLog(witness), console)
    }

    private func show(_ verdict: LogVerdict, _ console: Console) {
        if options.json {
            console.print(verdict.json)
        } else if verdict.isIntact {
            console.print(verdict.words)
        } else {
            console.complain(printable(verdict.words))
        }
    }
}

struct EraseLog: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase what the audit log says, of one key or all of it.",
        discussion: """
            Of the entries their numbers are left and their links in the chain, so that the
            log can still be verified; an entry says that it was done. What a damaged store
            that was set aside still has goes too, all of it. Nothing of it is in any of the
            lock's files then; that it is gone from the flash chips themselves is not
            claimed. It cannot be taken back.

            JSON:
              outcome  done.
              erased   How many entries.
            """)

    @Flag(help: "Erase all of it.") var all = false
    @Option(
        help: ArgumentHelp(
            "Erase the entries that a key has made, and those about it; also of a key that was taken away.",
            valueName: "number"))
    var key: UInt32?

    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard all != (key != nil), key != 0 else {
            throw ValidationError("Say either --all or --key NUMBER, which is 1 or more.")
        }
    }

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        let count = try client.eraseLog(all ? nil : key)
        if options.json {
            console.print(.object(["outcome": "done", "erased": .unsigned(count)]))
        } else {
            console.print("erased: \(count) \(count == 1 ? "entry" : "entries")")
        }
    }
}
