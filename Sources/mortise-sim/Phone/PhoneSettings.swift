import ArgumentParser
import CommandSupport
import LockClient
import LockCore
import LockProtocol

struct PhoneSettings: PhoneCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Show or change the lock's settings.",
        discussion: "For owners and administrators. What is not named stays.")

    @Option(help: "How the lock behaves toward people.") var mode: ModeChoice?
    @Option(help: ArgumentHelp("5 s to 4 h with its unit (30s, 5min, 1h), or never.", valueName: "time"))
    var autoRelock: Period?
    @Option(help: ArgumentHelp("10 s to 4 h with its unit, or never.", valueName: "time"))
    var doorAjar: Period?
    @OptionGroup var options: PhoneOptions

    func validate() throws {
        let settings = Settings(
            autoRelockMilliseconds: autoRelock?.milliseconds, doorAjarMilliseconds: doorAjar?.milliseconds)
        if let complaint = settings.complaint() { throw ValidationError(complaint) }
    }

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        var change = WireChangeSettings()
        if let mode { change.mode = WireMode(mode) }
        if let autoRelock { change.autoRelockMilliseconds = UInt32(clamping: autoRelock.onBus) }
        if let doorAjar { change.doorAjarMilliseconds = UInt32(clamping: doorAjar.onBus) }
        let isChange = mode != nil || autoRelock != nil || doorAjar != nil
        let request: WireRequest.OneOf_Ask = isChange ? .changeSettings(change) : .getSettings(WireGetSettings())
        guard case .settings(let settings) = try talk.ask(request) else { throw .unexpected("tell its settings") }
        let (relock, ajar) = (UInt64(settings.autoRelockMilliseconds), UInt64(settings.doorAjarMilliseconds))
        if options.json {
            return console.print(
                .object([
                    "outcome": "done", "mode": .text(word(settings.mode)), "autoRelock": .unsigned(relock),
                    "doorAjar": .unsigned(ajar),
                ]))
        }
        var table = Table()
        table.add([.init("Mode", .faint), .init(Words.mode(word(settings.mode)))])
        table.add([.init("Auto-relock", .faint), .init(Words.period(relock, none: "never"))])
        table.add([.init("Door-ajar alarm", .faint), .init(Words.period(ajar, none: "none"))])
        console.print(table.render(console.style))
    }
}

extension WireMode {
    fileprivate init(_ choice: ModeChoice) {
        switch choice {
        case .normal: self = .normal
        case .passage: self = .passage
        case .lockOut: self = .lockOut
        }
    }
}

struct PhoneClock: PhoneCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock", abstract: "Show or set the lock's clock.",
        discussion: """
            Every command of an owner's or administrator's phone sets a clock that nobody vouches for; --set sets it in any \
            case, which is for owners and administrators.
            """)

    @Flag(help: "Set it to this machine's time.") var set = false
    @OptionGroup var options: PhoneOptions

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        if set {
            var request = WireSetClock()
            request.unixSeconds = unixSeconds()
            guard case .done = try talk.ask(.setClock(request)) else { throw .unexpected("set its clock") }
        }
        guard case .welcome(let welcome) = try talk.ask(.hello(WireHello())) else {
            throw .unexpected("tell its clock")
        }
        if options.json {
            console.print(
                .object([
                    "outcome": "done",
                    "unixSeconds": welcome.clock.unixSeconds == 0 ? .null : .integer(welcome.clock.unixSeconds),
                    "trusted": .bool(welcome.clock.isTrusted),
                    "utcOffsetSeconds": .integer(Int64(welcome.clock.utcOffsetSeconds)),
                ]))
        } else {
            console.print(PhoneWords.clock(welcome.clock))
        }
    }
}

struct ResetByPhone: PhoneCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Reset the lock: it forgets every key, its log and who it was.",
        discussion: """
            For owners, and confirmed by the inside button within 30 seconds: b in the live view. The lock starts again with \
            another key of its own and the same setup code; this phone forgets it.
            """)

    @OptionGroup var options: PhoneOptions

    /// The protocol's 40 s, of which the lock waits 30 for the button, and 5 more.
    private static let patience: Duration = .seconds(45)

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        if !options.json { console.note("Press the inside button within 30 s: b in the live view.") }
        let answer: WireAnswer.OneOf_Outcome
        do throws(ClientError) {
            let whole = try talk.connection.ask(.factoryReset(WireFactoryReset()), within: Self.patience)
            answer = whole.outcome ?? .done(WireDone())
        } catch .goodbye(.reset) {
            answer = .done(WireDone())
        } catch {
            throw PhoneFailure(error, options)
        }
        switch answer {
        case .refused(let refused): throw .refused(refused)
        case .failed(let failed): throw .failed(failed)
        default: break
        }
        try options.file.unpair()
        try console.showDone(answer, "reset: the lock knows nobody any more", options)
    }
}
