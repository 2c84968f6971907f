/// How an input line is pulled while nothing drives it.
package enum LineBias: String, Hashable, Sendable, CaseIterable {
    /// As the pin controller has it: nothing is asked for.
    case asIs
    /// No pull: the board has a resistor of its own.
    case disabled
    case pullUp
    case pullDown
}

/// A line of the GPIO chip, as a board profile assigns it to a role.
package struct GPIOLine: Hashable, Sendable {
    /// Its name in the device tree.
    package var name: String
    /// Whether the role is active while the line is electrically low.
    package var isActiveLow: Bool
    /// Of inputs; outputs have ``LineBias/asIs``.
    package var bias: LineBias

    package init(name: String, isActiveLow: Bool = false, bias: LineBias = .asIs) {
        self.name = name
        self.isActiveLow = isActiveLow
        self.bias = bias
    }

    /// The kernel keeps line names and chip labels in 32 bytes with a final NUL (`GPIO_MAX_NAME_SIZE`, linux/gpio.h).
    package static let maximumNameBytes = 31
}

/// What a line is for. The raw value is the key in the profile.
package enum LineRole: String, Hashable, Sendable, CaseIterable {
    case motorIn1 = "motor-in1"
    case motorIn2 = "motor-in2"
    case motorSleep = "motor-sleep"
    case limitExtended = "limit-extended"
    case limitRetracted = "limit-retracted"
    case driverFault = "driver-fault"
    case stall
    case door
    case tamper
    case insideButton = "inside-button"

    /// Whether the lock drives the line rather than reads it.
    package var isOutput: Bool {
        switch self {
        case .motorIn1, .motorIn2, .motorSleep: true
        case .limitExtended, .limitRetracted, .driverFault, .stall, .door, .tamper, .insideButton: false
        }
    }

    /// Whether a board may do without. Not without the sleep line: it is what turns the driver off whatever its inputs
    /// say.
    package var mayBeAbsent: Bool {
        switch self {
        case .motorIn1, .motorIn2, .motorSleep, .limitExtended, .limitRetracted: false
        case .driverFault, .stall, .door, .tamper, .insideButton: true
        }
    }
}

/// The lines of a board by role; nil is a role that the board lacks.
package struct BoardLines: Hashable, Sendable {
    package var motorIn1: GPIOLine
    package var motorIn2: GPIOLine
    package var motorSleep: GPIOLine
    package var limitExtended: GPIOLine
    package var limitRetracted: GPIOLine
    package var driverFault: GPIOLine?
    package var stall: GPIOLine?
    package var door: GPIOLine?
    package var tamper: GPIOLine?
    package var insideButton: GPIOLine?

    /// nil when a role that no board may lack is not there.
    init?(_ lines: [LineRole: GPIOLine]) {
        guard let motorIn1 = lines[.motorIn1], let motorIn2 = lines[.motorIn2], let motorSleep = lines[.motorSleep],
            let limitExtended = lines[.limitExtended], let limitRetracted = lines[.limitRetracted]
        else { return nil }
        self.motorIn1 = motorIn1
        self.motorIn2 = motorIn2
        self.motorSleep = motorSleep
        self.limitExtended = limitExtended
        self.limitRetracted = limitRetracted
        driverFault = lines[.driverFault]
        stall = lines[.stall]
        door = lines[.door]
        tamper = lines[.tamper]
        insideButton = lines[.insideButton]
    }

    /// The line of a role; nil is a role that the board lacks.
    package subscript(role: LineRole) -> GPIOLine? {
        switch role {
        case .motorIn1: motorIn1
        case .motorIn2: motorIn2
        case .motorSleep: motorSleep
        case .limitExtended: limitExtended
        case .limitRetracted: limitRetracted
        case .driverFault: driverFault
        case .stall: stall
        case .door: door
        case .tamper: tamper
        case .insideButton: insideButton
        }
    }
}
