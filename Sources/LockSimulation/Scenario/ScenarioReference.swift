import LockCore

/// The reference of the scenario language, made of the tables that its parser reads with and explains its errors with.
package enum ScenarioReference {
    /// As Markdown: what is committed as board/scenarios/README.md.
    package static let markdown: String = {
        var text = """
            # Scenarios

            Made by `mortise-sim scenario-reference`; a test holds it to be current.

            A scenario is a story told to a virtual lock: what happens when, and what must be seen. `mortise-sim --headless --scenario
            FILE` plays it in virtual time, writes one JSON object a line, and ends with 0 when every expectation was met, 1 when one
            was not, 2 when a safety rule was broken, 65 when the file is wrong. One `--seed` decides all that is random.

            ```
            # A comment.
            title    A lock, and an unlock
            set      retries 0

            1s       command lock as first
            +700ms   expect reply first done locked
            +0s      expect drive extend 350ms..600ms
            ```

            One step a line: an instant, from the moment at which the power comes on or, with `+`, from the line before, and what
            happens then. Directives come before the first step. A duration is a number with `us`, `ms` or `s`; a scenario has
            \(Scenario.maximumSteps) steps at most and lasts a week at most. Ranges include both ends. What is said for a length
            (a press, a stall, a power cut) is \(DurationText.format(Phrase.longest)) at most.


            """
        text += section("Directives", ScenarioDirective.forms)
        text += section("Steps", ScenarioAction.forms)
        text += section("COMMAND", ScenarioCommand.forms)
        text += section("What a hand does (a step as well)", Hand.forms)
        text += section("FAULT", Fault.forms)
        text += section("EXPECTATION", ScenarioExpectation.forms)
        text += "## Words\n\n| word | one of |\n|---|---|\n"
        let words: [(String, String)] = [
            ("ORIGIN", Origin.syntax), ("STATE", list(LockState.names)),
            ("CODE", list(FaultCode.allCases.map(\.rawValue))),
            ("FINDING", list(CalibrationFinding.allCases.map(\.rawValue))),
            ("ACTION", list(AuditAction.allCases.map(\.rawValue))),
            ("alarm NAME", list(Alarm.allCases.map(\.rawValue))),
        ]
        for (word, values) in words { text += "| \(word) | \(values) |\n" }
        return text
    }()

    private static func section(_ title: String, _ forms: [PhraseForm]) -> String {
        var text = "## \(title)\n\n| form | meaning |\n|---|---|\n"
        for form in forms { text += "| `\(escaped(form.syntax))` | \(escaped(form.meaning)) |\n" }
        return text + "\n"
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }

    /// A bar ends a cell, in code as well.
    private static func escaped(_ text: String) -> String { text.split(separator: "|").joined(separator: "\\|") }
}
