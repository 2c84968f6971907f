import CommandSupport
import Configuration
import Glibc
import LockClient
import LockCore
import LockDaemon
import LockProtocol
import LockSimulation
import SecureChannel
import Storage
import SwiftProtobuf
import Synchronization
import SystemdRuntime

/// From the sending of a phone's request to the motor: decrypted, permitted, written to the motion journal and flushed, and driven by
/// the bolt thread. Beside it the least that any program must do for that: a thread that waits on a socket, hears as many bytes, commits
/// one row to SQLite on the same disk, and takes the time.
struct CommandBench {
    /// Requests; as many as the motor's duty budget allows without a rest.
    private static let requests = 16
    /// On a disk, which `/tmp` may not be.
    private static let place = "/var/tmp/mortise-sim-bench-XXXXXX"
    /// How long the lock may take to be there and to let the phone in.
    private static let patience: Duration = .seconds(10)
    /// From one try to the next: longer than the button is held.
    private static let pause: Duration = .milliseconds(200)

    static func report() throws -> String {
        try Signals.blockAll()
        var template = Array(place.utf8CString)
        guard mkdtemp(&template) != nil else { throw SetupFailure("make a directory", errno: errno) }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            let files = ["lock.db", "identity", "setup-code", "owned", "phone.socket", "bare.db"]
            for name in files.flatMap({ [$0, $0 + "-wal", $0 + "-shm"] }) { unlink(directory + "/" + name) }
            rmdir(directory)
        }
        let bus = try PrivateBus()
        let lock = try SimulatedLock(
            profile: .simulated(nil), bus: bus.address, stateDirectory: directory,
            phones: PhoneSocket(stateDirectory: directory),
            journal: Journal(identifier: "mortised", threshold: .warning),
            seed: 1, position: 0)
        defer { _ = lock.end() }
        let phone = try pair(lock, directory)
        let bare = try BareCommand(directory)
        var (ours, others) = ([Int64](), [Int64]())
        for number in 0..<requests {
            let before = BootClock.now()
            let answer = try phone.ask(number.isMultiple(of: 2) ? .lock(WireLock()) : .unlock(WireUnlock()))
            guard case .moved = answer.outcome, let driven = lock.world.driveBegan, driven > before else {
                throw SetupFailure("the bolt was not moved: \(answer)")
            }
            ours.append((driven - before).wholeNanoseconds)
            others.append(try bare.command())
        }
        return compare(ours.sorted(), others.sorted())
    }

    private static func pair(_ lock: SimulatedLock, _ directory: String) throws -> PhoneConnection {
        let socket = PhoneSocket(stateDirectory: directory)
        let identity = Identity.make { _ in }
        let end = ContinuousClock.now + patience
        while true {
            do {
                let stream = try SocketStream(path: socket.path)
                guard case .bytes(let bytes) = IdentityFiles(directory: directory).loadSetup(),
                    let fingerprint = Fingerprint(bytes.dropFirst(16))
                else { throw SetupFailure("there is no setup code") }
                lock.world.act(.hand(.button(holding: pause / 2)))
                rest(for: pause)
                let code = PairingCode(
                    id: .setupCode, secret: SecretBytes(copying: bytes.prefix(16)), fingerprint: fingerprint)
                let claimant = try PhoneConnection(stream, as: identity, pairingBy: code)
                _ = try claimant.ask(.pair(.with { $0.name = "bench" }))
                guard let key = claimant.lock else { throw SetupFailure("the lock has not said who it is") }
                return try PhoneConnection(SocketStream(path: socket.path), as: identity, to: key)
            } catch {
                guard ContinuousClock.now < end else { throw error }
                rest(for: pause)
            }
        }
    }

    private static func compare(_ ours: [Int64], _ others: [Int64]) -> String {
        func text(_ times: [Int64]) -> String {
            "p50 \(figure(Double(times[times.count / 2]) / 1e6)) ms, most \(figure(Double(times.last ?? 0) / 1e6)) ms"
        }
        let ratio = Double(ours[ours.count / 2]) / Double(max(others[others.count / 2], 1))
        return "\(text(ours)); bare \(text(others)); ratio of p50 \(Decimal.fixed(ratio, 2)) (\(ours.count) requests)"
    }
}

/// The bare primitives of a command, on a thread of their own: it hears bytes, commits a row, takes the time, and answers.
private final class BareCommand {
    /// As many as a request for the bolt has on the wire.
    private static let length = 64
    private static let stackSize = 1 << 20
    private static let endLimit: Duration = .seconds(10)
    private let ours: Int32
    private let thread: WorkerThread

    init(_ directory: String) throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SetupFailure("make a pair of sockets", errno: errno)
        }
        ours = ends[0]
        let theirs = ends[1]
        thread = try WorkerThread(name: "bare", stackSize: Self.stackSize) {
            // Whoever waits for it then hears its end.
            defer { close(theirs) }
            do { try Self.serve(theirs, directory + "/bare.db") } catch { complain("the bare command: \(error)") }
        }
    }

    deinit {
        close(ours)
        _ = thread.finish(within: Self.endLimit)
    }

    private static func serve(_ descriptor: Int32, _ path: String) throws {
        // Whoever opens a database makes its file first.
        _ = try OutputFile(creating: path)
        let database = try Database(path: path)
        try database.execute("PRAGMA locking_mode = EXCLUSIVE")
        try database.execute("PRAGMA journal_mode = WAL")
        try database.execute("PRAGMA synchronous = FULL")
        try database.execute("CREATE TABLE command (at INTEGER) STRICT")
        var bytes = [UInt8](repeating: 0, count: length)
        while read(descriptor, &bytes, length) == length {
            try database.execute("INSERT INTO command VALUES (1)")
            var done = BootClock.now().nanoseconds
            guard write(descriptor, &done, 8) == 8 else { return }
        }
    }

    /// How long one takes, in nanoseconds.
    func command() throws -> Int64 {
        let before = BootClock.now().nanoseconds
        var done: Int64 = 0
        let request = [UInt8](repeating: 1, count: Self.length)
        guard write(ours, request, request.count) == request.count, read(ours, &done, 8) == 8 else {
            throw SetupFailure("the bare command was not carried out")
        }
        return done - before
    }
}
