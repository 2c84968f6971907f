import ArgumentParser
import CommandSupport

/// What the two commands that move the bolt say of themselves.
private func discussion(_ effect: String) -> String {
    """
    \(effect)
    Waits until the stroke has ended and the limit switches have been read, and
    prints the state that they vouch for.

    JSON:
      outcome  done.
      state    The state after the stroke.
      warning  A fault code: what did not work besides; otherwise null.
    """
}

struct LockDoorCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Throw the bolt.",
        discussion: discussion("Refused while the door is open or the battery is low."))

    static let timeout = ClientOptions.longestTimeout

    @OptionGroup var options: ClientOptions

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        show(try client.move(.lock), console)
    }
}

struct UnlockDoorCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Withdraw the bolt.",
        discussion: discussion("Accepted while jammed; refused in lock-out mode."))

    static let timeout = ClientOptions.longestTimeout

    @OptionGroup var options: ClientOptions

    func perform(_ client: LockClient, _ console: Console) throws(LockClientError) {
        show(try client.move(.unlock), console)
    }
}

extension ClientCommand {
    fileprivate func show(_ answer: MotionAnswer, _ console: Console) {
        if options.json {
            console.print(
                .object([
                    "outcome": "done", "state": .text(answer.state), "warning": .nonEmpty(answer.warning),
                ]))
        } else {
            console.print(console.style.apply(Words.mark(state: answer.state), to: printable(answer.state)))
            warn(answer.warning, console)
        }
    }
}
