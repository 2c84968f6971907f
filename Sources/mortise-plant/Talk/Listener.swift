import Glibc
import LockCore
import SystemdRuntime

/// The socket at which the plant is told things, and whoever is there.
final class Listener {
    static let usualPath = "/run/mortise-plant/socket"
    /// A test, whoever looks on, and some that were forgotten.
    private static let clientCapacity = 8

    private(set) var clients: [Client] = []
    private let descriptor: Int32
    private let path: String
    private let events: EventLoop
    private var source: EventSource?

    init(_ path: String, events: EventLoop) throws(PlantError) {
        self.path = path
        self.events = events
        // Of a plant that was killed.
        unlink(path)
        descriptor = try UnixSocket.make()
        let mask = umask(0o077)
        defer { umask(mask) }
        let result = try UnixSocket.withAddress(path) { bind(descriptor, $0, $1) }
        guard result == 0, listen(descriptor, 8) == 0 else {
            let reason = errno
            close(descriptor)
            throw PlantError("listen at \(path)", errno: reason, advice: "Its folder must be there.")
        }
    }

    deinit {
        source = nil
        clients = []
        close(descriptor)
        unlink(path)
    }

    /// Calls back whenever there are lines of somebody, or somebody has left.
    func start(_ onNews: @escaping () -> Void) throws(SystemdError) {
        source = try events.watch(descriptor, for: .readable) { [unowned self] _ in
            admit(onNews)
        }
    }

    private func admit(_ onNews: @escaping () -> Void) {
        let accepted = accept(descriptor, nil, nil)
        guard accepted >= 0 else { return }
        // The plant starts no programs, and each call says that it does not wait.
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        forgetTheGone()
        let client = Client(accepted, events: events)
        guard clients.count < Self.clientCapacity else {
            client.send(Answer(error: "\(Self.clientCapacity) clients are here already"))
            return
        }
        do throws(SystemdError) {
            try client.start(onNews)
            clients.append(client)
        } catch {
            client.send(Answer(error: error.description))
        }
    }

    func forgetTheGone() { clients.removeAll(where: \.isGone) }
}

/// Stream sockets of the file system.
enum UnixSocket {
    static func make() throws(PlantError) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw PlantError("make a socket", errno: errno) }
        return descriptor
    }

    static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(PlantError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room, !path.utf8.contains(0) else {
            throw PlantError("use \(path) as a socket's name", errno: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
