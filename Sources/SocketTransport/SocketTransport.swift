import Glibc
package import LockDaemon
package import SystemdRuntime

/// Phones on a Unix socket instead of Bluetooth: one connection is one link. For the simulator and for tests; it is in no shipped program.
package final class SocketTransport: PhoneTransport {
    /// Bytes that may wait for one phone: a log page several times over. A phone that takes no more is let go.
    private static let outboxLimit = 256 * 1024
    /// Bytes that are read at once.
    private static let readSize = 4_096
    /// Connections that wait to be accepted.
    private static let backlog: Int32 = 16
    /// How long a phone may take to read its last words, in nanoseconds.
    package static let lingerLimit: Int64 = 2_000_000_000
    /// Links at once that are only waited for to read their last words. The oldest is ended for another.
    package static let lingererLimit = 8
    /// After how long, in nanoseconds, connections are taken again when the process had no descriptor or memory left for one. They wait
    /// in the kernel meanwhile; looked at all the time they would cost all of the loop's.
    package static let acceptPause: Int64 = 1_000_000_000

    private let path: String
    private let events: EventLoop
    private let listener: Int32
    private weak var delegate: (any PhoneTransportDelegate)?
    private var source: EventSource?
    private var links: [PhoneLinkID: Link] = [:]
    private var nextLink: UInt64 = 1
    private let acceptConnection: (Int32) -> Int32
    private var pause: LoopTimer?
    private var linger: LoopTimer?
    /// What strangers are shown now; a simulator shows it.
    package private(set) var advertisement: PhoneAdvertisement?

    private final class Link {
        let descriptor: Int32
        var source: EventSource?
        var outbox: [UInt8] = []
        /// Nothing more is read; it closes when the outbox is empty, or then, in boot time. nil: it is not ending.
        var end: Int64?
        var isEnding: Bool { end != nil }

        init(_ descriptor: Int32) { self.descriptor = descriptor }
        deinit { Glibc.close(descriptor) }
    }

    /// Listens at the path, which must not be there. Only this user may connect.
    ///
    /// - Parameter accept: takes a connection, as accept(2) without an address does; a test is a kernel that has none to give.
    package init(
        path: String, on events: EventLoop, accept: @escaping (Int32) -> Int32 = { Glibc.accept($0, nil, nil) }
    ) throws(SystemdError) {
        self.path = path
        self.events = events
        acceptConnection = accept
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        guard listener >= 0 else { throw SystemdError(operation: "make a socket", errno: errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemdError(operation: "listen on the path \(path), which is too long", errno: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let mask = umask(0o177)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        let code = errno
        umask(mask)
        guard bound == 0 else { throw SystemdError(operation: "listen on \(path)", errno: code) }
        guard listen(listener, Self.backlog) == 0 else {
            throw SystemdError(operation: "listen on \(path)", errno: errno)
        }
    }

    deinit {
        Glibc.close(listener)
        unlink(path)
    }

    package var finding: String { "ok: a socket, for development: \(path)" }

    package func start(telling delegate: any PhoneTransportDelegate) {
        self.delegate = delegate
        pause = try? events.timer { [unowned self] in source?.isEnabled = true }
        linger = try? events.timer { [unowned self] in endLingerers() }
        source = try? events.watch(listener, for: .readable) { [unowned self] _ in accept() }
    }

    private func accept() {
        while true {
            let descriptor = acceptConnection(listener)
            guard descriptor >= 0 else {
                switch errno {
                // Whoever it was has gone.
                case EINTR, ECONNABORTED: continue
                case EAGAIN: return
                default: return pauseAccepting()
                }
            }
            let link = Link(descriptor)
            guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
                continue
            }
            let id = PhoneLinkID(nextLink)
            nextLink += 1
            link.source = try? events.watch(descriptor, for: .readable) { [unowned self] events in
                if events.contains(.writable) { flush(id) }
                if !events.subtracting(.writable).isEmpty { read(id) }
            }
            // Without room to be watched it is as good as refused.
            guard link.source != nil else { continue }
            links[id] = link
            delegate?.linkOpened(id)
        }
    }

    private func pauseAccepting() {
        source?.isEnabled = false
        pause?.arm(atBootNanoseconds: EventLoop.bootNanoseconds + Self.acceptPause)
    }

    private func read(_ id: PhoneLinkID) {
        guard let link = links[id] else { return }
        var buffer = [UInt8](repeating: 0, count: Self.readSize)
        let count = Glibc.read(link.descriptor, &buffer, buffer.count)
        if count > 0 {
            if !link.isEnding { delegate?.linkReceived(id, Array(buffer.prefix(count))) }
        } else if count == 0 || errno != EAGAIN {
            links[id] = nil
            if !link.isEnding { delegate?.linkClosed(id) }
        }
    }

    package func send(_ bytes: [UInt8], on id: PhoneLinkID) -> Bool {
        guard let link = links[id], link.outbox.count + bytes.count <= Self.outboxLimit else { return false }
        let wasEmpty = link.outbox.isEmpty
        link.outbox += bytes
        if wasEmpty { flush(id) }
        return true
    }

    private func flush(_ id: PhoneLinkID) {
        guard let link = links[id] else { return }
        while !link.outbox.isEmpty {
            let count = Glibc.send(link.descriptor, link.outbox, link.outbox.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { break }
            link.outbox.removeFirst(count)
        }
        if link.outbox.isEmpty, link.isEnding {
            links[id] = nil
        } else {
            link.source?.watch(for: link.outbox.isEmpty ? .readable : [.readable, .writable])
        }
    }

    package func close(_ id: PhoneLinkID) {
        guard let link = links[id] else { return }
        guard !link.outbox.isEmpty else { return links[id] = nil }
        link.end = EventLoop.bootNanoseconds + Self.lingerLimit
        let lingerers = links.filter { $0.value.isEnding }.sorted { $0.value.end ?? 0 < $1.value.end ?? 0 }
        for (id, _) in lingerers.dropLast(Self.lingererLimit) { links[id] = nil }
        armLinger()
    }

    private func endLingerers() {
        let now = EventLoop.bootNanoseconds
        for (id, link) in links where link.end.map({ $0 <= now }) ?? false { links[id] = nil }
        armLinger()
    }

    private func armLinger() {
        guard let next = links.values.compactMap(\.end).min() else { return linger?.cancel() ?? () }
        linger?.arm(atBootNanoseconds: next)
    }

    package func authenticated(_ id: PhoneLinkID) {}
    package func advertise(_ advertisement: PhoneAdvertisement) { self.advertisement = advertisement }

    package func stop() {
        source = nil
        pause = nil
        linger = nil
        // What they were told last goes as far as the kernel takes it at once.
        for id in Array(links.keys) { flush(id) }
        links = [:]
    }
}
