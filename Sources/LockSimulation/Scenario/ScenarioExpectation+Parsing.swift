import LockCore

extension ScenarioExpectation {
    /// Reads the textual form: ``syntax`` lists what it may be.
    init(text: String) throws(PhraseError) {
        var phrase = Phrase(text, kind: "expectation")
        self = try Self.read(try phrase.word("what is expected"), from: &phrase)
        try phrase.end()
    }

    private static func read(_ word: String, from phrase: inout Phrase) throws(PhraseError) -> ScenarioExpectation {
        switch word {
        case "state": return try state(&phrase)
        case "position":
            return .position(try phrase.choice("the position", BoltPosition.allCases.map { ($0.rawValue, $0) }))
        case "bolt": return .bolt(try phrase.numbers("where the bolt is, in mm"))
        case "reply": return try reply(&phrase)
        case "audit": return try audit(&phrase)
        case "no": return try phrase.choice("what there is none of", [("audit", .noAudit), ("drive", .noDrive)])
        case "drive": return .drive(try phrase.direction(), try phrase.durations("how long the motor is driven"))
        case "drives": return .drives(Int(try phrase.whole("the number of drives", in: countBounds)))
        case "energised":
            return try phrase.choice(
                "the drive",
                [("extend", .energised(.extend)), ("retract", .energised(.retract)), ("no", .energised(nil))])
        case "alarm":
            let alarm = try phrase.choice("the alarm", Alarm.allCases.map { ($0.rawValue, $0) })
            return .alarm(alarm, isActive: try phrase.choice("the alarm", [("on", true), ("off", false)]))
        case "battery":
            if phrase.takes("unreadable") { return .battery(nil) }
            return .battery(try phrase.wholes("the charge in percent"))
        case "door": return .door(isOpen: try phrase.choice("the door", [("open", true), ("closed", false)]))
        case "relock":
            if phrase.takes("none") { return .relock(nil) }
            return .relock(try phrase.durations("how long until relocking"))
        case "cap": return .cap(try phrase.direction(), try phrase.durations("the cap"))
        case "calibrated":
            return .calibrated(try phrase.choice("whether it is calibrated", [("yes", true), ("no", false)]))
        case "motion":
            return .motion(isOpen: try phrase.choice("the journal's motion", [("open", true), ("none", false)]))
        default: throw phrase.error("\"\(word)\" is no expectation; allowed: \(syntax.joined(separator: ", "))")
        }
    }

    /// Besides the states that a lock has: without power it has none.
    static let stateNames = LockState.names + ["off"]

    private static func state(_ phrase: inout Phrase) throws(PhraseError) -> ScenarioExpectation {
        let name = try phrase.choice("the state", stateNames.map { ($0, $0) })
        let isLatched = name == "jammed" || name == "fault"
        return .state(name: name, cause: isLatched ? try phrase.code() : nil)
    }

    private static func reply(_ phrase: inout Phrase) throws(PhraseError) -> ScenarioExpectation {
        let name = try phrase.word("the reply's name")
        switch try phrase.choice("the reply", [("none", 0), ("done", 1), ("refused", 2), ("failed", 3)]) {
        case 0: return .reply(name: name, nil)
        case 1:
            let state = try phrase.choice("the state", LockState.names.map { ($0, $0) })
            return .reply(name: name, .done(state: state, warning: try phrase.warning()))
        case 2: return .reply(name: name, .refused(try phrase.code()))
        default:
            let code = try phrase.code()
            guard phrase.peekedWord != nil else { return .reply(name: name, .failed(code, nil)) }
            let finding = try phrase.choice("the finding", CalibrationFinding.allCases.map { ($0.rawValue, $0) })
            return .reply(name: name, .failed(code, finding))
        }
    }

    private static func audit(_ phrase: inout Phrase) throws(PhraseError) -> ScenarioExpectation {
        let action = try phrase.choice("the action", AuditAction.allCases.map { ($0.rawValue, $0) })
        let outcome: ScenarioOutcome
        switch try phrase.choice("the outcome", [("done", 0), ("already", 1), ("refused", 2), ("failed", 3)]) {
        case 0: outcome = .done(state: phrase.stateName(), warning: try phrase.warning())
        case 1: outcome = .already(state: phrase.stateName())
        case 2: outcome = .refused(try phrase.code())
        default: outcome = .failed(try phrase.code())
        }
        return .audit(action, outcome, by: phrase.takes("by") ? try phrase.origin() : nil)
    }
}

extension Phrase {
    /// Takes the next word if it is this one.
    mutating func takes(_ word: String) -> Bool {
        guard peekedWord == word else { return false }
        _ = optionalWord()
        return true
    }

    mutating func warning() throws(PhraseError) -> FaultCode? { takes("warning") ? try code() : nil }

    mutating func stateName() -> String? {
        guard let word = peekedWord, LockState.names.contains(word) else { return nil }
        return optionalWord()
    }
}
