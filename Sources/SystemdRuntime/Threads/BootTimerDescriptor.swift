import CSystemd
import Glibc

/// A one-shot timer on boot time (`timerfd_create(2)`, `CLOCK_BOOTTIME`) for a thread with its own `poll`. Arming, cancelling and
/// clearing allocate nothing.
package struct BootTimerDescriptor: ~Copyable, Sendable {
    /// Readable once the deadline has passed, until it is armed again or cancelled.
    package let rawValue: Int32

    package init() throws(SystemdError) {
        rawValue = timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK))
        guard rawValue >= 0 else { throw SystemdError(operation: "make a boot-time timer", errno: errno) }
    }

    deinit { close(rawValue) }

    /// Replaces an earlier deadline. One in the past makes the descriptor readable at once.
    package borrowing func arm(atBootNanoseconds deadline: Int64) {
        // Zero would cancel it, and a negative time is invalid: one nanosecond after boot is as long past.
        let bounded = max(deadline, 1)
        set(timespec(tv_sec: Int(bounded / 1_000_000_000), tv_nsec: Int(bounded % 1_000_000_000)))
    }

    /// Takes the deadline back; the descriptor is not readable any more.
    package borrowing func cancel() { set(timespec(tv_sec: 0, tv_nsec: 0)) }

    private borrowing func set(_ time: timespec) {
        var setting = itimerspec(it_interval: timespec(tv_sec: 0, tv_nsec: 0), it_value: time)
        // Cannot fail: the descriptor is a timer and the time is valid.
        timerfd_settime(rawValue, Int32(TFD_TIMER_ABSTIME), &setting, nil)
    }
}
