import ArgumentParser
import CommandSupport
import LockClient
import LockProtocol
import SecureChannel
import Storage

struct PairPhone: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair",
        abstract: "Get a key: by the setup code, or by an invitation.",
        discussion: """
            By the setup code the first phone becomes the owner's, when the inside button is pressed: b in the live view, \
            `button press 150ms` on the standard input of --serve. This command asks for it and waits. By an invitation no button is needed.
            """)

    @Argument(help: "What a setup code or an invitation says: MORTISE:… Case, spaces and hyphens do not matter.")
    var code: String?

    @Flag(help: "Read the setup code off the simulated lock's label, which is a file in its directory.")
    var setupCode = false

    @Option(
        help: ArgumentHelp("What the owner's phone is called at the lock (default: its --phone).", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("Wait at most this long for the button, 0 to 600.", valueName: "seconds"))
    var wait = 60

    @OptionGroup var options: PhoneOptions

    /// How often a closed lock is tried. It is the button that is waited for.
    private static let pause: Duration = .seconds(1)

    func validate() throws {
        guard (code != nil) != setupCode else {
            throw ValidationError(
                "Give either the code, or --setup-code to have it read off the simulated lock's label.")
        }
        guard (0...600).contains(wait) else { throw ValidationError("--wait is \(wait), outside 0 to 600 seconds.") }
        if let code { _ = try parsed(code) }
    }

    private func parsed(_ text: String) throws -> PairingCode {
        do throws(PairingCodeError) { return try PairingCode.parse(text) } catch {
            throw ValidationError(error.description)
        }
    }

    func run() throws {
        let console = Console(program: "mortise-sim")
        do throws(PhoneFailure) {
            let text: String
            if let code { text = code } else { text = try label() }
            let key = try pair(text, console)
            if options.json {
                console.print(.object(["outcome": "done", "phone": .text(options.phone), "key": key.json]))
            } else {
                console.print("paired: \(printable(key.terms.name)), key \(key.number), \(key.terms.role)")
            }
        } catch {
            console.complain(error, asJSON: options.json)
            throw error.status.exitCode
        }
    }

    /// The setup code's text, from the file that stands for the label.
    private func label() throws(PhoneFailure) -> String {
        guard case .bytes(let bytes) = IdentityFiles(directory: options.directory).loadSetup(),
            let fingerprint = Fingerprint(bytes.dropFirst(PairingCode.secretSize))
        else {
            throw PhoneFailure(
                status: .unreachable, message: "there is no label of a simulated lock in \(options.directory)",
                advice: "The simulator makes it at its first start: scripts/run")
        }
        let secret = SecretBytes(copying: bytes.prefix(PairingCode.secretSize))
        return PairingCode(id: .setupCode, secret: secret, fingerprint: fingerprint).text
    }

    private func pair(_ text: String, _ console: Console) throws(PhoneFailure) -> KeyRow {
        let content = try options.file.load()
        guard content?.lock == nil else {
            throw PhoneFailure(
                status: .refused, message: "the phone “\(options.phone)” has paired already",
                advice: "Another phone: --phone NAME. To pair this one anew, first: \(options.command("forget"))")
        }
        // Kept before it is shown to the lock: an answer that gets lost is had again by the same key.
        let identity: Identity
        if let content { identity = content.identity } else { identity = try options.file.make() }
        let connection = try open(text, identity, console)
        var request = WirePair()
        request.name = name ?? options.phone
        let answer: WireAnswer
        do throws(ClientError) { answer = try connection.ask(.pair(request)) } catch {
            throw PhoneFailure(error, options, isPairing: true)
        }
        switch answer.outcome {
        case .key(let key):
            guard let lock = connection.lock else { throw .unexpected("pair") }
            try options.file.pair(with: lock)
            return KeyRow(key)
        case .refused(let refused): throw .refused(refused)
        case .failed(let failed): throw .failed(failed)
        default: throw .unexpected("pair")
        }
    }

    /// The channel for pairing, once the lock opens one.
    private func open(_ text: String, _ identity: Identity, _ console: Console) throws(PhoneFailure) -> PhoneConnection
    {
        let end = ContinuousClock.now + .seconds(wait)
        var hasSaid = false
        while true {
            do throws(ClientError) {
                let stream = try options.stream()
                // It was read before; a setup code that is read twice is the same.
                guard let code = try? PairingCode.parse(text) else { throw .unreachable("the code cannot be read") }
                return try PhoneConnection(stream, as: identity, pairingBy: code)
            } catch {
                guard case .refused(.pairingClosed) = error, ContinuousClock.now < end else {
                    throw PhoneFailure(error, options, isPairing: true)
                }
                if !hasSaid, !options.json {
                    console.note(
                        "Pairing is closed. Press the inside button: b in the live view. Waiting for \(wait) s…\n"
                            + "(A lock that has an owner stays closed: ask its owner for an invitation.)")
                }
                hasSaid = true
                rest(for: min(Self.pause, max(.milliseconds(1), end - .now)))
            }
        }
    }
}

struct ForgetLock: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Forget the lock, so that this phone can pair anew.",
        discussion: "Only the phone forgets: its key at the lock, if it has one still, is taken away by keys revoke.")

    @OptionGroup var options: PhoneOptions

    func run() throws {
        let console = Console(program: "mortise-sim")
        do throws(PhoneFailure) {
            guard try options.file.load()?.lock != nil else { throw .notPaired(options) }
            try options.file.unpair()
            if options.json { console.print(.object(["outcome": "done"])) } else { console.print("forgotten") }
        } catch {
            console.complain(error, asJSON: options.json)
            throw error.status.exitCode
        }
    }
}
