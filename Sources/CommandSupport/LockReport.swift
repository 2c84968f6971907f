/// What the lock says of itself, as it was sent: the properties of `org.mortise.Lock1`.
///
/// Words stay strings because a newer daemon may know more of them than this program: they are shown, not interpreted.
package struct LockReport: Hashable, Sendable {
    package var state = "unknown"
    /// The cause of a latched state; "" is none.
    package var fault = ""
    package var position = ""
    package var door = ""
    package var batteryState = ""
    /// -1 when it is not known.
    package var batteryPercent: Int32 = -1
    /// -1 when it is not known.
    package var batteryMillivolts: Int32 = -1
    package var alarms: [String] = []
    package var mode = ""
    /// Milliseconds; 0 is never.
    package var autoRelock: UInt64 = 0
    /// Milliseconds; 0 is no alarm.
    package var doorAjar: UInt64 = 0
    /// Nanoseconds of `CLOCK_BOOTTIME`; 0 is none.
    package var relockDeadline: UInt64 = 0
    package var isCalibrated = false
    /// Nanoseconds; 0 while not calibrated.
    package var extendTime: UInt64 = 0
    /// Nanoseconds; 0 while not calibrated.
    package var retractTime: UInt64 = 0
    package var isJournalAvailable = true
    package var storeState = ""
    package var storeDetail = ""
    package var version = ""
    package var board = ""

    package init() {}

    /// `jammed:blocked`, `locked`: the form that the log has too.
    package var fullState: String { fault.isEmpty ? state : "\(state):\(fault)" }
}
