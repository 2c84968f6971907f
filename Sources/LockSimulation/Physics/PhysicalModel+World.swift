package import LockCore

extension PhysicalModel {
    /// How hard a hand corrects its speed, in N per mm/s.
    static let handGain = 10.0
    /// How fast a hand closes in on its target, in mm/s per mm.
    private static let handApproach = 20.0
    /// A hand is satisfied this close to its target, in mm.
    private static let handTolerance = 0.1

    // MARK: Faults

    /// Injects a fault, from now on. It replaces one of the same kind (on the same switch, for faults of one switch).
    package mutating func inject(_ fault: Fault) {
        settle()
        faults.removeAll { $0.excludes(fault) }
        faults.append(fault)
        switch fault {
        case .obstruction(let at, _): isObstructionAhead = position <= at
        case .lostEdges(.extended, let count): lostExtended = max(0, count)
        case .lostEdges(.retracted, let count): lostRetracted = max(0, count)
        default: break
        }
        applyFaults()
    }

    /// Ends a fault, from now on: the one of the same kind, whatever its figures. A fault that is not there is no error.
    package mutating func remove(_ fault: Fault) {
        settle()
        faults.removeAll { $0.excludes(fault) }
        switch fault {
        case .lostEdges(.extended, _): lostExtended = 0
        case .lostEdges(.retracted, _): lostRetracted = 0
        default: break
        }
        applyFaults()
    }

    /// Ends every fault, from now on.
    package mutating func removeAllFaults() {
        settle()
        faults = []
        lostExtended = 0
        lostRetracted = 0
        applyFaults()
    }

    private mutating func applyFaults() {
        let wasSlipping = effects.isSlipping
        effects = FaultEffects(faults, parameters: parameters)
        if wasSlipping, !effects.isSlipping {
            // The teeth catch: what the motor had was lost in the gears.
            velocity = 0
            motorVelocity = 0
        }
        stir()
        refreshDriver()
        show(.extended)
        show(.retracted)
        reschedule()
    }

    // MARK: Hand

    /// Does what a person does, from now on.
    /// - Returns: false if it was not possible: a door does not close on a bolt that is out.
    @discardableResult
    package mutating func perform(_ hand: Hand) -> Bool {
        settle()
        switch hand {
        case .door(let open):
            guard open != isDoorOpen else { return true }
            guard open || position <= parameters.strikeEntry else { return false }
            isDoorOpen = open
            emit(.door, open)
        case .thumbturn(let position): turn(to: min(max(position, 0), parameters.travel))
        case .thumbturnToEnd(let direction): turn(to: direction == .extend ? parameters.travel : 0)
        case .releaseThumbturn: handUntil = Contact.never
        case .button(let duration):
            buttonReleaseAt = time + max(0, duration.wholeNanoseconds)
            if !buttonContact.truth {
                buttonContact.change(to: true, at: time, bounce: bounce, random: &random)
                showButton()
            }
        case .tamper(let active):
            guard active != isTampered else { return true }
            isTampered = active
            emit(.tamper, active)
        case .battery(let percent):
            pack = BatteryPack(parameters, percent: Double(percent), at: time)
        }
        stir()
        reschedule()
        return true
    }

    private mutating func turn(to target: Double) {
        handTarget = target
        handUntil = time + parameters.handPatience.wholeNanoseconds
    }

    /// How fast the hand wants the bolt to go, in mm/s.
    var handVelocity: Double {
        let wanted = Self.handApproach * (handTarget - position)
        return min(max(wanted, -parameters.handSpeed), parameters.handSpeed)
    }

    /// Lets go of the thumbturn when it is where it was to be.
    mutating func finishTurning() {
        guard (handTarget - position).magnitude < Self.handTolerance else { return }
        handUntil = Contact.never
        if effects.isSlipping { velocity = 0 }
        reschedule()
    }

    mutating func showButton() {
        guard buttonContact.level != isButtonPressed else { return }
        isButtonPressed = buttonContact.level
        emit(.insideButton, isButtonPressed)
    }

    // MARK: Readings

    /// What the gauge says: the charge, and the voltage at rest.
    package var battery: BatteryReading {
        guard !effects.isGaugeUnreadable else { return .unreadable }
        let percent = packPercent
        let volts = BatteryPack.openCircuit(percent: percent)
        return .level(percent: Int(percent.rounded()), millivolts: Int((volts * 1000).rounded()))
    }

    /// The direction in which the driver drives the motor at this moment: awake, ready, without a fault. Commanded, not moved: with
    /// exchanged wires the bolt goes the other way.
    package var energisedDirection: Direction? { bridge.direction }

    /// Whether the driver drives the motor at this moment, even if no current flows.
    package var isEnergised: Bool { driveSign != 0 }

    /// Whether the driver shorts the motor at this moment.
    package var isBraking: Bool { bridge == .brake }

    /// Whether the bolt or the motor moves.
    package var isMoving: Bool { velocity != 0 || motorVelocity != 0 }

    /// Temperature of the winding, in °C.
    package var windingTemperature: Double {
        parameters.ambient + (isResting ? cooled(heat, for: time - restSince) : heat)
    }
}
