import Glibc
import LockClient
import LockCore
import LockDaemon
import LockProtocol
import SecureChannel
import SocketTransport
import Storage
import SystemdRuntime
import TestBus
import Testing

/// A running daemon that takes phones in over a socket, and its phones.
struct PhoneRig {
    let bus: PrivateBus
    let daemon: RunningDaemon
    let directory: TemporaryDirectory
    /// Monday, 2026-11-23, 12:00 UTC, and trusted.
    static let noon: Int64 = 1_795_435_200

    var path: String { directory.path + "/phones" }

    init(
        directory: TemporaryDirectory? = nil, board: TestBoard? = nil, isClockTrusted: Bool = true,
        configure: (inout DaemonConfiguration) -> Void = { _ in }
    ) throws {
        let directory = try directory ?? TemporaryDirectory()
        let bus = try PrivateBus()
        let path = directory.path + "/phones"
        let start = BootClock.now()
        daemon = try RunningDaemon(bus: bus.address, board: board, directory: directory) {
            $0.phoneTransport = { events throws(SystemdError) in try SocketTransport(path: path, on: events) }
            $0.utcOffset = { _ in 0 }
            $0.civilClock = {
                CivilClock.Reading(
                    unixSeconds: Self.noon + (BootClock.now() - start).wholeMilliseconds / 1_000,
                    isSynchronised: isClockTrusted)
            }
            configure(&$0)
        }
        try daemon.booted()
        self.bus = bus
        self.directory = directory
    }

    /// What the label says. The daemon writes it once the store is open.
    func setupCode() throws -> PairingCode {
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end {
            if case .bytes(let bytes) = IdentityFiles(directory: directory.path).loadSetup() {
                let fingerprint = try #require(Fingerprint(bytes.dropFirst(16)))
                return PairingCode(
                    id: .setupCode, secret: SecretBytes(copying: bytes.prefix(16)), fingerprint: fingerprint)
            }
            usleep(10_000)
        }
        throw Impatience()
    }

    /// A press of the inside button, when the daemon has seen its end too. Before phones are listened to it is for the bolt alone.
    func press() throws {
        _ = try stream()
        daemon.board.loopLines.pressButton()
        try daemon.turn { $0.input == .insideButton(isPressed: false) }
    }

    /// The daemon listens when it has heard what the store says.
    func stream() throws -> SocketStream {
        let end = ContinuousClock.now + patience
        while true {
            do { return try SocketStream(path: path) } catch {
                guard ContinuousClock.now < end else { throw error }
                usleep(10_000)
            }
        }
    }

    func connect(_ phone: Phone) throws -> PhoneConnection {
        try PhoneConnection(stream(), as: phone.identity, to: try #require(phone.lock))
    }

    func connect(_ phone: Phone, pairingBy code: borrowing PairingCode) throws -> PhoneConnection {
        try PhoneConnection(stream(), as: phone.identity, pairingBy: code)
    }

    /// The first phone, which owns the lock from now on.
    func owner() throws -> Phone {
        let phone = Phone("Ada")
        let code = try setupCode()
        try press()
        let connection = try connect(phone, pairingBy: code)
        try phone.pair(over: connection)
        return phone
    }
}

/// Somebody's phone.
final class Phone {
    let identity = Identity.make { _ in }
    let name: String
    private(set) var lock: PublicKey?
    private(set) var key: WireKey?

    init(_ name: String) { self.name = name }

    /// It was given a key by its public key, and was told whose lock that is.
    func knows(_ lock: PublicKey) { self.lock = lock }

    func pair(over connection: PhoneConnection) throws {
        var pair = WirePair()
        pair.name = name
        let answer = try connection.ask(.pair(pair))
        guard case .key(let key) = answer.outcome else { throw NotPaired(answer: answer) }
        self.key = key
        lock = connection.lock
    }
}

/// What a phone was told instead of having been given a key.
struct NotPaired: Error {
    let answer: WireAnswer
}
