import LockCore

extension PhysicalModel {
    /// Winding current below which an open or shorted motor at rest counts as currentless, in A.
    private static let negligibleCurrent = 1e-6
    /// Filtered current below which the stall filter counts as empty, in A.
    private static let negligibleFilter = 1e-3
    /// How often the pack's slow figures are worked out anew during one drive: each 0.1 s.
    private static let packRefreshSteps = 1000

    /// Brings the step up to the model's time, because somebody is about to act.
    mutating func settle() {
        if isResting {
            stepTime = time
        } else if stepTime < time {
            integrate(to: time)
        }
    }

    /// Ends the rest: something has changed that may set things in motion. Call after ``settle()``.
    mutating func stir() {
        refreshPack()
        guard isResting else { return }
        isResting = false
        stepTime = time
        heat = cooled(heat, for: time - restSince)
    }

    /// One step.
    mutating func integrate(to end: Int64) {
        let span = end - stepTime
        assert(span > 0 && span <= Self.maximumStep)
        longestStep = max(longestStep, span)
        stepCount += 1
        stepTime = end
        if stepsToRefresh == 0 { refreshPack() } else { stepsToRefresh -= 1 }
        let seconds = Double(span) * 1e-9
        let wasMoving = velocity != 0 || motorVelocity != 0

        stepElectrics(seconds)
        if effects.isSlipping { stepSlipping(seconds) } else { stepBolt(seconds) }
        stepSensors(seconds, span)
        if handUntil != Contact.never { finishTurning() }

        if !wasMoving, velocity == 0, motorVelocity == 0, !isEnergised {
            if current.magnitude < Self.negligibleCurrent { current = 0 }
            if current == 0, filteredCurrent == 0, handUntil == Contact.never {
                isResting = true
                restSince = end
                terminalVoltage = openCircuitVoltage
            }
        }
    }

    /// Current, supply and heat. Open outputs lose their current through the diodes within a step.
    private mutating func stepElectrics(_ seconds: Double) {
        let above20 = heat + parameters.ambient - 20
        let winding = parameters.windingResistance * (1 + parameters.copperCoefficient * above20)
        let perVolt = seconds / parameters.inductance
        var drawn = 0.0
        switch bridge {
        case .coast:
            current = 0
        case .brake:
            let resistance = winding + parameters.bridgeResistance
            current = (current - perVolt * parameters.backEMF * motorVelocity) / (1 + perVolt * resistance)
        case .extend, .retract:
            let sign = driveSign * effects.polarity
            let resistance = winding + parameters.bridgeResistance + packResistance
            let volts = sign * openCircuitVoltage - parameters.backEMF * motorVelocity
            current = (current + perVolt * volts) / (1 + perVolt * resistance)
            drawn = sign * current
        }
        if effects.isDisconnected {
            current = 0
            drawn = 0
        }
        // Reversing into a bad contact would ask for less than nothing: the bridge's diodes hold it there.
        terminalVoltage = max(0, openCircuitVoltage - packResistance * drawn)
        if drawn > 0 {
            pack.motorCharge += drawn * seconds
            chargeDrawn += drawn * seconds
            energyDrawn += drawn * seconds * terminalVoltage
        }
        let flow = current * current * winding - heat / parameters.thermalResistance
        heat += seconds * flow / parameters.heatCapacity
    }

    /// The bolt with the motor on it.
    private mutating func stepBolt(_ seconds: Double) {
        let perNewton = seconds * 1000 / parameters.mass
        var force = parameters.forcePerAmpere * current
        force -= parameters.springPreload + parameters.springRate * position
        if position > parameters.travel {
            force += min(0, parameters.stopStiffness * (parameters.travel - position) - stopDamping * velocity)
        } else if position < 0 {
            force += max(0, -parameters.stopStiffness * position - stopDamping * velocity)
        }
        if effects.hasObstruction {
            let squeeze = effects.obstructionAt - position
            let push = effects.obstructionStiffness * squeeze - effects.obstructionDamping * velocity
            if isObstructionAhead {
                if position > effects.obstructionAt { force += min(0, push) }
            } else if position < effects.obstructionAt {
                force += max(0, push)
            }
        }
        if handUntil != Contact.never {
            let wanted = handVelocity
            let push = Self.handGain * (wanted - velocity)
            force += min(max(push, -parameters.handForce), parameters.handForce)
        }
        var friction = parameters.friction
        if !isDoorOpen, position > parameters.strikeEntry { friction += parameters.strikeFriction }
        velocity = Self.rubbed(
            velocity, pushed: perNewton * force, friction: perNewton * friction, breakaway: parameters.breakaway)
        motorVelocity = velocity
        position += velocity * seconds
    }

    /// The motor without its load; the bolt creeps after it, or follows the hand.
    private mutating func stepSlipping(_ seconds: Double) {
        let perNewton = seconds * 1000 / parameters.mass
        motorVelocity = Self.rubbed(
            motorVelocity, pushed: perNewton * parameters.forcePerAmpere * current,
            friction: perNewton * parameters.slipFriction, breakaway: parameters.breakaway)
        velocity = parameters.slipRatio * motorVelocity
        if handUntil != Contact.never { velocity += handVelocity }
        var next = min(max(position + velocity * seconds, 0), parameters.travel)
        if effects.hasObstruction {
            // Nothing here has the force to squeeze it: the bolt goes no further into it than it is.
            if isObstructionAhead {
                next = min(next, max(effects.obstructionAt, position))
            } else {
                next = max(next, min(effects.obstructionAt, position))
            }
        }
        if next == position { velocity = 0 }
        position = next
    }

    /// A velocity after one step of a push and of dry friction, which stops but never pushes.
    private static func rubbed(_ velocity: Double, pushed: Double, friction: Double, breakaway: Double) -> Double {
        let free = velocity + pushed
        let hold = velocity == 0 ? friction * breakaway : friction
        if free > hold { return free - friction }
        if free < -hold { return free + friction }
        return 0
    }

    private mutating func stepSensors(_ seconds: Double, _ span: Int64) {
        let out = parameters.travel - parameters.limitDistance
        let isOut = extendedContact.truth ? position >= out - parameters.limitHysteresis : position >= out
        if isOut != extendedContact.truth { change(.extended, to: isOut) }
        let home = parameters.limitDistance
        let isHome = retractedContact.truth ? position <= home + parameters.limitHysteresis : position <= home
        if isHome != retractedContact.truth { change(.retracted, to: isHome) }

        // The comparator's resistor is in the bridge's ground: what circulates while braking does not pass it.
        let sensed = isEnergised ? current.magnitude : 0
        filteredCurrent += seconds / parameters.stallFilter * (sensed - filteredCurrent)
        if sensed == 0, filteredCurrent < Self.negligibleFilter { filteredCurrent = 0 }
        let isStalled = filteredCurrent > (levels.stall ? parameters.stallRelease : parameters.stallCurrent)
        if isStalled != levels.stall {
            levels.stall = isStalled
            emit(.stall, isStalled)
        }

        if current.magnitude > parameters.overcurrent {
            overcurrentFor += span
            if overcurrentFor >= parameters.overcurrentDeglitch.wholeNanoseconds {
                isOvercurrentLatched = true
                overcurrentFor = 0
                refreshDriver()
            }
        } else {
            overcurrentFor = 0
        }

        if terminalVoltage < parameters.brownOutVoltage, isEnergised, !isBrownedOut {
            isBrownedOut = true
            emit(.brownOut, true)
        }
    }

    /// Works out the pack's voltage and resistance, which change slowly.
    mutating func refreshPack() {
        let percent = packPercent
        openCircuitVoltage = BatteryPack.openCircuit(percent: percent)
        let rise = parameters.emptyResistanceRise * (1 - percent / 100)
        packResistance = parameters.internalResistance + rise + effects.packResistance
        if !isEnergised { terminalVoltage = openCircuitVoltage }
        stepsToRefresh = Self.packRefreshSteps
    }

    var packPercent: Double { effects.packPercent ?? pack.percent(at: time) }

    /// What is left of a temperature difference after a rest: (1 + t/16τ)⁻¹⁶, which is within a few percent of the exponential
    /// and, unlike it, the same bits on every machine.
    func cooled(_ heat: Double, for rest: Int64) -> Double {
        let share = 1 + Double(rest) * 1e-9 / (16 * parameters.heatCapacity * parameters.thermalResistance)
        let square = share * share
        let fourth = square * square
        let eighth = fourth * fourth
        return heat / (eighth * eighth)
    }
}
