import CSystemd
import Glibc

/// An `eventfd(2)`: how one thread wakes another that sleeps in `poll` or `epoll_wait`.
struct EventFileDescriptor: ~Copyable, Sendable {
    let rawValue: Int32

    init() throws(SystemdError) {
        rawValue = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard rawValue >= 0 else { throw SystemdError(operation: "make an event file descriptor", errno: errno) }
    }

    deinit { close(rawValue) }

    /// Makes the descriptor readable. The only failure is a counter that is full, and then it is readable already.
    func signal() {
        var one: UInt64 = 1
        write(rawValue, &one, MemoryLayout<UInt64>.size)
    }

    /// Makes it unreadable again.
    func clear() {
        var count: UInt64 = 0
        read(rawValue, &count, MemoryLayout<UInt64>.size)
    }

    /// Waits until the descriptor is readable; false: the time is over, or a signal handler ran.
    func wait(atMost limit: Duration?) -> Bool {
        let (seconds, nanoseconds) = limit?.waitParts ?? (-1, 0)
        return csd_wait_readable(rawValue, seconds, nanoseconds) > 0
    }
}
