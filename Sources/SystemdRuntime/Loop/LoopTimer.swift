import CSystemd

/// A one-shot timer on boot time (`CLOCK_BOOTTIME`, suspend included). Made once and armed as often as needed: arming and
/// cancelling allocate nothing. Dropping it cancels it.
package final class LoopTimer {
    private let source: EventSource

    init(source: EventSource) { self.source = source }

    /// Calls the handler once, as soon as boot time has reached the deadline and never before; replaces an earlier deadline.
    /// A deadline in the past fires in the next round of the loop. Timers due at the same time fire by their deadlines, and
    /// within the same microsecond in no particular order. May be called in the timer's own handler.
    package func arm(atBootNanoseconds deadline: Int64) {
        // sd-event counts microseconds. Rounded up, because a timer that fires early finds its deadline not reached.
        let microseconds = deadline <= 0 ? 0 : (UInt64(deadline) + 999) / 1000
        // Neither can fail: the source is a timer and lives, and UINT64_MAX µs, which would mean never, cannot be reached.
        sd_event_source_set_time(source.source, microseconds)
        sd_event_source_set_enabled(source.source, Int32(SD_EVENT_ONESHOT))
    }

    /// Takes the deadline back. A timer cancelled before its handler has begun does not fire, also if its deadline has passed.
    package func cancel() { source.isEnabled = false }

    /// Whether a deadline is pending.
    package var isArmed: Bool { source.isEnabled }
}
