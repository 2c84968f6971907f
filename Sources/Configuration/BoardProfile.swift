package import LockCore

/// Which of the bridge's inputs extends the bolt when it alone is high.
package enum BridgeInput: String, Hashable, Sendable, CaseIterable {
    case in1
    case in2
}

/// The levels of the bridge's two inputs.
package struct BridgeInputs: Hashable, Sendable {
    package var in1: Bool
    package var in2: Bool

    package init(in1: Bool, in2: Bool) {
        self.in1 = in1
        self.in2 = in2
    }
}

/// All that Mortise has to know of a board, read from a key file and checked.
///
/// <doc:BoardProfiles> documents the file. A value of this type satisfies every range and rule of the schema.
package struct BoardProfile: Hashable, Sendable {
    /// What people call the board.
    package var name: String
    /// Which hardware it is: free text, by custom the device tree's first `compatible` string.
    package var compatible: String
    /// The label of the GPIO chip that all its lines are on.
    package var chip: String
    package var lines: BoardLines
    /// The input that extends the bolt.
    package var extendInput: BridgeInput
    package var stroke: StrokeTiming
    package var retry: RetryPolicy
    package var duty: DutyLimit
    /// The battery's name in /sys/class/power_supply; nil: the board runs from the mains and has no gauge.
    package var powerSupply: String?
    /// Not used while ``powerSupply`` is nil.
    package var battery: BatteryThresholds
    /// What boot does about a stroke that a power cut interrupted.
    package var recovery: Recovery
    /// Whether locking waits for a calibration.
    package var requiresCalibration: Bool

    /// nil when something that has no default was not given.
    init?(_ draft: ProfileDraft) {
        guard let name = draft.name, let compatible = draft.compatible, let chip = draft.chip,
            let lines = BoardLines(draft.lines), let extendInput = draft.extendInput, let supply = draft.supply
        else { return nil }
        self.name = name
        self.compatible = compatible
        self.chip = chip
        self.lines = lines
        self.extendInput = extendInput
        stroke = draft.stroke
        retry = draft.retry
        duty = draft.duty
        powerSupply = supply.name
        battery = draft.battery
        recovery = draft.recovery
        requiresCalibration = draft.requiresCalibration
    }

    /// What the core needs of it.
    package var deviceConfiguration: DeviceConfiguration {
        var equipment = Equipment()
        equipment.doorSensor = lines.door != nil
        equipment.tamperSwitch = lines.tamper != nil
        equipment.driverFault = lines.driverFault != nil
        equipment.stallSensor = lines.stall != nil
        equipment.insideButton = lines.insideButton != nil
        return DeviceConfiguration(
            stroke: stroke, retry: retry, battery: powerSupply == nil ? nil : battery, duty: duty,
            equipment: equipment, recovery: recovery, requiresCalibration: requiresCalibration)
    }

    /// What the bridge's inputs are for a bridge state on this board (DRV8833 truth table: 00 coast, 11 brake).
    package func inputs(for bridge: Bridge) -> BridgeInputs {
        switch bridge {
        case .coast: BridgeInputs(in1: false, in2: false)
        case .brake: BridgeInputs(in1: true, in2: true)
        case .extend: BridgeInputs(in1: extendInput == .in1, in2: extendInput == .in2)
        case .retract: BridgeInputs(in1: extendInput == .in2, in2: extendInput == .in1)
        }
    }
}

/// A profile while it is being read: the core's defaults, and nothing where there is no default.
struct ProfileDraft {
    /// What `supply` said.
    enum Supply: Hashable, Sendable {
        case none
        case named(String)

        var name: String? {
            switch self {
            case .none: nil
            case .named(let name): name
            }
        }
    }

    var name: String?
    var compatible: String?
    var chip: String?
    var lines: [LineRole: GPIOLine] = [:]
    var extendInput: BridgeInput?
    var supply: Supply?
    var stroke: StrokeTiming
    var retry: RetryPolicy
    var duty: DutyLimit
    var battery: BatteryThresholds
    var recovery: Recovery
    var requiresCalibration: Bool

    init() {
        let defaults = DeviceConfiguration()
        stroke = defaults.stroke
        retry = defaults.retry
        duty = defaults.duty
        battery = defaults.battery ?? BatteryThresholds()
        recovery = defaults.recovery
        requiresCalibration = defaults.requiresCalibration
    }
}
