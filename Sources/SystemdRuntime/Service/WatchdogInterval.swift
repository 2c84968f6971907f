import CSystemd

/// The service manager's watchdog.
package enum WatchdogInterval {
    /// The time within which ``Notify/watchdog()`` must be sent again and again, or the manager kills the service. Feed at half
    /// of it. nil: no watchdog is set for this process (`WATCHDOG_USEC`, `WATCHDOG_PID`). Throws when what is set cannot be read.
    package static func fromEnvironment() throws(SystemdError) -> Duration? {
        var microseconds: UInt64 = 0
        let result = sd_watchdog_enabled(0, &microseconds)
        guard try check(result, "read WATCHDOG_USEC and WATCHDOG_PID") > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds))
    }
}
