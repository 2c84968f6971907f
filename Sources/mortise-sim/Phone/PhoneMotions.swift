import ArgumentParser
import CommandSupport
import LockClient
import LockProtocol

struct LockByPhone: PhoneCommand {
    static let configuration = CommandConfiguration(commandName: "lock", abstract: "Throw the bolt.")

    @OptionGroup var options: PhoneOptions

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        try console.show(try talk.ask(.lock(WireLock()), within: PhoneConnection.strokePatience), options)
    }
}

struct UnlockByPhone: PhoneCommand {
    static let configuration = CommandConfiguration(commandName: "unlock", abstract: "Withdraw the bolt.")

    @OptionGroup var options: PhoneOptions

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        try console.show(try talk.ask(.unlock(WireUnlock()), within: PhoneConnection.strokePatience), options)
    }
}

struct CalibrateByPhone: PhoneCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate", abstract: "Learn how long the bolt takes in each direction.",
        discussion: "If the bolt does not leave its place, turn the thumbturn to mid-travel: T in the live view.")

    @OptionGroup var options: PhoneOptions

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        try console.show(
            try talk.ask(.calibrate(WireCalibrate()), within: PhoneConnection.strokePatience), options)
    }
}

struct AcknowledgeByPhone: PhoneCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge", abstract: "Silence the alarms whose cause has ended.")

    @OptionGroup var options: PhoneOptions

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        try console.showDone(try talk.ask(.acknowledgeAlarms(WireAcknowledgeAlarms())), "acknowledged", options)
    }
}

extension Console {
    /// Where the bolt has come to.
    fileprivate func show(_ outcome: WireAnswer.OneOf_Outcome, _ options: PhoneOptions) throws(PhoneFailure) {
        guard case .moved(let moved) = outcome else { throw .unexpected("move the bolt") }
        let state = word(moved.state)
        let warning = moved.warning == .unspecified ? "" : word(moved.warning)
        if options.json {
            var members: [String: JSONValue] = [
                "outcome": "done", "state": .text(state), "warning": .nonEmpty(warning),
            ]
            if moved.extendNanoseconds != 0 {
                members["extendNanoseconds"] = .unsigned(moved.extendNanoseconds)
                members["retractNanoseconds"] = .unsigned(moved.retractNanoseconds)
            }
            return print(.object(members))
        }
        print(style.apply(Words.mark(state: state), to: printable(state)))
        if moved.extendNanoseconds != 0 {
            print(
                "extend \(TimeText.stroke(nanoseconds: moved.extendNanoseconds)), "
                    + "retract \(TimeText.stroke(nanoseconds: moved.retractNanoseconds))")
        }
        guard !warning.isEmpty else { return }
        complain("warning: \(printable(warning))", .warning)
        note(FaultAdvice.sentences(for: warning))
    }

    /// That something is done.
    func showDone(
        _ outcome: WireAnswer.OneOf_Outcome, _ words: String, _ options: PhoneOptions
    ) throws(PhoneFailure) {
        guard case .done = outcome else { throw .unexpected("be told \(words)") }
        if options.json { print(.object(["outcome": "done"])) } else { print(words) }
    }
}
