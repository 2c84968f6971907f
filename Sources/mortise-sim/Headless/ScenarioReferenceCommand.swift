import ArgumentParser
import Glibc
import LockSimulation

struct ScenarioReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenario-reference",
        abstract: "Print the reference of the scenario language, as Markdown.",
        discussion: "It is committed as board/scenarios/README.md.")

    func run() {
        var output = OutputFile(standard: STDOUT_FILENO)
        output.write(ScenarioReference.markdown)
        output.flush()
    }
}
