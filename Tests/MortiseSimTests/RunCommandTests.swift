import ArgumentParser
import Testing

@testable import mortise_sim

@Suite struct RunCommandTests {
    @Test func `a scenario is played headless without being told so`() throws {
        let command = try RunCommand.parse(["--scenario", "x"])
        #expect(command.scenario == "x")
        _ = try RunCommand.parse(["--headless", "--scenario", "x", "--trace", "y.svg"])
    }

    @Test(arguments: [["--headless"], ["--trace", "y.svg"], ["--serve", "--scenario", "x"], ["--position", "21"]])
    func `what does not go together is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try RunCommand.parse(arguments) }
    }
}
