/// What the two inputs of the H-bridge are set to. DRV8833 truth table: IN1/IN2 00 coast, 10 and 01 drive, 11 brake.
package enum Bridge: String, Hashable, Sendable, CaseIterable {
    case coast
    case extend
    case retract
    case brake

    package var direction: Direction? {
        switch self {
        case .extend: .extend
        case .retract: .retract
        case .coast, .brake: nil
        }
    }
}

/// The levels of the motor's three output lines. They are always set together, in one request.
package struct BridgeOutput: Hashable, Sendable {
    package var bridge: Bridge
    /// The sleep line: false turns every output of the driver off.
    package var isAwake: Bool

    package init(bridge: Bridge, isAwake: Bool) {
        self.bridge = bridge
        self.isAwake = isAwake
    }

    /// What the lines are at boot, at rest and after a crash.
    package static let safe = BridgeOutput(bridge: .coast, isAwake: false)
}

/// The lines that the bolt thread watches; true is active, whatever the electrical polarity.
package enum BoltLine: String, Hashable, Sendable, CaseIterable {
    case extendedLimit
    case retractedLimit
    case driverFault
    case stall
}

/// The levels of those lines at one moment.
package struct BoltLevels: Hashable, Sendable {
    package var limits: LimitReading
    package var driverFault: Bool
    package var stall: Bool

    package init(limits: LimitReading, driverFault: Bool = false, stall: Bool = false) {
        self.limits = limits
        self.driverFault = driverFault
        self.stall = stall
    }

    package subscript(line: BoltLine) -> Bool {
        get {
            switch line {
            case .extendedLimit: limits.extended
            case .retractedLimit: limits.retracted
            case .driverFault: driverFault
            case .stall: stall
            }
        }
        set {
            switch line {
            case .extendedLimit: limits.extended = newValue
            case .retractedLimit: limits.retracted = newValue
            case .driverFault: driverFault = newValue
            case .stall: stall = newValue
            }
        }
    }
}
