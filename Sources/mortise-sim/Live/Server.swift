import Glibc
import LockCore
import LockDaemon
import LockSimulation
import SystemdRuntime

/// `mortise-sim --serve`: the lock on its own bus, without a view.
///
/// Standard output says where the bus is, then READY, then what standard input asked for: `ok`, or `error: …`. Standard input takes
/// a scenario's actions, a line each, besides `status` and `quit`. When a pipe or terminal there ends, so does the lock.
final class Server {
    private let session: LockSession
    private var input = LineReader(STDIN_FILENO)
    private var source: EventSource?

    /// How long the daemon may take to be on the bus.
    static let startLimit: Duration = .seconds(15)

    init(_ options: LockSession.Options) throws { session = try LockSession(options) }

    /// The exit code.
    func run() throws -> Int32 {
        say("MORTISE_BUS=\(session.address) \(ClientCommand.onThisMachine()) status")
        try Self.waitForTheLock(on: session.address)
        say(
            session.phoneObstacle.map { "phones cannot come: \($0)" }
                ?? ([ClientCommand.onThisMachine("mortise-sim"), "phone"] + session.phoneArguments + [
                    "pair --setup-code"
                ])
                .joined(separator: " "))
        say("READY")
        // Nothing can be waited for on a file or on /dev/null; there is nobody there either.
        source = try? session.events.watch(STDIN_FILENO, for: .readable) { [unowned self] _ in hear() }
        guard try session.run() else {
            complain("mortise-sim: \(session.failure ?? "a thread did not end in time")")
            return 1
        }
        return 0
    }

    /// Waits until the daemon has its name on the bus.
    static func waitForTheLock(on address: String) throws {
        let client = try Bus(connectingTo: .address(address))
        var isThere = false
        let slot = try client.onOwnerChange(of: "org.mortise.Lock1") { _, new in isThere = new != nil }
        try withExtendedLifetime(slot) {
            isThere = try client.owner(of: "org.mortise.Lock1") != nil
            let clock = ContinuousClock()
            let deadline = clock.now + startLimit
            while !isThere {
                let left = deadline - clock.now
                guard left > .zero else { throw SetupFailure("the daemon was not on its bus in 15 s") }
                _ = try client.process(waitingAtMost: left)
            }
        }
    }

    private func hear() {
        guard let lines = input.read() else {
            source = nil
            session.events.exit()
            return
        }
        for line in lines { obey(line) }
    }

    private func obey(_ line: String) {
        let words = line.split(separator: " ").joined(separator: " ")
        switch words {
        case "": break
        case "quit": session.events.exit()
        case "status": say(statusText)
        default:
            do throws(PhraseError) {
                let complaint = session.perform(try ScenarioAction(text: words))
                say(complaint.map { "error: \($0)" } ?? "ok")
            } catch {
                say("error: \(error)")
            }
        }
    }

    private var statusText: String {
        let model = session.lock.world.snapshot.model
        let faults = model.faults.map(\.description).joined(separator: ", ")
        return JSONValue.object([
            "state": .text(session.lock.isPowered ? session.status?.state.text ?? "starting" : "off"),
            "bolt": .decimal(model.position, places: 2), "door": .text(model.isDoorOpen ? "open" : "closed"),
            "faults": .text(faults),
        ]).description
    }

    private func say(_ text: String) {
        var output = OutputFile(standard: STDOUT_FILENO)
        output.line(text)
        output.flush()
    }
}
