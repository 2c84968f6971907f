package import LockCore

/// The lines that the model drives: what a board would have wired to its input pins.
package enum ModelLine: String, Hashable, Sendable, CaseIterable {
    case extendedLimit
    case retractedLimit
    case driverFault
    case stall
    /// Active: the door is open.
    case door
    /// Active: the case is being opened.
    case tamper
    /// Active: the button is pressed.
    case insideButton
    /// Not a pin: the supply fell below what the processor needs, so it resets. Active only; ended by
    /// ``PhysicalModel/restorePower()``.
    case brownOut

    package init(_ line: BoltLine) {
        switch line {
        case .extendedLimit: self = .extendedLimit
        case .retractedLimit: self = .retractedLimit
        case .driverFault: self = .driverFault
        case .stall: self = .stall
        }
    }

    package init(_ limit: LimitSwitch) { self = limit == .extended ? .extendedLimit : .retractedLimit }

    /// The line as the bolt thread knows it; nil for the lines that it does not watch.
    package var boltLine: BoltLine? {
        switch self {
        case .extendedLimit: .extendedLimit
        case .retractedLimit: .retractedLimit
        case .driverFault: .driverFault
        case .stall: .stall
        case .door, .tamper, .insideButton, .brownOut: nil
        }
    }

    /// The limit switch behind the line.
    var limit: LimitSwitch? {
        switch self {
        case .extendedLimit: .extended
        case .retractedLimit: .retracted
        default: nil
        }
    }
}

/// A change of one line, as the kernel's edge detection would report it.
package struct ModelEdge: Hashable, Sendable {
    package var line: ModelLine
    /// The level after the edge; true is active, whatever the electrical polarity.
    package var isActive: Bool
    /// When the edge was seen. Later than the change of level only under ``Fault/lateEdges(by:)``.
    package var at: Instant

    package init(line: ModelLine, isActive: Bool, at: Instant) {
        self.line = line
        self.isActive = isActive
        self.at = at
    }
}
