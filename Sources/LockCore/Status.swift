/// All that the lock says of itself at one moment.
package struct Status: Hashable, Sendable {
    package var state: LockState
    /// What the debounced switches say, whatever the state.
    package var position: BoltPosition
    /// nil: the board has no door sensor.
    package var isDoorOpen: Bool?
    package var battery: BatteryReading
    package var alarms: [Alarm]
    package var settings: Settings
    package var calibration: Calibration?
    /// When the bolt will be driven by auto-relock.
    package var relockDeadline: Instant?
    /// Whether the last motion went unjournaled because the store did not answer.
    package var isJournalAvailable: Bool

    package init(
        state: LockState, position: BoltPosition, isDoorOpen: Bool?, battery: BatteryReading, alarms: [Alarm],
        settings: Settings, calibration: Calibration?, relockDeadline: Instant?, isJournalAvailable: Bool
    ) {
        self.state = state
        self.position = position
        self.isDoorOpen = isDoorOpen
        self.battery = battery
        self.alarms = alarms
        self.settings = settings
        self.calibration = calibration
        self.relockDeadline = relockDeadline
        self.isJournalAvailable = isJournalAvailable
    }
}
