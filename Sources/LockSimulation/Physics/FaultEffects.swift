import LockCore

/// The faults in force, in the form in which the step uses them.
struct FaultEffects: Hashable, Sendable {
    var hasObstruction = false
    /// mm; N/mm; N per mm/s.
    var obstructionAt = 0.0
    var obstructionStiffness = 0.0
    var obstructionDamping = 0.0
    var isSlipping = false
    var extendedStuck: Bool?
    var retractedStuck: Bool?
    var isExtendedNoisy = false
    var isRetractedNoisy = false
    /// Nanoseconds by which limit edges are late.
    var edgeDelay: Int64 = 0
    var hasDriverFault = false
    /// -1 with the motor's wires exchanged.
    var polarity = 1.0
    var isDisconnected = false
    /// Ω added to the pack's.
    var packResistance = 0.0
    /// Overrides the pack's charge.
    var packPercent: Double?
    var isGaugeUnreadable = false

    init() {}

    init(_ faults: [Fault], parameters: PhysicalParameters) {
        for fault in faults {
            switch fault {
            case .obstruction(let at, let stiffness):
                hasObstruction = true
                obstructionAt = at
                obstructionStiffness = stiffness == .hard ? parameters.hardObstruction : parameters.softObstruction
                obstructionDamping = parameters.damping(stiffness: obstructionStiffness)
            case .slippingGear: isSlipping = true
            case .limitStuck(.extended, let active): extendedStuck = active
            case .limitStuck(.retracted, let active): retractedStuck = active
            case .bothLimitsActive: break
            case .limitNoise(.extended): isExtendedNoisy = true
            case .limitNoise(.retracted): isRetractedNoisy = true
            case .lateEdges(let delay): edgeDelay = max(0, delay.wholeNanoseconds)
            case .lostEdges: break
            case .driverFault: hasDriverFault = true
            case .motorReversed: polarity = -1
            case .motorDisconnected: isDisconnected = true
            case .weakBattery(let percent): packPercent = Double(min(max(percent, 0), 100))
            case .brownOut: packResistance = parameters.brownOutResistance
            case .gaugeUnreadable: isGaugeUnreadable = true
            }
        }
        // A short between the lines wins over a switch that is stuck open.
        if faults.contains(.bothLimitsActive) {
            extendedStuck = true
            retractedStuck = true
        }
    }
}

extension PhysicalParameters {
    /// Damping of a contact of this stiffness (N/mm), in N per mm/s.
    func damping(stiffness: Double) -> Double { 2 * stopDamping * (1000 * stiffness * mass).squareRoot() / 1000 }
}
