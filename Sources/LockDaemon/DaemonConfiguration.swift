package import Configuration
package import LockCore
package import SystemdRuntime

/// What a daemon is started with; constant for its life.
package struct DaemonConfiguration: Sendable {
    /// The board's times, thresholds and equipment.
    package var profile: BoardProfile
    /// Where `lock.db` is. Made if only the last directory is missing.
    package var stateDirectory: String
    package var bus: Bus.Address
    /// The program's version, as it is shown to people.
    package var version: String
    /// Where entries for the system's journal go.
    package var journal = Journal(identifier: "mortised")
    /// Whether SIGTERM and SIGINT end the daemon. They must be blocked in all threads then (``Signals/blockAll()``).
    package var endsOnSignals = false
    /// Whether the service manager is told of readiness, status and life (`NOTIFY_SOCKET`, `WATCHDOG_USEC`).
    package var notifiesServiceManager = false
    /// Whether the process's memory is locked, where that is permitted without a bound. Not for a process that shares its life
    /// with something large.
    package var locksMemory = false
    /// How long a battery is left to recover after a drive until it is read. A pack under load, and just after it, shows less
    /// than it has.
    package var gaugeRecovery: Duration = .seconds(5)
    /// Called on the storage thread before everything that it does: how a test is a disk that does not answer.
    package var storageGate: (@Sendable () -> Void)?
    /// Whether every operation on the store ends in an error: how a simulator is a disk that has failed. Asked on the storage thread.
    package var isStorageFailing: (@Sendable () -> Bool)?
    /// What the civil clock says. A simulator has one of its own, and says when it is set
    /// (``DaemonHandle/civilClockWasSet()``).
    package var civilClock: @Sendable () -> CivilClock.Reading = { CivilClock.read() }
    /// What the wall clock is ahead of UTC at a time in seconds since 1970, in seconds: the system's time zone.
    package var utcOffset: @Sendable (Int64) -> Int32 = { TimeZoneOffset.seconds(atUnixSeconds: $0) }
    /// Makes what carries bytes between phones and the daemon. nil: phones are not taken in.
    package var phoneTransport: (@Sendable (EventLoop) throws(SystemdError) -> any PhoneTransport)?
    /// Called on the loop's thread after each turn. It must be quick, and must not wait.
    package var observer: (@Sendable (DaemonTurn) -> Void)?
    /// Called on the loop's thread with a command that the core is not asked about, because its origin has no budget left for
    /// asking for nothing. It must be quick, and must not wait.
    package var onPassedOver: (@Sendable (Command, Origin) -> Void)?

    package init(profile: BoardProfile, stateDirectory: String, bus: Bus.Address, version: String) {
        self.profile = profile
        self.stateDirectory = stateDirectory
        self.bus = bus
        self.version = version
    }

    /// The store's file.
    package var storePath: String { stateDirectory + "/lock.db" }
}

/// One turn of the core, as it happened.
package struct DaemonTurn: Hashable, Sendable {
    /// Boot time at which the core took the input.
    package var at: Instant
    package var input: Input
    /// In the order in which they were performed.
    package var effects: [Effect]
    /// After the turn.
    package var status: Status

    package init(at: Instant, input: Input, effects: [Effect], status: Status) {
        self.at = at
        self.input = input
        self.effects = effects
        self.status = status
    }
}

/// How a daemon ended.
package enum DaemonEnd: Hashable, Sendable {
    /// It was told to.
    case stopped
    /// The simulator took its power away (``DaemonHandle/lose()``).
    case lost
    /// It was reset: there is nothing left of what it knew, and a new start makes another lock of it.
    case reset
    /// It could not go on, and a new start may help. The words are for people.
    case failed(String)
}
