import Testing

@testable import Configuration

@Suite("Bad board profiles")
struct BadProfileTests {
    @Test("a wrong value is an error with file, line, key and the allowed range", arguments: BadProfile.values)
    func values(bad: BadProfile) {
        #expect(Fixture.complaint(bad.text) == bad.expected)
    }

    @Test("a wrong line is an error with file, line, key and what is allowed", arguments: BadProfile.lines)
    func lines(bad: BadProfile) {
        #expect(Fixture.complaint(bad.text) == bad.expected)
    }

    @Test("a wrong structure is an error with file, line and what is allowed", arguments: BadProfile.structure)
    func structure(bad: BadProfile) {
        #expect(Fixture.complaint(bad.text) == bad.expected)
    }

    @Test("values that contradict each other are an error that names both keys and lines", arguments: BadProfile.rules)
    func rules(bad: BadProfile) {
        #expect(Fixture.complaint(bad.text) == bad.expected)
    }

    @Test("all problems are reported together, in the order of the file")
    func together() {
        let text = Fixture.inserting("cap=900", "brake=1h", "retries=9", after: 17) + "warm=20%\n"
        #expect(
            Fixture.complaint(text) == """
                b.conf:18: [Motor] cap: "900" needs a unit: us, ms or s; allowed: 100ms to 5s
                b.conf:19: [Motor] brake: "1h" has the wrong unit "h"; it needs us, ms or s; allowed: 10ms to 500ms
                b.conf:20: [Motor] retries: "9" is out of range; allowed: 0 to 5
                b.conf:23: [Battery] warm: there is no such key; did you mean warn?; allowed: supply, warn, refuse-lock or brown-out
                """)
    }

    @Test("problems carry their position, section and key for programs")
    func programs() throws {
        let result = BoardProfile.parse(Fixture.inserting("  cap = 9s", after: 17), file: "b.conf")
        guard case .failure(let errors) = result else {
            Issue.record("the profile is valid")
            return
        }
        #expect(
            errors.problems == [
                ConfigurationProblem(
                    file: "b.conf", position: FilePosition(line: 18, column: 9), section: "Motor", key: "cap",
                    message: "\"9s\" is out of range", allowed: "100ms to 5s")
            ])
    }

    @Test("a flood of problems is cut, and says by how much")
    func flood() {
        let text = Fixture.text + (1...100).map { "key\($0)=v\n" }.joined()
        let lines = Fixture.complaint(text)?.split(separator: "\n") ?? []
        #expect(lines.count == ProblemList.maximumKept + 1)
        #expect(lines.last == "… and 36 more")
    }
}
