import CSystemd
import Glibc

/// The system's civil clock, and whether somebody vouches for it.
package enum CivilClock {
    /// What the clock says.
    package struct Reading: Hashable, Sendable {
        /// Seconds since 1970-01-01T00:00:00Z.
        package var unixSeconds: Int64
        /// Whether the kernel counts the clock as synchronised: a time service has disciplined it (`adjtimex(2)`) within the
        /// last hours, and its error is bounded. Boot and a bare `date -s` leave `STA_UNSYNC` set.
        package var isSynchronised: Bool

        package init(unixSeconds: Int64, isSynchronised: Bool) {
            self.unixSeconds = unixSeconds
            self.isSynchronised = isSynchronised
        }
    }

    package static func read() -> Reading {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        // modes 0: only reads, and needs no privilege.
        var state = timex()
        let result = adjtimex(&state)
        let isSynchronised = result >= 0 && result != TIME_ERROR && state.status & Int32(STA_UNSYNC) == 0
        return Reading(unixSeconds: Int64(now.tv_sec), isSynchronised: isSynchronised)
    }
}

/// Notices that the civil clock was set, without asking it: the kernel cancels a far-away timer then
/// (`TFD_TIMER_CANCEL_ON_SET`, timerfd_create(2)). Slewing is not noticed.
package struct ClockChangeDescriptor: ~Copyable {
    /// Readable after the clock was set, until ``rearm()``.
    package let rawValue: Int32

    package init() throws(SystemdError) {
        rawValue = timerfd_create(CLOCK_REALTIME, Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK))
        guard rawValue >= 0 else { throw SystemdError(operation: "make a timer on the civil clock", errno: errno) }
        rearm()
    }

    deinit { close(rawValue) }

    /// Waits for the next change.
    package borrowing func rearm() {
        // Takes the cancellation (ECANCELED), so that the descriptor is not readable any more.
        var expirations: UInt64 = 0
        read(rawValue, &expirations, MemoryLayout<UInt64>.size)
        // The year 2223, or the end of a 32-bit time_t.
        let farAway = timespec(tv_sec: Int(clamping: 8_000_000_000 as Int64), tv_nsec: 0)
        var setting = itimerspec(it_interval: timespec(tv_sec: 0, tv_nsec: 0), it_value: farAway)
        timerfd_settime(
            rawValue, Int32(TFD_TIMER_ABSTIME) | Int32(TFD_TIMER_CANCEL_ON_SET), &setting, nil)
    }
}
