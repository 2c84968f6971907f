import ArgumentParser
import CommandSupport

struct CalibrateCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Learn how long the bolt takes in each direction.",
        discussion: """
            Open the door first: the bolt is thrown and withdrawn. If it does not leave
            its place, turn the thumbturn to mid-travel within half a minute. A motor that
            runs the wrong way is detected and said.

            JSON:
              outcome             done.
              state               The state after the calibration.
              extendNanoseconds   A full stroke out.
              retractNanoseconds  A full stroke in.
            """)

    static let timeout = ClientOptions.longestTimeout

    @OptionGroup var options: ClientOptions

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        let answer = try client.calibrate()
        if options.json {
            console.print(
                .object([
                    "outcome": "done", "state": .text(answer.state),
                    "extendNanoseconds": .unsigned(answer.extendNanoseconds),
                    "retractNanoseconds": .unsigned(answer.retractNanoseconds),
                ]))
            return
        }
        var table = Table()
        table.add([.init("State", .faint), .init(answer.state, Words.mark(state: answer.state))])
        table.add([.init("Extend", .faint), .init(TimeText.stroke(nanoseconds: answer.extendNanoseconds))])
        table.add([.init("Retract", .faint), .init(TimeText.stroke(nanoseconds: answer.retractNanoseconds))])
        console.print(table.render(console.style))
    }
}
