import ArgumentParser
import Glibc
import Testing

@testable import mortise_sim

@Suite struct RunCommandTests {
    @Test func `a scenario is played headless without being told so`() throws {
        let command = try RunCommand.parse(["--scenario", "x"])
        #expect(command.scenario == "x")
        _ = try RunCommand.parse(["--headless", "--scenario", "x", "--trace", "y.svg"])
    }

    @Test func `scripts/run knows the options, so that it tells of a mistake before it builds`() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let file = try #require(fopen("\(root)/scripts/run", "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        let list = try #require(text.split(separator: "OPTIONS=(").dropFirst().first?.prefix { $0 != ")" })
        let help = RunCommand.helpMessage(columns: 200)
        var options: Set<Substring> = []
        for line in help.split(separator: "\n") where line.hasPrefix("  -") {
            options.formUnion(line.split { " ,<".contains($0) }.filter { $0.hasPrefix("--") }.prefix(1))
        }
        #expect(
            options
                == Set(list.split(separator: " ")).subtracting(["--version"]).union(
                    help.contains("--version") ? ["--version"] : []))
    }

    @Test(arguments: [["--headless"], ["--trace", "y.svg"], ["--serve", "--scenario", "x"], ["--position", "21"]])
    func `what does not go together is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try RunCommand.parse(arguments) }
    }
}
