import ArgumentParser
import CommandSupport
import LockClient
import LockProtocol
import TelemetryPolicy

struct PhoneWitness: PhoneCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness",
        abstract: "See whether the log still continues what this phone has seen of it.",
        discussion: """
            For owners and administrators. The lock's log is a chain; the phone keeps how long it was and what it ended with, and \
            the next time computes from there on by itself. So it sees that nothing up to what it has kept was changed, removed or \
            put in. It does not see what was done since, nor what the lock wrote down wrongly in the first place. Where the log \
            does not continue it, the phone says so, ends with status 2 and keeps what it has.

            The checkpoint that is printed can be given to mortise log verify --witness on the lock.
            """)

    @Flag(help: "Forget what this phone has kept, and begin with the log as it is now.")
    var beginAnew = false

    @OptionGroup var options: PhoneOptions

    func perform(_ talk: PhoneTalk, _ console: Console) throws(PhoneFailure) {
        let kept = beginAnew ? nil : try options.file.checkpoint()
        var witness = ChainWitness(kept: kept)
        var finding: ChainWitness.Finding?
        while finding == nil {
            var request = WireReadChain()
            request.since = witness.since
            guard case .chain(let chain) = try talk.ask(.readChain(request)) else {
                throw .unexpected("show its chain")
            }
            finding = witness.take(chain)
        }
        guard let finding else { return }
        // The lock has shown its own by now: what it is told cannot help it to one that it did not have.
        if let brought = finding.isSound ? witness.newest : kept, brought.number > 0 {
            _ = try talk.ask(.bringCheckpoint(WireBringCheckpoint(brought)))
        }
        guard finding.isSound, let newest = witness.newest else {
            throw PhoneFailure(
                status: .failed, message: Self.complaint(finding, kept),
                advice: "On the lock: mortise log verify\(kept.map { " --witness \($0.text)" } ?? "")")
        }
        try options.file.keep(newest)
        show(finding, newest, console)
    }

    private func show(_ finding: ChainWitness.Finding, _ newest: AuditCheckpoint, _ console: Console) {
        let (word, words): (String, String) =
            switch finding {
            case .continues(0): ("continues", "the log is what this phone has seen, and has no entry more")
            case .continues(let count):
                (
                    "continues",
                    "the log continues what this phone has seen, by \(count) \(count == 1 ? "entry" : "entries")"
                )
            case .gone(let first):
                ("gone", "what this phone has seen is gone; it vouches for the log from entry \(first) on")
            default: ("begun", "this phone has seen the log for the first time, and vouches for it from now on")
            }
        if options.json {
            console.print(.object(["outcome": "done", "finding": .text(word), "checkpoint": .text(newest.text)]))
        } else {
            console.print("\(words)\ncheckpoint \(newest.text)")
        }
    }

    private static func complaint(_ finding: ChainWitness.Finding, _ kept: AuditCheckpoint?) -> String {
        let number = kept?.number ?? 0
        return switch finding {
        case .contradicts: "the log is another: entry \(number) or one before it is not what this phone has seen"
        case .ends(let last): "the log ends with entry \(last), and this phone has seen entry \(number)"
        case .broken(let after): "the chain is broken behind entry \(after)"
        case .nonsense(let words): "the lock's chain makes no sense: \(words)"
        case .begun, .continues, .gone: "the log continues what this phone has seen"
        }
    }
}

extension AuditCheckpoint {
    var text: String { CheckpointText(number: number, hash: hash).text }
}
