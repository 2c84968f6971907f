import LockCore

extension PhysicalModel {
    /// From one toggle of a bouncing contact to the next, in nanoseconds: 40 µs is faster than any switch this size and bounds a
    /// burst to 125 toggles.
    private static let bounceGap: ClosedRange<Int64> = 40_000...400_000
    /// The same for a worn contact.
    private static let noiseGap: ClosedRange<Int64> = 300_000...3_000_000

    /// A limit switch's mechanism moved to the other side.
    mutating func change(_ limit: LimitSwitch, to truth: Bool) {
        let isNoisy = limit == .extended ? effects.isExtendedNoisy : effects.isRetractedNoisy
        let bounce = isNoisy ? noise : self.bounce
        if limit == .extended {
            extendedContact.change(to: truth, at: time, bounce: bounce, random: &random)
        } else {
            retractedContact.change(to: truth, at: time, bounce: bounce, random: &random)
        }
        show(limit)
        reschedule()
    }

    var bounce: Contact.Bounce {
        Contact.Bounce(duration: Self.range(parameters.bounceLeast, parameters.bounceMost), gap: Self.bounceGap)
    }

    private var noise: Contact.Bounce {
        Contact.Bounce(duration: Self.range(parameters.noiseLeast, parameters.noiseMost), gap: Self.noiseGap)
    }

    private static func range(_ least: Duration, _ most: Duration) -> ClosedRange<Int64> {
        let least = max(0, least.wholeNanoseconds)
        return least...max(least, most.wholeNanoseconds)
    }

    /// Brings a limit line to what its contact, or the fault on it, says.
    mutating func show(_ limit: LimitSwitch) {
        let level =
            switch limit {
            case .extended: effects.extendedStuck ?? extendedContact.level
            case .retracted: effects.retractedStuck ?? retractedContact.level
            }
        guard level != levels.limits[limit] else { return }
        levels.limits[limit] = level
        if takeLost(limit) { return }
        let edge = ModelEdge(line: ModelLine(limit), isActive: level, at: now + .nanoseconds(effects.edgeDelay))
        if effects.edgeDelay == 0 {
            deliver(edge)
        } else if delayed.count < Self.edgeCapacity {
            // Behind the ones that wait already, even if the delay has since become shorter: a line's edges keep their order.
            let place = delayed.firstIndex { $0.at > edge.at } ?? delayed.endIndex
            delayed.insert(edge, at: place)
            reschedule()
        } else {
            droppedEdges += 1
        }
    }

    /// Whether this edge is one of those that are lost.
    private mutating func takeLost(_ limit: LimitSwitch) -> Bool {
        switch limit {
        case .extended where lostExtended > 0:
            lostExtended -= 1
            if lostExtended == 0 { forgetLost(limit) }
        case .retracted where lostRetracted > 0:
            lostRetracted -= 1
            if lostRetracted == 0 { forgetLost(limit) }
        default:
            return false
        }
        return true
    }

    private mutating func forgetLost(_ limit: LimitSwitch) {
        faults.removeAll { if case .lostEdges(limit, _) = $0 { true } else { false } }
    }

    mutating func emit(_ line: ModelLine, _ isActive: Bool) {
        deliver(ModelEdge(line: line, isActive: isActive, at: now))
    }

    private mutating func deliver(_ edge: ModelEdge) {
        guard outbox.count < Self.edgeCapacity else {
            droppedEdges += 1
            return
        }
        outbox.append(edge)
    }

    /// Works out what the driver does with its inputs, and its fault line.
    mutating func refreshDriver() {
        let isFaulty = effects.hasDriverFault || isOvercurrentLatched
        bridge = output.isAwake && isDriverReady && !isFaulty ? output.bridge : .coast
        driveSign =
            switch bridge {
            case .extend: 1
            case .retract: -1
            case .coast, .brake: 0
            }
        guard isFaulty != levels.driverFault else { return }
        levels.driverFault = isFaulty
        emit(.driverFault, isFaulty)
    }

    /// Does everything that is due at the model's time besides the step.
    mutating func performScheduled() {
        if extendedContact.nextToggle <= time {
            extendedContact.toggle(random: &random)
            show(.extended)
        }
        if retractedContact.nextToggle <= time {
            retractedContact.toggle(random: &random)
            show(.retracted)
        }
        if buttonContact.nextToggle <= time {
            buttonContact.toggle(random: &random)
            showButton()
        }
        if buttonReleaseAt <= time {
            buttonReleaseAt = Contact.never
            buttonContact.change(to: false, at: time, bounce: bounce, random: &random)
            showButton()
        }
        while let edge = delayed.first, edge.at.nanoseconds <= time {
            delayed.removeFirst()
            deliver(edge)
        }
        if driverReadyAt <= time {
            settle()
            driverReadyAt = Contact.never
            isDriverReady = true
            stir()
            refreshDriver()
        }
        if handUntil <= time {
            settle()
            handUntil = Contact.never
        }
        reschedule()
    }

    func earliestScheduled() -> Int64 {
        let bounce = min(extendedContact.nextToggle, retractedContact.nextToggle, buttonContact.nextToggle)
        let late = delayed.first?.at.nanoseconds ?? Contact.never
        return min(min(bounce, late), min(buttonReleaseAt, driverReadyAt, handUntil))
    }

    mutating func reschedule() { nextScheduled = earliestScheduled() }
}
