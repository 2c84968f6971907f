import LockCore
import LockSimulation
import Testing

/// What every scenario of a fault must say: how the motor was driven, which code the lock gave, what it wrote down, and what became
/// of an unlock after it.
@Suite("A scenario of a fault")
struct ScenarioCompletenessTests {
    /// Scenarios in which nothing is wrong, each with what it is about instead.
    static let ordinary: [String: String] = [
        "auto-relock": "a function: one deadline, gated by the door",
        "joining": "two people at once",
        "passage": "a mode of operation",
        "stroke": "the picture in the README; its jam is told in full by obstruction",
    ]

    /// Faults that the lock lives through: there is no code to give, so the command under the fault must be seen to be done.
    static let survived: [String: String] = [
        "bouncing-switch": "the verdict waits until the contact rests",
        "clock-jump": "nothing is measured by the civil clock",
        "gauge-unreadable": "an alarm, which has no code; nothing is refused because of it",
        "late-edges": "the motor runs on for as long against its stop",
        "limit-extended-stuck-open-at-rest": "the lock stops claiming what it does not see; the unlock is the command",
        "lost-edges": "the levels are looked at when the drive ends",
        "lost-edges-without-a-stall-sensor": "the same, by the cap",
        "manual-turn": "a hand is no fault; what it does is seen and written down",
        "power-cut-at-rest": "nothing was under way",
    ]

    private static func steps(_ name: String) throws -> [ScenarioStep] {
        try Scenario.parse(try ScenarioFiles.text(name), file: name).get().steps
    }

    @Test("says how the motor was driven and what was written down", arguments: ScenarioFiles.names)
    func drivesAndAudit(name: String) throws {
        guard Self.ordinary[name] == nil else { return }
        let expectations = try Self.steps(name).compactMap(\.expectation)
        #expect(expectations.contains { $0.isOfDrives }, "\(name) does not say how the motor was driven")
        #expect(expectations.contains { $0.isOfAudit }, "\(name) does not say what was written down")
    }

    @Test("says the code, or that the lock lives through it", arguments: ScenarioFiles.names)
    func code(name: String) throws {
        guard Self.ordinary[name] == nil else { return }
        let expectations = try Self.steps(name).compactMap(\.expectation)
        if Self.survived[name] == nil {
            #expect(expectations.contains { $0.isOfCode }, "\(name) does not say which code the lock gives")
        } else {
            #expect(!expectations.contains { $0.isOfCode }, "\(name) does give a code: take it off the list")
            #expect(expectations.contains { $0.isOfDone }, "\(name) does not show that it is lived through")
        }
    }

    @Test("says what becomes of an unlock after it", arguments: ScenarioFiles.names)
    func laterUnlock(name: String) throws {
        guard Self.ordinary[name] == nil else { return }
        let steps = try Self.steps(name)
        let trouble = steps.firstIndex { $0.isTrouble } ?? 0
        let isTold = steps[trouble...].indices.contains { index in
            switch steps[index].action {
            case .command(.unlock, _, let reply?):
                steps[index...].contains {
                    if case .expect(.reply(reply, .some)) = $0.action { true } else { false }
                }
            case .hand(.button):
                steps[index...].contains {
                    if case .expect(.audit(.unlock, _, by: .insideButton)) = $0.action { true } else { false }
                }
            default: false
            }
        }
        #expect(isTold, "\(name) has no unlock after its first trouble whose answer it expects")
    }

    @Test("is on no list that it has left")
    func lists() {
        for name in Array(Self.ordinary.keys) + Array(Self.survived.keys) {
            #expect(ScenarioFiles.names.contains(name), "there is no scenario \(name)")
        }
        #expect(Set(Self.ordinary.keys).isDisjoint(with: Self.survived.keys))
    }
}

extension ScenarioStep {
    fileprivate var expectation: ScenarioExpectation? { if case .expect(let wanted) = action { wanted } else { nil } }

    /// Whether it does something to the lock that is not a command.
    fileprivate var isTrouble: Bool {
        switch action {
        case .hand, .fault, .powerCut, .clockJump, .clock, .store, .boltThreadHeldUp: true
        case .command, .endFault, .endAllFaults, .expect: false
        }
    }
}

extension ScenarioExpectation {
    fileprivate var isOfDrives: Bool {
        switch self {
        case .drive, .noDrive, .drives: true
        default: false
        }
    }

    fileprivate var isOfAudit: Bool { if case .audit = self { true } else { false } }

    fileprivate var isOfCode: Bool {
        switch self {
        case .state(_, let cause): cause != nil
        case .reply(_, .refused), .reply(_, .failed): true
        case .reply(_, .done(_, let warning)): warning != nil
        case .audit(_, .refused, _), .audit(_, .failed, _): true
        case .audit(_, .done(_, let warning), _): warning != nil
        default: false
        }
    }

    fileprivate var isOfDone: Bool { if case .reply(_, .done(_, nil)) = self { true } else { false } }
}
