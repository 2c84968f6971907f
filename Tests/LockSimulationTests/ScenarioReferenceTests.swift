import Glibc
import LockCore
import LockSimulation
import Testing

@Suite("The reference of the scenario language")
struct ScenarioReferenceTests {
    @Test("is current; if not: mortise-sim scenario-reference >board/scenarios/README.md")
    func current() throws {
        #expect(try ScenarioFiles.contents("README.md") == ScenarioReference.markdown)
    }

    @Test("has an example of every form, and each is read")
    func examples() throws {
        for form in ScenarioDirective.forms { try parse("\(form.example)\n1s expect no drive") }
        for form in ScenarioAction.forms + Hand.forms { try parse("1s \(form.example)") }
        for form in ScenarioCommand.forms { try parse("1s command \(form.example)") }
        for form in Fault.forms {
            try parse("1s fault \(form.example)")
            try parse("1s end \(form.example)")
        }
        for form in ScenarioExpectation.forms where !form.example.hasPrefix("reply") {
            try parse("1s expect \(form.example)")
        }
        for reply in [
            "none", "done locked warning journalUnavailable", "refused busy", "failed driverFault reversedMotor",
        ] {
            try parse("1s command lock as one\n2s expect reply one \(reply)")
        }
    }

    @Test("has every fault and every hand's action")
    func complete() {
        #expect(Fault.forms.map { $0.syntax.split(separator: " ")[0] } == Fault.allCases.map { $0.name[...] })
        #expect(Set(Hand.forms.map { $0.syntax.split(separator: " ")[0] }).count == Hand.forms.count)
    }

    @Test("names bounds that the parser holds to")
    func bounds() throws {
        let wrong = [
            "1s fault obstruction 101", "1s fault late-edges 1.1s", "1s fault lost-edges extended 0",
            "1s fault lost-edges extended 1000001", "1s fault weak-battery 101", "1s battery 101",
            "1s thumbturn to 101",
            "1s clock-jump 3155760001", "1s power-cut 3601s", "position 20.5\n1s no",
            "set retries 6\n1s expect no drive",
            "set rest-per-drive 0\n1s expect no drive", "mechanism friction 101\n1s expect no drive",
            "1s expect drives 1000001",
        ]
        for text in wrong {
            if case .success = Scenario.parse(text, file: "wrong") { Issue.record("\(text) was accepted") }
        }
    }

    private func parse(_ text: String) throws {
        if case .failure(let errors) = Scenario.parse(text, file: "example") { Issue.record("\(text): \(errors)") }
    }
}
