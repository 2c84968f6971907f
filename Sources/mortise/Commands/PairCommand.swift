import ArgumentParser
import CommandSupport

struct PairCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair",
        abstract: "Wait for the first phone to pair.",
        discussion: """
            A lock takes its first phone when somebody inside has pressed its button, for
            one minute after that: this command cannot press it. It says what is to be
            done, waits, and tells whose phone has paired. The phone needs the setup code,
            which is on the lock's label and in mortise setup-code.
            A lock that has an owner takes phones by invitation: mortise invite.

            JSON:
              outcome  done.
              key      The number of the key that the phone has now.
              name     What the phone is called.
              role     owner.
            """)

    static let timeout = ClientOptions.longestTimeout

    @OptionGroup var options: ClientOptions

    /// How often the lock is asked: a person with a phone in hand does not wait for less.
    private static let pause: Duration = .milliseconds(500)

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        let seconds = options.timeout ?? Self.timeout
        let end = ContinuousClock.now + .seconds(seconds)
        var state = try client.keys.pairing()
        guard !state.hasOwner else {
            throw .refused(code: "pairingClosed", message: "refused: the lock has an owner")
        }
        say(state, console)
        while !state.hasOwner {
            guard ContinuousClock.now < end else { throw .nobodyPaired(seconds: seconds) }
            rest(for: min(Self.pause, max(.milliseconds(1), end - .now)))
            let new = try client.keys.pairing()
            if new.isOpen != state.isOpen, !new.hasOwner { say(new, console) }
            state = new
        }
        // Whoever has paired may have given keys to others meanwhile.
        guard let owner = try client.keys.list().filter({ $0.terms.role == "owner" }).min(by: { $0.number < $1.number })
        else { throw .notUnderstood(doing: "list its keys", detail: "it has an owner and no owner's key") }
        if options.json {
            console.print(
                .object([
                    "outcome": "done", "key": .unsigned(UInt64(owner.number)), "name": .text(owner.terms.name),
                    "role": .text(owner.terms.role),
                ]))
        } else {
            console.print("paired: \(printable(owner.terms.name)), key \(owner.number), \(owner.terms.role)")
        }
    }

    private func say(_ state: PairingReport, _ console: Console) {
        guard !options.json else { return }
        console.note(
            state.isOpen
                ? "Pairing is open, for a minute from the button: let the phone read the setup code (mortise setup-code)."
                : PairingReport.closed)
    }
}

struct SetupCodeCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup-code",
        abstract: "Show the setup code that makes the first phone the owner's.",
        discussion: """
            As text and as a QR code, the same as on the lock's label. It works only while
            nobody owns the lock, and when the inside button has been pressed: see mortise
            pair. Whoever has both owns the lock, so it is as secret as a key.

            JSON:
              outcome   done.
              code      The code as text.
              hasOwner  Whether the lock has an owner; the code is of no use then.
              open      Whether a phone can pair now.
            """)

    @OptionGroup var drawing: QRCodeOptions
    @OptionGroup var options: ClientOptions

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        let state = try client.keys.pairing()
        guard !state.setupCode.isEmpty else {
            throw .failed(code: "storeUnavailable", message: "failed: this lock has no setup code")
        }
        if options.json {
            console.print(
                .object([
                    "outcome": "done", "code": .text(state.setupCode), "hasOwner": .bool(state.hasOwner),
                    "open": .bool(state.isOpen),
                ]))
            return
        }
        console.print(drawing.render(printable(state.setupCode), console.style))
        console.note(
            state.hasOwner
                ? "The lock has an owner: the code is of no use until the lock is reset."
                : state.isOpen
                    ? "Pairing is open."
                    : PairingReport.closed)
    }
}

extension PairingReport {
    fileprivate static let closed = "Pairing is closed: press the inside button. It is open for a minute then."
}
