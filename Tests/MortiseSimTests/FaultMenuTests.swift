import LockCore
import LockSimulation
import Testing

@testable import mortise_sim

@Suite struct FaultMenuTests {
    @Test func `every row of the menu is an action that scenarios know, and has a key and a place of its own`() throws {
        #expect(FaultMenu.entries.count == FaultMenu.rows.count)
        #expect(Set(FaultMenu.rows.map(\.key)).count == FaultMenu.rows.count)
        for row in FaultMenu.rows {
            #expect(throws: Never.self, "\(row.text)") { try ScenarioAction(text: row.text) }
            #expect(row.label.count <= FaultMenu.labelWidth, "\(row.label)")
            #expect(!"fq0".contains(row.key), "\(row.key) leaves the menu or ends all faults")
        }
    }

    /// `limit-stuck extended|retracted active|inactive` is four kinds; a word in capitals is a figure.
    private static func kinds(of syntax: String) -> [[String]] {
        syntax.split(separator: " ").reduce([[]]) { kinds, word in
            let choices = word.filter { $0 != "[" && $0 != "]" }.split(separator: "|").map(String.init)
            return kinds.flatMap { kind in choices.map { kind + [$0] } }
        }
    }

    private static func matches(_ text: String, _ kind: [String]) -> Bool {
        let words = text.split(separator: " ").map(String.init)
        return words.count == kind.count
            && zip(words, kind).allSatisfy { word, wanted in
                word == wanted || !wanted.contains { $0.isLowercase } || wanted.isEmpty
            }
    }

    @Test func `every kind of fault that scenarios know can be put in by a key, for either switch`() {
        let faults = FaultMenu.rows.map(\.text).filter { $0.hasPrefix("fault ") }.map { String($0.dropFirst(6)) }
        let kinds = Fault.syntax.flatMap(Self.kinds)
        #expect(kinds.count >= 17)
        for kind in kinds { #expect(faults.contains { Self.matches($0, kind) }, "\(kind.joined(separator: " "))") }
        // The syntax is words; the cases are what the compiler knows.
        let names = Set(
            FaultMenu.entries.compactMap { if case .fault(let fault) = $0.action { fault.name } else { nil } })
        #expect(names == Set(Fault.allCases.map(\.name)))
    }

    @Test func `whatever befalls the whole device in a scenario can be done by a key`() {
        let texts = FaultMenu.rows.map(\.text) + [LiveKeys.powerCut, LiveKeys.diskStall]
        let verbs = Set(ScenarioAction.syntax.compactMap { $0.split(separator: " ").first.map(String.init) })
        // Commands, faults and their ends have keys of other kinds, and nobody expects anything of a person at the keys.
        for verb in verbs.subtracting(["command", "fault", "end", "expect"]) {
            #expect(texts.contains { $0.split(separator: " ").first.map(String.init) == verb }, "\(verb)")
        }
        for clock in ScenarioAction.Clock.allCases { #expect(texts.contains("clock \(clock.rawValue)")) }
        #expect(texts.contains { $0.hasPrefix("clock-jump -") })
        #expect(texts.contains("store fail"))
    }

    @Test func `the menu fits into the least window`() {
        let rows = (FaultMenu.entries.count + FaultMenu.columns - 1) / FaultMenu.columns
        // Title, state and drawing take ten rows, the keys two.
        #expect(10 + rows + 2 <= LiveFrame.leastRows)
        #expect(FaultMenu.columns * (FaultMenu.labelWidth + 6) + 1 <= LiveFrame.leastColumns)
    }
}
