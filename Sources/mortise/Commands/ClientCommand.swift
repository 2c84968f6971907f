import ArgumentParser
import CommandSupport

/// A command that asks the daemon. Connecting, complaining and the exit status are the same for all.
protocol ClientCommand: ParsableCommand {
    var options: ClientOptions { get }
    /// Seconds to wait for an answer when nobody said otherwise.
    static var timeout: Int { get }
    func perform(_ client: LockClient, _ console: Console) throws(LockClientError)
}

extension ClientCommand {
    static var timeout: Int { ClientOptions.ordinaryTimeout }

    func run() throws {
        let console = Console()
        do throws(LockClientError) {
            let client = try LockClient.onBus(options.address, timeout: options.timeout ?? Self.timeout)
            try perform(client, console)
        } catch {
            report(error, console)
            throw error.status.exitCode
        }
    }

    /// On standard output for programs, on standard error for people.
    func report(_ error: LockClientError, _ console: Console) {
        let advice = error.advice(isOwnBus: options.address != nil)
        if options.json {
            console.print(error.json(advice: advice))
        } else {
            console.complain(printable(error.message))
            console.note(advice)
        }
    }

    /// A warning that came with a success.
    func warn(_ code: String, _ console: Console) {
        guard !code.isEmpty, !options.json else { return }
        console.complain("warning: \(printable(code))", .warning)
        console.note(FaultAdvice.sentences(for: code))
    }
}

extension LockClientError {
    func json(advice: String) -> JSONValue {
        .object([
            "outcome": .text(outcome), "fault": fault.map { .text($0) } ?? .null, "message": .text(message),
            "advice": .text(Self.sentences(advice)),
        ])
    }

    /// Lines as sentences, one after the other.
    private static func sentences(_ lines: String) -> String {
        lines.split(separator: "\n").map { $0.last?.isPunctuation ?? true ? String($0) : $0 + "." }.joined(
            separator: " ")
    }
}
