/// Everything the world can tell the core. Together with the instant it is a complete record: replaying the same inputs gives
/// the same effects.
package enum Input: Hashable, Sendable {
    /// The first input, once: what the board and the store said when the daemon started.
    case boot(BootFacts)
    case command(Command, from: Origin, id: RequestID)
    /// The debounced limit switches changed.
    case limits(LimitReading)
    /// The bolt thread ended a drive. Each drive ends exactly once.
    case driveEnded(DriveEnd)
    /// nFAULT changed (true is faulted).
    case driverFault(Bool)
    case door(isOpen: Bool)
    case tamper(isActive: Bool)
    case insideButton(isPressed: Bool)
    case battery(BatteryReading)
    /// A timer that an effect started has fired; `deadline` says which start it belongs to.
    case timer(TimerID, deadline: Instant)
    /// The motion journal has answered.
    case journaled(MotionID, stored: Bool)
    case civilTime(CivilReading?)

    /// The input's stable name, without its values.
    package var name: String {
        switch self {
        case .boot: "boot"
        case .command(.lock, _, _): "lock"
        case .command(.unlock, _, _): "unlock"
        case .command(.calibrate, _, _): "calibrate"
        case .command(.configure, _, _): "configure"
        case .command(.acknowledgeAlarms, _, _): "acknowledgeAlarms"
        case .limits: "limits"
        case .driveEnded: "driveEnded"
        case .driverFault: "driverFault"
        case .door: "door"
        case .tamper: "tamper"
        case .insideButton: "insideButton"
        case .battery: "battery"
        case .timer: "timer"
        case .journaled: "journaled"
        case .civilTime: "civilTime"
        }
    }

    /// Every input name.
    package static let names = [
        "boot", "lock", "unlock", "calibrate", "configure", "acknowledgeAlarms", "limits", "driveEnded", "driverFault",
        "door", "tamper", "insideButton", "battery", "timer", "journaled", "civilTime",
    ]
}

/// What the board and the store said when the daemon started.
package struct BootFacts: Hashable, Sendable {
    package var limits: LimitReading
    package var isDoorOpen: Bool
    package var isTampered: Bool
    package var hasDriverFault: Bool
    package var battery: BatteryReading
    /// nil: the store could not be read; defaults apply.
    package var settings: Settings?
    package var calibration: Calibration?
    /// The motions that were under way when power was lost, as far as the journal knows of them, the oldest first: the stroke's own,
    /// and those of all who had joined it.
    package var interrupted: [Motion]
    /// The store has opened after the lock had been at work without it: what was interrupted is told of, and not completed.
    package var isLate = false
    /// The first motion number that has never been used.
    package var nextMotion: MotionID

    package init(
        limits: LimitReading, isDoorOpen: Bool = false, isTampered: Bool = false, hasDriverFault: Bool = false,
        battery: BatteryReading = .unknown, settings: Settings? = nil, calibration: Calibration? = nil,
        interrupted: [Motion] = [], nextMotion: MotionID = MotionID(1)
    ) {
        self.limits = limits
        self.isDoorOpen = isDoorOpen
        self.isTampered = isTampered
        self.hasDriverFault = hasDriverFault
        self.battery = battery
        self.settings = settings
        self.calibration = calibration
        self.interrupted = interrupted
        self.nextMotion = nextMotion
    }
}

/// What the gauge says.
package enum BatteryReading: Hashable, Sendable {
    /// No gauge, or not read yet.
    case unknown
    /// The gauge is there and says nothing, or nonsense: a reported fault, never a guess.
    case unreadable
    case level(percent: Int, millivolts: Int)
}

/// Names one drive of the motor.
package struct DriveID: Hashable, Sendable {
    package var rawValue: UInt32
    package init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// How the bolt thread ended a drive. By the time the core hears of it the motor is no longer energised.
package struct DriveEnd: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The awaited limit switch.
        case limit
        /// The other limit switch became active: the bolt went the wrong way.
        case wrongLimit
        case stall
        case driverFault
        /// The cap.
        case cap
        /// A brake or coast effect.
        case stopped
        /// Never energised: the awaited limit was already active, or the driver refused.
        case notStarted
    }

    package var id: DriveID
    package var reason: Reason
    /// When the motor was energised and when that ended, by the kernel's clock. Equal when it never was.
    package var began: Instant
    package var ended: Instant
    /// The raw switches when the drive ended.
    package var limits: LimitReading
    /// Whether the limit switch behind the bolt was seen inactive at any moment of the drive.
    package var leftStart: Bool

    package init(
        id: DriveID, reason: Reason, began: Instant, ended: Instant, limits: LimitReading, leftStart: Bool
    ) {
        self.id = id
        self.reason = reason
        self.began = began
        self.ended = ended
        self.limits = limits
        self.leftStart = leftStart
    }
}
