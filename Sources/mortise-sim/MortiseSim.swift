import ArgumentParser

@main
struct MortiseSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mortise-sim",
        abstract: "A whole lock on a simulated board.",
        usage: """
            mortise-sim [--profile FILE] [--state-directory DIR] [--seed N] [--position MM]
            mortise-sim --serve …
            mortise-sim [--headless] --scenario FILE [--seed N] [--profile FILE] [--trace FILE.svg]
            mortise-sim phone pair | unlock | lock | status | …
            mortise-sim walk | bench | idle | scenario-reference …
            """,
        discussion: """
            On a terminal, the lock runs live: mortised's own code on a message bus of its own, with keys to command the lock \
            and to put faults into it. A second terminal reaches it with the address that is shown, in MORTISE_BUS. With \
            --serve it runs without a view. With `mortise-sim phone` one pairs with the running lock, and \
            unlocks it, as a phone would. With --scenario, a scenario is played in virtual time, one JSON object a line. \
            `mortise-sim help run` lists these options.
            """,
        version: Version.current,
        subcommands: [
            RunCommand.self, PhoneGroup.self, WalkCommand.self, BenchCommand.self, IdleCommand.self,
            ScenarioReferenceCommand.self,
        ],
        // The options of the root would be taken for those of the same name that its subcommands have.
        defaultSubcommand: RunCommand.self)
}
