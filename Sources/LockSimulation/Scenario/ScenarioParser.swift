import LockCore

/// One thing that is wrong in a scenario file.
package struct ScenarioProblem: Hashable, Sendable, CustomStringConvertible {
    package var file: String
    /// From 1.
    package var line: Int
    /// What is wrong, with the word, and what is allowed.
    package var message: String

    package var description: String { "\(file):\(line): \(message)" }
}

/// All that is wrong in a scenario file, in the order of its lines; never empty, at most ``maximumKept``.
package struct ScenarioErrors: Error, Hashable, Sendable, CustomStringConvertible {
    package internal(set) var problems: [ScenarioProblem]
    /// More than a person mends in one go.
    package static let maximumKept = 64

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension Scenario {
    /// A story longer than this is a random walk.
    package static let maximumSteps = 2_000
    /// The last instant that a step may have: a week, which holds every deadline that the lock knows.
    package static let longest: Duration = .seconds(604_800)

    /// Reads a scenario. Total: any text gives a scenario or a list of what is wrong with it.
    package static func parse(_ text: String, file: String) -> Result<Scenario, ScenarioErrors> {
        var parser = ScenarioParser(file: file)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            parser.read(line, number: index + 1)
        }
        parser.finish()
        guard parser.problems.isEmpty else { return .failure(ScenarioErrors(problems: parser.problems)) }
        return .success(parser.scenario)
    }
}

/// Reads the lines of a scenario one after the other.
struct ScenarioParser {
    var scenario: Scenario
    private(set) var problems: [ScenarioProblem] = []
    private var last = Instant.zero
    private var hasBegun = false
    /// The replies that commands so far have named.
    private var names: Set<String> = []

    init(file: String) { scenario = Scenario(file: file) }

    mutating func read(_ line: Substring, number: Int) {
        let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
        guard let first = words.first else { return }
        let rest = words.dropFirst().joined(separator: " ")
        do throws(PhraseError) {
            if let at = try instant(String(first)) {
                hasBegun = true
                try step(rest, at: at, number: number)
            } else {
                guard !hasBegun else {
                    throw PhraseError(
                        kind: "instant", input: String(first),
                        complaint:
                            "a step begins with one, such as 1.5s, 250ms or +300ms; directives come before the first")
                }
                try ScenarioDirective.apply(String(first), rest, to: &scenario)
            }
        } catch {
            complain(number, error.description)
        }
    }

    mutating func finish() {
        if scenario.steps.isEmpty, problems.isEmpty { complain(1, "there is no step in this scenario") }
    }

    private mutating func complain(_ line: Int, _ message: String) {
        guard problems.count < ScenarioErrors.maximumKept else { return }
        problems.append(ScenarioProblem(file: scenario.file, line: line, message: message))
    }

    /// nil: the word does not look like an instant.
    private mutating func instant(_ word: String) throws(PhraseError) -> Instant? {
        guard let first = word.unicodeScalars.first, first == "+" || ("0"..."9").contains(first) else { return nil }
        let isRelative = first == "+"
        guard let duration = DurationText.parse(isRelative ? String(word.dropFirst()) : word), duration >= .zero else {
            throw PhraseError(
                kind: "instant", input: word, complaint: "it must be a number with us, ms or s, such as 1.5s or +300ms")
        }
        let at = (isRelative ? last : .zero) + duration
        guard at >= last else {
            let time = DurationText.format(last - .zero)
            throw PhraseError(kind: "instant", input: word, complaint: "it is before the step before it, at \(time)")
        }
        guard at - .zero <= Scenario.longest else {
            throw PhraseError(kind: "instant", input: word, complaint: "a scenario lasts a week at most")
        }
        last = at
        return at
    }

    private mutating func step(_ text: String, at: Instant, number: Int) throws(PhraseError) {
        guard scenario.steps.count < Scenario.maximumSteps else {
            throw PhraseError(kind: "step", input: text, complaint: "a scenario has \(Scenario.maximumSteps) at most")
        }
        let action = try Self.action(text)
        if case .command(_, _, let name?) = action {
            guard names.insert(name).inserted else {
                throw PhraseError(kind: "command", input: text, complaint: "there is a reply named \"\(name)\" already")
            }
        }
        if case .expect(.reply(let name, _)) = action, !names.contains(name) {
            throw PhraseError(
                kind: "expectation", input: text,
                complaint: "no command before it is named \"\(name)\"; \(Self.list("there are", names.sorted()))")
        }
        scenario.steps.append(ScenarioStep(line: number, at: at, action: action, text: text))
    }

    static func list(_ intro: String, _ words: [String]) -> String {
        words.isEmpty ? "there are none" : "\(intro): \(words.joined(separator: ", "))"
    }

    // MARK: Actions

    /// Hand actions are known by their first word.
    private static let handWords: Set<String> = Set(
        Hand.syntax.compactMap { $0.split(separator: " ").first.map(String.init) })

    static func action(_ text: String) throws(PhraseError) -> ScenarioAction {
        var phrase = Phrase(text, kind: "step")
        let verb = try phrase.word("what happens")
        let rest = String(text.dropFirst(verb.count).drop { $0 == " " })
        if handWords.contains(verb) { return .hand(try Hand(text: text)) }
        let action: ScenarioAction
        switch verb {
        case "command": return try command(rest)
        case "expect": return .expect(try ScenarioExpectation(text: rest))
        case "fault": return .fault(try Fault(text: rest))
        case "end": return rest == "all" ? .endAllFaults : .endFault(try Fault(text: rest))
        case "clock-jump":
            guard case .clockJump(let seconds) = try WorldEvent(text: text) else { throw phrase.error("no jump") }
            return .clockJump(seconds: seconds)
        case "power-cut":
            action = .powerCut(
                try rest.isEmpty ? ScenarioAction.usualPowerCut : phrase.duration("how long the power is gone"))
        case "clock":
            action = .clock(
                try phrase.choice("the clock", ScenarioAction.Clock.allCases.map { ($0.rawValue, $0) }))
        case "store":
            switch try phrase.choice("the store", [("stall", 0), ("fail", 1), ("work", 2)]) {
            case 0: action = .store(.stall(try phrase.duration("how long it stands still")))
            case 1: action = .store(.fail)
            default: action = .store(.work)
            }
        case "bolt-thread":
            _ = try phrase.choice("the bolt thread", [("held-up", ())])
            action = .boltThreadHeldUp(try phrase.duration("how long it is held up"))
        default:
            let allowed = (ScenarioAction.syntax + Hand.syntax).joined(separator: ", ")
            throw phrase.error("\"\(verb)\" is no step; allowed: \(allowed)")
        }
        try phrase.end()
        return action
    }

    /// Who asks when a scenario does not say: the first person with an account on the lock.
    static let usualOrigin = Origin.local(user: 1000)

    private static func command(_ text: String) throws(PhraseError) -> ScenarioAction {
        var phrase = Phrase(text, kind: "command")
        let command = try command(&phrase)
        var name: String?
        var origin: Origin?
        while let word = phrase.optionalWord() {
            switch word {
            case "as" where name == nil: name = try phrase.word("the reply's name")
            case "from" where origin == nil: origin = try phrase.origin()
            default: throw phrase.error("\"\(word)\" must be as NAME or from ORIGIN, each once")
            }
        }
        return .command(command, from: origin ?? usualOrigin, name: name)
    }

    private static func command(_ phrase: inout Phrase) throws(PhraseError) -> ScenarioCommand {
        switch try phrase.word("the command") {
        case "lock": return .lock
        case "unlock": return .unlock
        case "calibrate": return .calibrate
        case "acknowledge": return .acknowledge
        case "set":
            switch try phrase.choice("what is set", [("mode", 0), ("auto-relock", 1), ("door-ajar", 2)]) {
            case 0: return .setMode(try phrase.choice("the mode", OperatingMode.allCases.map { ($0.rawValue, $0) }))
            case 1: return .setAutoRelock(try phrase.durationOrOff("how long until relocking"))
            default: return .setDoorAjar(try phrase.durationOrOff("how long a door may stand open"))
            }
        case let word:
            throw phrase.error(
                "\"\(word)\" is no command; allowed: \(ScenarioCommand.syntax.joined(separator: ", "))")
        }
    }
}

extension Phrase {
    mutating func durationOrOff(_ what: String) throws(PhraseError) -> Duration? {
        peekedWord == "off"
            ? {
                _ = optionalWord(); return nil
            }() : try duration(what)
    }

    mutating func origin() throws(PhraseError) -> Origin {
        let word = try word("the origin")
        guard let origin = Origin(text: word) else {
            throw error("\"\(word)\" is no origin; allowed: \(Origin.syntax)")
        }
        return origin
    }

    mutating func code() throws(PhraseError) -> FaultCode {
        try choice("the code", FaultCode.allCases.map { ($0.rawValue, $0) })
    }

    mutating func direction() throws(PhraseError) -> Direction {
        try choice("the direction", Direction.allCases.map { ($0.rawValue, $0) })
    }

    /// Two words of one kind with `..` between them.
    private mutating func bounds(_ what: String, _ example: String) throws(PhraseError) -> (low: String, high: String) {
        let word = try word(what)
        var low = ""
        var rest = Substring(word)
        while !rest.isEmpty, !rest.hasPrefix("..") { low.append(rest.removeFirst()) }
        guard rest.hasPrefix("..") else { throw error("\(what) is \"\(word)\"; it must be a range such as \(example)") }
        return (low, String(rest.dropFirst(2)))
    }

    mutating func durations(_ what: String) throws(PhraseError) -> ClosedRange<Duration> {
        let bounds = try bounds(what, "350ms..600ms")
        guard let low = DurationText.parse(bounds.low), let high = DurationText.parse(bounds.high), low <= high else {
            throw error("\(what) is \"\(bounds.low)..\(bounds.high)\"; it must be a range such as 350ms..600ms")
        }
        return low...high
    }

    mutating func numbers(_ what: String) throws(PhraseError) -> ClosedRange<Double> {
        let bounds = try bounds(what, "19..20.3")
        guard let low = Double(bounds.low), let high = Double(bounds.high), low <= high else {
            throw error("\(what) is \"\(bounds.low)..\(bounds.high)\"; it must be a range such as 19..20.3")
        }
        return low...high
    }

    mutating func wholes(_ what: String) throws(PhraseError) -> ClosedRange<Int64> {
        let bounds = try bounds(what, "9..12")
        guard let low = Int64(bounds.low), let high = Int64(bounds.high), low <= high else {
            throw error("\(what) is \"\(bounds.low)..\(bounds.high)\"; it must be a range such as 9..12")
        }
        return low...high
    }
}
