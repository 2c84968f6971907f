package import CommandSupport

/// All that this program asks of the lock. The one implementation speaks D-Bus; commands see only this.
///
/// Every closure waits at most for the bound that the client was made with.
package struct LockClient {
    /// Where it is connected, in words: `the system bus` or an address.
    package var bus: String
    package var status: () throws(LockClientError) -> LockReport
    /// Moves the bolt and waits for the end of the stroke.
    package var move: (Motion) throws(LockClientError) -> MotionAnswer
    package var calibrate: () throws(LockClientError) -> CalibrationAnswer
    package var set: (Setting) throws(LockClientError) -> Void
    package var acknowledgeAlarms: () throws(LockClientError) -> Void
    /// Entries after a number, oldest first, at most ``maximumPage`` of them.
    package var log: (_ since: Int64, _ limit: Int) throws(LockClientError) -> LogPage
    /// Verifies the whole log, compared with what phones have seen.
    package var verifyLog: ([CheckpointText]) throws(LockClientError) -> LogVerdict
    /// Erases what the log says of a key, or all of it; how many entries.
    package var eraseLog: (_ key: UInt32?) throws(LockClientError) -> UInt64
    /// The daemon's own checks, by name.
    package var diagnose: () throws(LockClientError) -> [Check]
    /// The daemon's unique name on the bus.
    package var owner: () throws(LockClientError) -> String
    /// Subscribes, and gives the status that the events follow on, with nothing lost in between.
    package var watch: () throws(LockClientError) -> LockReport
    /// Waits, as long as it takes, for the next thing that happens after ``watch``.
    package var nextEvent: () throws(LockClientError) -> LockEvent
    /// Phones and their keys.
    package var keys: KeyClient

    /// The interface's own bound on one page of the log.
    package static let maximumPage = 500

    /// What moves the bolt.
    package enum Motion: String, Hashable, Sendable {
        case lock
        case unlock
    }

    /// What can be set.
    package enum Setting: Hashable, Sendable {
        /// The mode's name on the bus.
        case mode(String)
        /// Milliseconds; 0 is never.
        case autoRelock(UInt64)
        /// Milliseconds; 0 is no alarm.
        case doorAjar(UInt64)
    }
}

/// The answer to a motion. Strings as sent: a newer daemon may know more.
package struct MotionAnswer: Hashable, Sendable {
    package var state: String
    /// A fault code; "" is none.
    package var warning: String

    package init(state: String, warning: String) {
        self.state = state
        self.warning = warning
    }
}

/// What a verification of the log has shown.
package struct LogVerdict: Hashable, Sendable {
    /// As sent: a newer daemon may know more.
    package var verdict: String
    /// Of the last entry that somebody vouches for, or of the one that something is the matter with; 0 is none.
    package var number: UInt64
    /// The number of the oldest entry.
    package var first: UInt64
    /// The newest entry that was verified; nil: there is none.
    package var end: CheckpointText?
    /// How many entries have no content any more.
    package var erased: UInt64
    /// Whose phones have said so.
    package var keys: [UInt32]
}

/// The answer to a calibration.
package struct CalibrationAnswer: Hashable, Sendable {
    package var state: String
    package var extendNanoseconds: UInt64
    package var retractNanoseconds: UInt64

    package init(state: String, extendNanoseconds: UInt64, retractNanoseconds: UInt64) {
        self.state = state
        self.extendNanoseconds = extendNanoseconds
        self.retractNanoseconds = retractNanoseconds
    }
}
