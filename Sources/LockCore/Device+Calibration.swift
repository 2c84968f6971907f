// Calibration: one full stroke each way from limit to limit, measured; it ends at the limit where it began.
extension Device {
    /// The next move by what has been measured and where the bolt is; nil when the switches contradict each other.
    func nextCalibrationMove() -> Move? {
        switch limits.position {
        case .retracted: Move(purpose: .measure, direction: .extend, isFull: true)
        case .extended: Move(purpose: .measure, direction: .retract, isFull: true)
        case .between: Move(purpose: .seek, direction: .retract, isFull: false)
        case .conflict: nil
        }
    }

    mutating func decideCalibration(after move: Move, _ end: MoveEnd, at now: Instant, _ effects: inout [Effect]) {
        switch end.reason {
        case .limit: measured(move, end, at: now, &effects)
        case .wrongLimit:
            let verdict: Stroke.Verdict =
                move.isFull ? .jammed(.blocked, .didNotArrive) : .faulty(.driverFault, .reversedMotor)
            settle(nil, verdict, at: now, &effects)
        case .driverFault: settle(nil, .faulty(.driverFault), at: now, &effects)
        case .notStarted:
            // The switch ahead became active without the motor.
            settle(nil, .jammed(.notCalibrated, .didNotArrive), at: now, &effects)
        case .stall, .cap, .stopped:
            if move.isFull, !end.leftStart {
                askForHand(end, at: now, &effects)
            } else {
                let code = Self.code(of: end, isFull: move.isFull)
                settle(nil, .jammed(code, .didNotArrive), at: now, &effects)
            }
        }
    }

    private mutating func measured(_ move: Move, _ end: MoveEnd, at now: Instant, _ effects: inout [Effect]) {
        if move.purpose == .measure {
            guard end.leftStart, end.elapsed >= configuration.stroke.minimumStroke else {
                return settle(nil, .faulty(.sensorStuck, .implausiblyFast), at: now, &effects)
            }
            // Ended with the cap, by a look at the levels: a lost edge makes a travel time of any length.
            guard end.elapsed < moveCap(move) else {
                return settle(nil, .jammed(.notCalibrated, .didNotArrive), at: now, &effects)
            }
            if move.direction == .extend {
                stroke?.calibration?.extend = end.elapsed
            } else {
                stroke?.calibration?.retract = end.elapsed
            }
        }
        // The switches rest between two measurements as after any stroke; what follows is decided by them.
        settle(Stroke.Arrival(move: move, elapsed: end.elapsed), nil, at: now, &effects)
    }

    /// The bolt is at rest at a limit, or should be.
    mutating func calibrationSettled(at now: Instant, _ effects: inout [Effect]) {
        guard let run = stroke?.calibration else { return }
        switch limits.position {
        case .conflict: return conclude(.faulty(.sensorStuck, .didNotArrive), at: now, &effects)
        case .between: return conclude(.jammed(.blocked, .didNotArrive), at: now, &effects)
        case .extended, .retracted: break
        }
        guard let extend = run.extend, let retract = run.retract else {
            return measureNext(at: now, &effects)
        }
        let learned = Calibration(
            extendNanoseconds: extend.wholeNanoseconds, retractNanoseconds: retract.wholeNanoseconds)
        calibration = learned
        storedCalibration = learned
        widened = LimitReading(extended: false, retracted: false)
        effects.append(.saveCalibration(learned))
        conclude(.done, at: now, &effects)
    }

    private mutating func measureNext(at now: Instant, _ effects: inout [Effect]) {
        enter(.pausing(deadline: now + configuration.retry.pause), &effects)
    }

    // MARK: A bolt that does not leave its limit

    /// Pushed against its own limit, a reversed motor looks like a blocked one, and nothing may be driven toward an active
    /// limit to find out. From mid-travel it shows: so somebody is asked to turn the thumbturn there.
    private mutating func askForHand(_ end: MoveEnd, at now: Instant, _ effects: inout [Effect]) {
        guard stroke?.calibration?.hasAskedForHand == false else {
            return settle(nil, .jammed(Self.code(of: end, isFull: true), .didNotLeave), at: now, &effects)
        }
        stroke?.calibration?.hasAskedForHand = true
        stroke?.calibration?.standstill = Self.code(of: end, isFull: true)
        effects.append(.sleepDriver)
        enter(.awaitingHand(deadline: now + Self.handWait), &effects)
    }

    mutating func handDidNotCome(at now: Instant, _ effects: inout [Effect]) {
        conclude(.jammed(stroke?.calibration?.standstill ?? .notMoving, .didNotLeave), at: now, &effects)
    }

    /// The thumbturn was turned while calibration waited for it.
    mutating func handMoved(at now: Instant, _ effects: inout [Effect]) {
        guard limits.position == .between else { return }
        // Whoever turns it still has a hand on it: the motor waits as it does before any other attempt.
        enter(.pausing(deadline: now + configuration.retry.pause), &effects)
    }
}
