import Glibc
import TestBus
import Testing

/// What a service manager listens on, in the abstract namespace. While it lives, `NOTIFY_SOCKET` leads to it.
final class NotifySocket {
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        let name = "mortise-daemon-notify-\(getpid())"
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0[1...].copyBytes(from: Array(name.utf8)) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + 1 + name.utf8.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(bound == 0)
        setenv("NOTIFY_SOCKET", "@" + name, 1)
    }

    deinit {
        unsetenv("NOTIFY_SOCKET")
        close(descriptor)
    }

    /// Sends itself messages until there is no room for another; says how many.
    func fill() throws -> Int {
        let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        try #require(sender >= 0)
        defer { close(sender) }
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        try #require(isKnown == 0)
        let bytes = Array("full".utf8)
        var count = 0
        while true {
            let sent = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(sender, bytes, bytes.count, 0, $0, length)
                }
            }
            guard sent == bytes.count else {
                try #require(errno == EAGAIN)
                return count
            }
            count += 1
        }
    }

    /// Whether nothing waits to be received.
    var isEmpty: Bool { !wait(atMost: .zero) }

    /// Whether something comes within the time.
    func wait(atMost limit: Duration) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let (seconds, attoseconds) = limit.components
        return poll(&entry, 1, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000)) == 1
    }

    func receive() throws -> String {
        try #require(wait(atMost: patience), "nothing came")
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        try #require(count > 0)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// The next message is this one.
    func expect(_ message: String, _ location: SourceLocation = #_sourceLocation) throws {
        let received = try receive()
        #expect(received == message, sourceLocation: location)
    }

    /// Receives until a message is as wanted.
    func receive(until isWanted: (String) -> Bool) throws {
        while !isWanted(try receive()) {}
    }
}
