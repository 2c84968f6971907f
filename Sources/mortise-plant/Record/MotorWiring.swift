import Configuration
import LockCore

/// The lines that the lock drives, in the order in which they are numbered here.
enum MotorLine: Int, Hashable, Sendable, CaseIterable {
    case in1
    case in2
    case sleep
}

/// How the profile connects the motor: what electrical levels mean.
struct MotorWiring: Hashable, Sendable {
    private let extendInput: BridgeInput

    init(_ profile: BoardProfile) { extendInput = profile.extendInput }

    /// What the driver is told by these electrical levels (DRV8833 truth table: 00 coast, 11 brake). Outputs are active high on
    /// every board: a profile that says otherwise is refused.
    func output(_ levels: DrivenLevels) -> BridgeOutput {
        let bridge: Bridge =
            switch (levels[.in1], levels[.in2]) {
            case (false, false): .coast
            case (true, true): .brake
            case (true, false): extendInput == .in1 ? .extend : .retract
            case (false, true): extendInput == .in2 ? .extend : .retract
            }
        return BridgeOutput(bridge: bridge, isAwake: levels[.sleep])
    }
}

/// The electrical levels of the motor's lines.
struct DrivenLevels: Hashable, Sendable {
    private var bits: UInt8 = 0

    /// All low, as the board's pull-downs hold them.
    init() {}

    subscript(line: MotorLine) -> Bool {
        get { bits >> UInt8(line.rawValue) & 1 != 0 }
        set {
            let mask: UInt8 = 1 << UInt8(line.rawValue)
            if newValue { bits |= mask } else { bits &= ~mask }
        }
    }
}
