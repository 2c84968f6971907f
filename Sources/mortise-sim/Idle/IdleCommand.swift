import ArgumentParser
import Configuration
import Glibc
import LockCore
import LockDaemon
import LockSimulation
import SystemdRuntime

struct IdleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle",
        abstract: "Let a whole lock idle, and count its wake-ups and what it writes.",
        discussion: """
            The daemon runs on the simulated board and a bus of its own, locks and unlocks once, and is then left alone. Exit \
            code 1: some thread was woken, something was written, or one of the daemon's three threads was not there.
            """)

    @Option(help: ArgumentHelp("How long.", valueName: "n"))
    var seconds = 60

    @Option(
        help: ArgumentHelp("The board profile; without one, the simulated board's usual figures.", valueName: "file"))
    var profile: String?

    /// After the strokes: the last answers are sent, SQLite's log is in order, the battery has recovered and been read
    /// (``DaemonConfiguration/gaugeRecovery``), every deadline has passed.
    private static let settling: Duration = .seconds(8)

    func validate() throws {
        guard (1...86_400).contains(seconds) else { throw ValidationError("--seconds must be 1 to 86400.") }
    }

    func run() throws {
        try Signals.blockAll()
        var template = Array("/tmp/mortise-sim-idle-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SetupFailure("make a directory", errno: errno) }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            for name in ["lock.db", "lock.db-wal", "lock.db-shm", "identity", "setup-code", "owned", "phone.socket"] {
                unlink(directory + "/" + name)
            }
            rmdir(directory)
        }
        let session = try LockSession(
            LockSession.Options(
                profile: try BoardProfile.simulated(profile), stateDirectory: directory,
                journal: Journal(identifier: "mortised", threshold: .warning), seed: 1, position: 0))
        try Server.waitForTheLock(on: session.address)
        let isClean = try IdleRun(session, length: .seconds(seconds), settling: Self.settling).run()
        throw ExitCode(isClean ? 0 : 1)
    }
}

/// One measurement.
private final class IdleRun {
    private let session: LockSession
    private let length: Duration
    private let settling: Duration
    private var timer: LoopTimer?
    private var before: ThreadCounts?
    private var after: ThreadCounts?
    private var step = Step.starting

    /// What the daemon consists of: a measurement that did not see all of them has measured something else.
    private static let daemonThreads = ["loop", "bolt", "storage"]

    private enum Step {
        case starting, locking, unlocking, resting
    }

    init(_ session: LockSession, length: Duration, settling: Duration) {
        self.session = session
        self.length = length
        self.settling = settling
    }

    func run() throws -> Bool {
        timer = try session.events.timer { [unowned self] in fired() }
        session.onTurn = { [unowned self] turn in
            for case .record(let event, _) in turn.effects { heard(event.action) }
        }
        let isEnded = try session.run()
        guard isEnded, let before, let after else {
            complain("mortise-sim: \(session.failure ?? "the measurement was interrupted")")
            return false
        }
        return report(before, after)
    }

    /// Boot, lock, unlock, and then rest. A boot may come twice, if the store was late.
    private func heard(_ action: AuditAction) {
        switch (action, step) {
        case (.boot, .starting):
            step = .locking
            _ = session.lock.send(.lock, from: .device)
        case (.lock, .locking):
            step = .unlocking
            _ = session.lock.send(.unlock, from: .device)
        case (.unlock, .unlocking):
            step = .resting
            timer?.arm(atBootNanoseconds: (BootClock.now() + settling).nanoseconds)
        default: break
        }
    }

    private func fired() {
        if before == nil {
            timer?.arm(atBootNanoseconds: (BootClock.now() + length).nanoseconds)
            before = ThreadCounts()
        } else {
            after = ThreadCounts()
            session.events.exit()
        }
    }

    private func report(_ before: ThreadCounts, _ after: ThreadCounts) -> Bool {
        var output = OutputFile(standard: STDOUT_FILENO)
        let seconds = length.wholeMilliseconds / 1000
        output.line("idle for \(seconds) s, on \(session.lock.profile.name):")
        var isClean = true
        for (id, entry) in after.threads.sorted(by: { $0.key < $1.key }) {
            // This thread has slept once by itself: through the measurement.
            let own = id == Int(getpid()) ? 1 : 0
            let waits = entry.waits - (before.threads[id]?.waits ?? 0) - own
            let note = own == 1 ? " (besides the end of the measurement)" : ""
            output.line("  \(entry.name.padded(to: 16)) \(waits) wake-ups\(note)")
            if waits > 0 { isClean = false }
        }
        for name in ThreadCounts.missing(of: Self.daemonThreads, in: before, after) {
            output.line("  \(name.padded(to: 16)) not there")
            isClean = false
        }
        let written = after.written - before.written
        output.line("  \("written".padded(to: 16)) \(written) bytes")
        if !isClean { output.line("failed: a thread was woken, or one of the daemon's is missing") }
        if written > 0 { output.line("failed: something was written") }
        output.flush()
        return isClean && written == 0
    }
}

extension String {
    /// With spaces after it, or as it is when it is longer.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
