import ArgumentParser
import CommandSupport
import Glibc
import LockClient
import LockProtocol
import SecureChannel
import SwiftProtobuf

/// A phone that has a key, connected: what a session of the protocol begins with is done.
final class PhoneTalk {
    let options: PhoneOptions
    let connection: PhoneConnection
    /// What the lock has said of itself and of this phone.
    private(set) var welcome: WireWelcome

    /// Connects, says hello, and does what a phone should do then: an administrator's sets a clock that nobody vouches for, and an
    /// owner's shows what has happened meanwhile.
    init(_ options: PhoneOptions, _ console: Console) throws(PhoneFailure) {
        self.options = options
        guard let content = try options.file.load(), let lock = content.lock else { throw .notPaired(options) }
        do throws(ClientError) {
            connection = try PhoneConnection(options.stream(), as: content.identity, to: lock)
        } catch {
            throw PhoneFailure(error, options)
        }
        welcome = WireWelcome()
        guard case .welcome(let welcome) = try ask(.hello(WireHello())) else { throw .unexpected("say hello") }
        self.welcome = welcome
        try setClock(console)
        try show(welcome.notices, console)
    }

    /// Asks, and waits. What the lock refuses, or fails at, is thrown.
    func ask(
        _ ask: WireRequest.OneOf_Ask, within time: Duration = PhoneConnection.patience
    ) throws(PhoneFailure) -> WireAnswer.OneOf_Outcome {
        let answer: WireAnswer
        do throws(ClientError) { answer = try connection.ask(ask, within: time) } catch {
            throw PhoneFailure(error, options)
        }
        switch answer.outcome {
        case .refused(let refused): throw .refused(refused)
        case .failed(let failed): throw .failed(failed)
        case nil: throw .unexpected("do something")
        case .some(let outcome): return outcome
        }
    }

    var mayAdminister: Bool { [.owner, .admin].contains(welcome.key.terms.role) }

    private func setClock(_ console: Console) throws(PhoneFailure) {
        guard !welcome.clock.isTrusted, mayAdminister else { return }
        var request = WireSetClock()
        request.unixSeconds = unixSeconds()
        _ = try ask(.setClock(request))
        welcome.clock.unixSeconds = request.unixSeconds
        welcome.clock.isTrusted = true
        if !options.json { console.note("Nobody vouched for the lock's clock: this phone has set it.") }
    }

    /// What owners have to hear. Confirmed when it has been shown, which is not in JSON but in `status`.
    private func show(_ notices: [WireNotice], _ console: Console) throws(PhoneFailure) {
        guard let last = notices.last, !options.json else { return }
        for notice in notices { console.note("News: \(PhoneWords.notice(notice))") }
        var request = WireConfirmNotices()
        request.through = last.number
        _ = try ask(.confirmNotices(request))
    }
}

/// A command of a phone that has a key. Connecting, complaining and the exit status are the same for all.
protocol PhoneCommand: ParsableCommand {
    var options: PhoneOptions { get }
    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure)
}

extension PhoneCommand {
    func run() throws {
        let console = Console(program: "mortise-sim")
        do throws(PhoneFailure) {
            try perform(try PhoneTalk(options, console), console)
        } catch {
            console.complain(error, asJSON: options.json)
            throw error.status.exitCode
        }
    }
}

extension Console {
    /// On standard output for programs, on standard error for people.
    func complain(_ failure: PhoneFailure, asJSON: Bool) {
        if asJSON {
            print(failure.json)
        } else {
            complain(printable(failure.message))
            note(failure.advice)
        }
    }
}
