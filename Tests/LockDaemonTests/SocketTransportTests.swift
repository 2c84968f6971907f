import Glibc
import LockDaemon
import SocketTransport
import SystemdRuntime
import TestBus
import Testing

/// The transport alone, on a loop of the test's own.
@Suite struct SocketTransportTests {
    /// Hears of links.
    private final class Listener: PhoneTransportDelegate {
        private(set) var opened: [PhoneLinkID] = []
        func linkOpened(_ link: PhoneLinkID) { opened.append(link) }
        func linkReceived(_ link: PhoneLinkID, _ bytes: [UInt8]) {}
        func linkClosed(_ link: PhoneLinkID) {}
    }

    private func connect(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
        return descriptor
    }

    private func run(_ loop: EventLoop, within time: Duration = patience, until isDone: () -> Bool) throws {
        let end = ContinuousClock.now + time
        while !isDone(), ContinuousClock.now < end { _ = try loop.runOnce(waitingAtMost: .milliseconds(20)) }
    }

    /// Whether the other end has closed.
    private func isClosed(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLHUP) != 0
    }

    @Test func `a phone that does not read its last words is let go all the same`() throws {
        let directory = try TemporaryDirectory()
        let loop = try EventLoop()
        let transport = try SocketTransport(path: directory.path + "/phones", on: loop)
        let listener = Listener()
        transport.start(telling: listener)
        let phone = try connect(directory.path + "/phones")
        defer { close(phone) }
        try run(loop) { !listener.opened.isEmpty }
        let link = try #require(listener.opened.first)
        // More than the kernel takes for a reader that does not read.
        var size: Int32 = 8_192
        setsockopt(phone, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        #expect(transport.send([UInt8](repeating: 7, count: 256 * 1_024), on: link))
        transport.close(link)
        #expect(!isClosed(phone), "it may still read them")
        try run(loop) { isClosed(phone) }
        #expect(isClosed(phone))
        transport.stop()
    }

    @Test func `when there is no descriptor for another phone, the loop does not turn round and round`() throws {
        let directory = try TemporaryDirectory()
        let loop = try EventLoop()
        var tries = 0
        var isFull = true
        let transport = try SocketTransport(path: directory.path + "/phones", on: loop) {
            tries += 1
            guard isFull else { return Glibc.accept($0, nil, nil) }
            errno = EMFILE
            return -1
        }
        let listener = Listener()
        transport.start(telling: listener)
        let phone = try connect(directory.path + "/phones")
        defer { close(phone) }
        try run(loop, within: .milliseconds(300)) { tries > 10 }
        #expect(1...2 ~= tries)
        isFull = false
        try run(loop) { !listener.opened.isEmpty }
        #expect(listener.opened.count == 1, "it is taken in as soon as there is one")
        transport.stop()
    }
}
