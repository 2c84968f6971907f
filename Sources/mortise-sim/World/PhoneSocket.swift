import Glibc
import LockDaemon
import SocketTransport
import SystemdRuntime

/// Where phones reach the simulated lock: a socket beside its store.
struct PhoneSocket: Hashable, Sendable {
    let path: String

    /// Bytes that the path of a Unix socket may have, without the zero at its end (unix(7)).
    static let longestPath = 107

    init(stateDirectory: String) { path = stateDirectory + "/phone.socket" }

    /// Takes away what a simulator that was killed has left. Gives the reason why there can be no socket; nil: there can.
    func prepare() -> String? {
        guard path.utf8.count <= Self.longestPath else {
            return
                "the path \(path) is longer than the \(Self.longestPath) bytes of a socket's; choose a shorter --state-directory"
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return "\(path) is there, and is no socket" }
        guard !isServed else { return "another simulator serves \(path)" }
        return unlink(path) == 0 ? nil : "the old \(path) cannot be removed: \(String(cString: strerror(errno)))"
    }

    /// Whether somebody listens there.
    private var isServed: Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                // A full backlog is somebody's too.
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 || errno == EAGAIN
            }
        }
    }
}

/// What the simulator hears of phones, besides the lock itself.
enum PhoneNews: Hashable, Sendable {
    /// What strangers are shown.
    case pairing(isOpen: Bool)
    /// A phone with a key, or with a code for one, has connected.
    case connected
    /// A link has ended, whoever's it was.
    case disconnected
}

/// The socket's transport, overheard: confined to the daemon's loop as the transport is.
final class OverheardTransport: PhoneTransport, PhoneTransportDelegate {
    private let transport: SocketTransport
    private weak var delegate: (any PhoneTransportDelegate)?
    private let tell: @Sendable (PhoneNews) -> Void

    init(_ transport: SocketTransport, telling tell: @escaping @Sendable (PhoneNews) -> Void) {
        self.transport = transport
        self.tell = tell
    }

    var finding: String { transport.finding }

    func start(telling delegate: any PhoneTransportDelegate) {
        self.delegate = delegate
        transport.start(telling: self)
    }

    func send(_ bytes: [UInt8], on link: PhoneLinkID) -> Bool { transport.send(bytes, on: link) }

    func close(_ link: PhoneLinkID) {
        transport.close(link)
        tell(.disconnected)
    }

    func authenticated(_ link: PhoneLinkID) {
        transport.authenticated(link)
        tell(.connected)
    }

    func advertise(_ advertisement: PhoneAdvertisement) {
        transport.advertise(advertisement)
        tell(.pairing(isOpen: advertisement.isPairingOpen))
    }

    func stop() {
        transport.stop()
        tell(.disconnected)
    }

    func linkOpened(_ link: PhoneLinkID) { delegate?.linkOpened(link) }
    func linkReceived(_ link: PhoneLinkID, _ bytes: [UInt8]) { delegate?.linkReceived(link, bytes) }

    func linkClosed(_ link: PhoneLinkID) {
        delegate?.linkClosed(link)
        tell(.disconnected)
    }
}
