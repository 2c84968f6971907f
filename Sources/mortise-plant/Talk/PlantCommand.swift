import LockCore
import LockSimulation

/// A line that the plant was told could not be understood, or not be done; nothing has changed.
struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// What the plant can be told. PROTOCOL.md has the answers.
enum PlantCommand: Hashable, Sendable {
    case hand(Hand)
    case fault(Fault)
    case endFault(Fault)
    case endAllFaults
    case status
    case mark
    case drives(since: Instant)
    case edges(since: Instant)
    case trace(since: Instant)
    case wait(Condition, atMost: Duration)
    case reset(PlantSetup)
    /// nil: as if nothing had ever been said.
    case atStart(String?)

    /// A wait is longer than any stroke, relock or lock-out; nobody waits for ever.
    static let longestWait: Duration = .seconds(60)
    /// The longest line that can mean anything; a fault or a set-up with every part is shorter.
    static let maximumBytes = 1024

    /// The forms, for help and for error messages.
    static let syntax: [String] =
        Hand.syntax + [
            "fault FAULT", "end FAULT|all", "status", "mark", "drives since MARK", "edges since MARK",
            "trace since MARK", "wait CONDITION TIMEOUT", "reset [SETUP]", "at-start [SETUP]|usual",
        ]

    /// Reads a line. Total: every line is a command or an error.
    init(line: String) throws(CommandError) {
        guard line.utf8.count <= Self.maximumBytes else {
            throw CommandError("the line has \(line.utf8.count) bytes; \(Self.maximumBytes) are allowed")
        }
        guard line.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw CommandError("the line has control characters in it")
        }
        let words = line.split(separator: " ")
        guard let verb = words.first else {
            throw CommandError("the line is empty; allowed: \(Self.syntax.joined(separator: ", "))")
        }
        let rest = words.dropFirst()
        switch verb {
        case "status":
            try Self.nothing(after: verb, rest)
            self = .status
        case "mark":
            try Self.nothing(after: verb, rest)
            self = .mark
        case "drives": self = .drives(since: try Self.since(verb, rest))
        case "edges": self = .edges(since: try Self.since(verb, rest))
        case "trace": self = .trace(since: try Self.since(verb, rest))
        case "wait": self = try Self.wait(rest)
        case "reset": self = .reset(try PlantSetup(words: rest))
        case "at-start":
            if rest.count == 1, rest.first == "usual" {
                self = .atStart(nil)
            } else {
                _ = try PlantSetup(words: rest)
                self = .atStart(rest.joined(separator: " "))
            }
        default: self = try Self.scenario(words.joined(separator: " "))
        }
    }

    /// What scenarios call hands and faults.
    private static func scenario(_ text: String) throws(CommandError) -> PlantCommand {
        let action: ScenarioAction
        do throws(PhraseError) {
            action = try ScenarioAction(text: text)
        } catch {
            let isUnknown = error.kind == "step"
            let allowed = "allowed: \(syntax.joined(separator: ", "))"
            throw CommandError(
                isUnknown ? "cannot read \"\(text)\": it is no command of the plant; \(allowed)" : error.description)
        }
        switch action {
        case .hand(let hand): return .hand(hand)
        case .fault(.lostEdges):
            throw CommandError(
                "\"\(text)\" cannot be acted out: on real lines a level that changes makes an edge")
        case .fault(let fault): return .fault(fault)
        case .endFault(let fault): return .endFault(fault)
        case .endAllFaults: return .endAllFaults
        case .command, .powerCut, .clockJump, .clock, .store, .boltThreadHeldUp, .expect:
            throw CommandError(
                """
                \"\(text)\" is for scenarios: the plant is hands, door and mechanism, not the lock and not the board; \
                allowed: \(syntax.joined(separator: ", "))
                """)
        }
    }

    private static func nothing(after verb: Substring, _ rest: ArraySlice<Substring>) throws(CommandError) {
        if let extra = rest.first { throw CommandError("\"\(extra)\" after \(verb) is one word too many") }
    }

    private static func since(_ verb: Substring, _ rest: ArraySlice<Substring>) throws(CommandError) -> Instant {
        guard rest.count == 2, rest.first == "since", let word = rest.last, let number = Int64(word), number >= 0 else {
            throw CommandError("it must be \"\(verb) since MARK\", MARK being a number that mark has given")
        }
        return Instant(nanoseconds: number)
    }

    private static func wait(_ rest: ArraySlice<Substring>) throws(CommandError) -> PlantCommand {
        guard let last = rest.last, rest.count >= 2 else {
            throw CommandError("it must be \"wait CONDITION TIMEOUT\", such as \"wait moving 2s\"")
        }
        guard let limit = DurationText.parse(last), limit >= .zero, limit <= longestWait else {
            throw CommandError(
                "the time-out is \"\(last)\"; it must be a number with us, ms or s, such as 500ms, up to "
                    + DurationText.format(longestWait))
        }
        return .wait(try Condition(words: rest.dropLast()), atMost: limit)
    }
}
