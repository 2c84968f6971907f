internal import Glibc
package import LockCore

/// Boot time beside monotonic time, read at one moment: the kernel stamps edges with monotonic time, which does not count
/// suspend, and everything else here is boot time.
package struct KernelClock: Hashable, Sendable {
    /// Boot time minus monotonic time: the time suspended since boot.
    package var offsetNanoseconds: Int64
    /// Boot time of the reading.
    package var boot: Instant

    /// From one reading of boot time between two of monotonic time. Whatever passes between the readings is an error of at most
    /// half of it.
    package init(monotonicBefore before: Int64, boot: Int64, monotonicAfter after: Int64) {
        offsetNanoseconds = boot - (before + (after - before) / 2)
        self.boot = Instant(nanoseconds: boot)
    }

    /// Boot time of a monotonic time stamp of the past. Right as long as the machine was not suspended between the stamp and this
    /// reading; else later than it was, by the suspend. Never later than the reading: an edge does not come from the future.
    package func boot(ofMonotonic nanoseconds: UInt64) -> Instant {
        let converted = Int64(clamping: nanoseconds).addingReportingOverflow(offsetNanoseconds)
        guard !converted.overflow else { return boot }
        return min(Instant(nanoseconds: converted.partialValue), boot)
    }

    /// A reading that took longer was interrupted, and is made again.
    private static let promptNanoseconds: Int64 = 20_000
    /// How often.
    private static let attempts = 3

    /// The clocks now. Allocates nothing; without system calls on every processor that Linux has a vDSO for.
    package static func now() -> KernelClock {
        var attempt = 1
        while true {
            let before = read(CLOCK_MONOTONIC)
            let boot = read(CLOCK_BOOTTIME)
            let after = read(CLOCK_MONOTONIC)
            if after - before <= promptNanoseconds || attempt >= attempts {
                return KernelClock(monotonicBefore: before, boot: boot, monotonicAfter: after)
            }
            attempt += 1
        }
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        // Cannot fail: both clocks exist and the pointer is good.
        clock_gettime(clock, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}
