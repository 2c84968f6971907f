import Glibc
import LockDaemon
import Synchronization
import TestBus
import Testing

/// Holds a thread up for as long as it is closed: a disk that does not answer.
final class Gate: Sendable {
    private let isOpen = Mutex(true)
    /// Readable while open.
    private let ends: [Int32]
    /// Somebody has found it closed.
    private let visitors: EventPipe<Bool>

    init() throws {
        ends = try makePipe()
        visitors = try EventPipe()
        var byte: UInt8 = 1
        try #require(write(ends[1], &byte, 1) == 1)
    }

    deinit { for end in ends { Glibc.close(end) } }

    var isClosed: Bool { isOpen.withLock { !$0 } }

    func close() {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            var byte: UInt8 = 0
            read(ends[0], &byte, 1)
            isOpen = false
        }
    }

    func open() {
        isOpen.withLock { isOpen in
            guard !isOpen else { return }
            var byte: UInt8 = 1
            write(ends[1], &byte, 1)
            isOpen = true
        }
    }

    /// Waits until somebody stands before it.
    func waitForVisitor() throws {
        var entry = pollfd(fd: visitors.readEnd, events: Int16(POLLIN), revents: 0)
        try #require(poll(&entry, 1, Int32(patience.components.seconds * 1000)) == 1)
    }

    /// Stops a daemon's loop after each turn for as long as it is closed; give it to ``RunningDaemon``.
    func holdLoop(_ configuration: inout DaemonConfiguration) {
        let observer = configuration.observer
        configuration.observer = {
            observer?($0)
            self.pass()
        }
    }

    /// Waits until it is open.
    func pass() {
        if !isOpen.withLock({ $0 }) { visitors.put(true) }
        var entry = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, Int32(patience.components.seconds * 1000))
    }
}
