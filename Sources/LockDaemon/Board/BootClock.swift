internal import Glibc
package import LockCore

/// Boot time (`CLOCK_BOOTTIME`): the only clock that durations and deadlines are measured with.
package enum BootClock {
    package static func now() -> Instant {
        var now = timespec()
        // Cannot fail: the clock exists since Linux 2.6.39 and the pointer is good.
        clock_gettime(CLOCK_BOOTTIME, &now)
        return Instant(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    }
}
