/// A set of alarms, kept in one byte so that comparing two statuses allocates nothing.
package struct AlarmSet: Hashable, Sendable {
    private var bits: UInt8 = 0

    package init() {}

    private static func bit(_ alarm: Alarm) -> UInt8 {
        switch alarm {
        case .doorAjar: 1
        case .forcedOpen: 2
        case .tampered: 4
        case .lowBattery: 8
        case .batteryUnreadable: 16
        }
    }

    package func contains(_ alarm: Alarm) -> Bool { bits & Self.bit(alarm) != 0 }

    /// Adds or removes; says whether that changed anything.
    package mutating func set(_ alarm: Alarm, to isActive: Bool) -> Bool {
        guard contains(alarm) != isActive else { return false }
        bits ^= Self.bit(alarm)
        return true
    }

    package var isEmpty: Bool { bits == 0 }

    /// In the order of ``Alarm``'s declaration.
    package var list: [Alarm] { Alarm.allCases.filter(contains) }
}

/// All that the lock says of itself at one moment.
package struct Status: Hashable, Sendable {
    package var state: LockState
    /// What the debounced switches say, whatever the state.
    package var position: BoltPosition
    /// nil: the board has no door sensor.
    package var isDoorOpen: Bool?
    package var battery: BatteryReading
    package var alarms: AlarmSet
    package var settings: Settings
    package var calibration: Calibration?
    /// When the bolt will be driven by auto-relock.
    package var relockDeadline: Instant?
    /// Whether the motion journal answered the last time it was asked.
    package var isJournalAvailable: Bool

    package init(
        state: LockState, position: BoltPosition, isDoorOpen: Bool?, battery: BatteryReading, alarms: AlarmSet,
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
