// The stroke: journal -> wake -> drive -> brake -> coast -> (back off, pause, try again) -> settle -> verdict.
extension Device {
    // MARK: Beginning, joining, interrupting

    mutating func begin(_ goal: Target, _ ticket: Ticket, at now: Instant, _ effects: inout [Effect]) {
        let deadline = now + Self.journalWait
        let (ticket, motion) = journaling(ticket, goal, &effects)
        var stroke = Stroke(
            goal: goal, motion: motion, tickets: [ticket], phase: .journaling(deadline: deadline), calibration: nil)
        if goal == .calibrated { stroke.calibration = CalibrationRun() }
        self.stroke = stroke
        // One that waited for another stroke's end may have had its answer by then.
        if let isStored = ticket.isJournaled {
            goOn(isJournaled: isStored, at: now, &effects)
        } else {
            effects.append(.startTimer(.stroke, deadline: deadline))
        }
    }

    mutating func join(_ ticket: Ticket, _ goal: Target, _ effects: inout [Effect]) {
        let (journaled, _) = journaling(ticket, goal, &effects)
        if stroke?.interruption != nil {
            stroke?.interruption?.successor.tickets.append(journaled)
        } else {
            stroke?.tickets.append(journaled)
        }
    }

    /// Journals a motion of the ticket's own, unless it has one, so that a power cut leaves nobody's request without an entry,
    /// and the next start knows what was wanted last. Nothing waits for it but the stroke for its first.
    private mutating func journaling(
        _ ticket: Ticket, _ goal: Target, _ effects: inout [Effect]
    ) -> (ticket: Ticket, motion: MotionID) {
        if let motion = ticket.motion { return (ticket, motion) }
        var ticket = ticket
        let motion = nextMotion
        ticket.motion = motion
        effects.append(.journal(Motion(id: motion, target: goal, origin: ticket.origin)))
        nextMotion = MotionID(motion.rawValue + 1)
        return (ticket, motion)
    }

    /// Ends the stroke under way safely: a driven motor is braked and coasts for its dead time before anything else happens.
    mutating func interrupt(
        _ code: FaultCode, successor: Stroke.Successor, at now: Instant, _ effects: inout [Effect]
    ) {
        guard let current = stroke else { return }
        if let replaced = current.interruption?.successor {
            // Nothing of the replaced one was begun, so it is refused, not failed.
            for ticket in replaced.tickets { answer(ticket, .refused(code), .refused(code), at: now, &effects) }
        }
        if case .driving = current.phase, current.interruption == nil { effects.append(.brake) }
        var successor = successor
        if current.phase.isInMotion {
            // What begins at once is journaled when it does.
            successor.tickets = successor.tickets.map { journaling($0, successor.goal, &effects).ticket }
        }
        // The first interruption says why this stroke ended; a later one only changes what comes next.
        stroke?.interruption = Stroke.Interruption(
            code: current.interruption?.code ?? code, successor: successor)
        if !current.phase.isInMotion { concludeInterrupted(at: now, &effects) }
    }

    /// Ends an interrupted stroke whose motor is at rest, and begins its successor.
    private mutating func concludeInterrupted(at now: Instant, _ effects: inout [Effect]) {
        guard let stroke, let interruption = stroke.interruption else { return }
        if case .journaling = stroke.phase {} else { effects.append(.sleepDriver) }
        var verdict = Stroke.Verdict.refused(interruption.code)
        // What had already been decided stands: an interruption does not turn a fault into a cancellation.
        switch stroke.phase {
        case .settling(_, let decided?, _): verdict = decided
        case .coasting(_, let end, _) where end.reason == .driverFault: verdict = .faulty(.driverFault)
        case .coasting(let move, let end, _)
        where end.reason == .wrongLimit && !move.isFull && move.purpose != .backOff:
            verdict = .faulty(.driverFault)
        default: break
        }
        conclude(verdict, at: now, &effects)
        // Asked again, one by one: the bolt may have arrived meanwhile, or the door may have opened.
        for ticket in interruption.successor.tickets {
            request(interruption.successor.goal, ticket, at: now, &effects)
        }
    }

    // MARK: Journal

    mutating func journaled(_ motion: MotionID, stored: Bool, at now: Instant, _ effects: inout [Effect]) {
        // An answer after the wait is over, or for a stroke that is over, is a legal race: the motion gets closed all the same.
        isJournalAvailable = stored
        if stored {
            // Whoever has just seen the disk work need not wait for the auto-relock as if it did not.
            relockPatience = Self.relockRetry
            relockNotBefore = min(relockNotBefore, now + Self.relockRetry)
        }
        if let waiting = stroke?.interruption?.successor.tickets.firstIndex(where: { $0.motion == motion }) {
            stroke?.interruption?.successor.tickets[waiting].isJournaled = stored
        }
        guard let stroke, stroke.motion == motion, case .journaling = stroke.phase else { return }
        goOn(isJournaled: stored, at: now, &effects)
    }

    private mutating func goOn(isJournaled: Bool, at now: Instant, _ effects: inout [Effect]) {
        if isJournaled { wake(at: now, &effects) } else { goOnWithoutJournal(at: now, &effects) }
    }

    private mutating func goOnWithoutJournal(at now: Instant, _ effects: inout [Effect]) {
        isJournalAvailable = false
        guard stroke?.goal == .unlocked else {
            return conclude(.refused(.journalUnavailable), at: now, &effects)
        }
        stroke?.warning = .journalUnavailable
        wake(at: now, &effects)
    }

    // MARK: Moves

    /// Wakes the driver for the next move, if the switches still ask for one.
    private mutating func wake(at now: Instant, _ effects: inout [Effect]) {
        guard let stroke else { return }
        let move: Move
        if stroke.goal == .calibrated {
            guard let next = nextCalibrationMove() else {
                // Not failed: the conflict may be over when the switches have come to rest, and then no fault stands.
                return settle(nil, .refused(.sensorConflict), at: now, &effects)
            }
            // A bolt that is turned back by hand before every measurement would be driven for ever.
            guard duty.available(at: now) >= moveCap(next) + cap(.retract) else {
                return settle(nil, .refused(.overheated), at: now, &effects)
            }
            move = next
        } else {
            let direction: Direction = stroke.goal == .locked ? .extend : .retract
            guard limits.position != .conflict else {
                return settle(nil, .refused(.sensorConflict), at: now, &effects)
            }
            // Turned by hand meanwhile: there is nothing left to drive.
            guard !limits[direction.limit] else { return settle(nil, nil, at: now, &effects) }
            move = Move(purpose: .advance, direction: direction, isFull: limits[direction.limit.opposite])
        }
        effects.append(.wakeDriver)
        enter(.waking(move, deadline: now + configuration.stroke.wake), &effects)
    }

    private mutating func energise(_ move: Move, at now: Instant, _ effects: inout [Effect]) {
        // Never into an active limit: the switches may have changed while the driver woke.
        guard !limits[move.direction.limit] else {
            let end = MoveEnd(reason: .notStarted, elapsed: .zero, leftStart: false, limits: limits)
            return decide(after: move, end, at: now, &effects)
        }
        let id = nextDrive
        nextDrive = DriveID(id.rawValue &+ 1)
        let cap = moveCap(move)
        effects.append(.drive(move.direction, atMost: cap, blanking: configuration.stroke.blanking, id: id))
        enter(.driving(move, id, deadline: now + cap + Self.driveAnswerMargin), &effects)
    }

    func moveCap(_ move: Move) -> Duration {
        switch move.purpose {
        case .advance, .backOff: cap(move.direction)
        case .seek, .measure: configuration.stroke.capMaximum
        }
    }

    mutating func driveEnded(_ end: DriveEnd, at now: Instant, _ effects: inout [Effect]) {
        let elapsed = end.ended - end.began
        // Counted whoever it belonged to: the motor is as warm.
        if unansweredDrive == end.id {
            // Its whole cap has been charged already.
            unansweredDrive = nil
        } else if elapsed > .zero {
            duty.spend(elapsed, endedAt: end.ended)
        }
        // The end of a drive that was given up for lost is a legal race.
        guard case .driving(let move, end.id, _) = stroke?.phase else { return }
        finishDrive(
            move,
            MoveEnd(reason: end.reason, elapsed: elapsed, leftStart: end.leftStart, limits: end.limits), at: now,
            &effects)
    }

    private mutating func finishDrive(_ move: Move, _ end: MoveEnd, at now: Instant, _ effects: inout [Effect]) {
        if end.reason == .driverFault {
            // A driver that reports a fault has let go of the motor; braking through it would ask it to conduct again.
            effects.append(.coast)
            enter(.coasting(move, end, deadline: now + configuration.stroke.deadTime), &effects)
        } else {
            effects.append(.brake)
            enter(.braking(move, end, deadline: now + configuration.stroke.brake), &effects)
        }
    }

    // MARK: The stroke timer

    mutating func strokeTimerFired(at now: Instant, _ effects: inout [Effect]) {
        guard let phase = stroke?.phase else { return }
        switch phase {
        case .journaling: goOnWithoutJournal(at: now, &effects)
        case .waking(let move, _): energise(move, at: now, &effects)
        case .driving(let move, let id, _):
            // The bolt thread owes an answer. Its drive has ended by its cap; the outputs are made safe once more.
            unansweredDrive = id
            duty.spend(moveCap(move), endedAt: now)
            finishDrive(
                move, MoveEnd(reason: .driverFault, elapsed: moveCap(move), leftStart: false, limits: limits),
                at: now, &effects)
        case .braking(let move, let end, _):
            effects.append(.coast)
            enter(.coasting(move, end, deadline: now + configuration.stroke.deadTime), &effects)
        case .coasting(let move, let end, _):
            if stroke?.interruption != nil {
                concludeInterrupted(at: now, &effects)
            } else {
                decide(after: move, end, at: now, &effects)
            }
        case .pausing: wake(at: now, &effects)
        case .awaitingHand: handDidNotCome(at: now, &effects)
        case .settling(let arrival, let verdict, _): settled(arrival, verdict, at: now, &effects)
        }
    }

    // MARK: Deciding, with the motor at rest

    mutating func decide(after move: Move, _ end: MoveEnd, at now: Instant, _ effects: inout [Effect]) {
        if stroke?.goal == .calibrated { return decideCalibration(after: move, end, at: now, &effects) }
        switch end.reason {
        case .limit: arrived(move, end, at: now, &effects)
        case .wrongLimit:
            if move.purpose == .backOff { return tryAgain(at: now, &effects) }
            // From a limit it left and came back: somebody held against it. From mid-travel it was driven the wrong way.
            if move.isFull { return retry(after: move, end, .blocked, at: now, &effects) }
            settle(nil, .faulty(.driverFault), at: now, &effects)
        case .driverFault: settle(nil, .faulty(.driverFault), at: now, &effects)
        case .notStarted:
            // The switch ahead became active first: the sensors have the last word. Otherwise the driver would not.
            let isThere = end.limits[move.direction.limit]
            if move.purpose == .backOff { return tryAgain(at: now, &effects) }
            settle(nil, isThere ? nil : .faulty(.driverFault), at: now, &effects)
        case .stall, .cap, .stopped: didNotArrive(move, end, at: now, &effects)
        }
    }

    private mutating func arrived(_ move: Move, _ end: MoveEnd, at now: Instant, _ effects: inout [Effect]) {
        if move.purpose == .backOff {
            noteBackOff(move, end)
            return tryAgain(at: now, &effects)
        }
        if move.isFull, end.elapsed < leastBelievable(move.direction) {
            guard contradictsWhatWasLearned(end) else {
                return settle(nil, .faulty(.sensorStuck), at: now, &effects)
            }
            widened[move.direction.limit] = true
        }
        settle(Stroke.Arrival(move: move, elapsed: end.elapsed), nil, at: now, &effects)
    }

    /// A full stroke faster than this did not happen: the switch ahead closed by itself.
    private func leastBelievable(_ direction: Direction) -> Duration {
        guard let calibration else { return configuration.stroke.minimumStroke }
        // The way back vouches for the way out: a time that was learned while a hand held the bolt is too long to compare with,
        // and the other direction's is then the better measure.
        let own = calibration[direction] * 2 / 5
        let other = calibration[direction.opposite] * 3 / 5
        return max(configuration.stroke.minimumStroke, min(own, other))
    }

    /// A switch was doubted for closing too early, has released since, and the way back was as fast: it is the learned times that are
    /// wrong. Both may have been learned while a hand held the bolt, and must not make every stroke a fault.
    private func contradictsWhatWasLearned(_ end: MoveEnd) -> Bool {
        latch == .faulty(.sensorStuck) && end.leftStart && end.elapsed >= configuration.stroke.minimumStroke
    }

    private mutating func didNotArrive(_ move: Move, _ end: MoveEnd, at now: Instant, _ effects: inout [Effect]) {
        if move.purpose == .backOff {
            noteBackOff(move, end)
            return tryAgain(at: now, &effects)
        }
        // It is there all the same: the edge was lost and a later look at the levels has found it, or a hand has helped.
        guard limits.position != (move.direction == .extend ? .extended : .retracted) else {
            return settle(nil, nil, at: now, &effects)
        }
        if move.isFull, end.leftStart {
            stroke?.evidence.leftAndDidNotArrive = true
        } else if move.isFull {
            stroke?.evidence.didNotLeave = true
        }
        if end.reason == .cap, end.leftStart, cap(move.direction) < configuration.stroke.capMaximum {
            // Mechanics that have become slower must not be taken for a jam.
            widened[move.direction.limit] = true
            stroke?.evidence.capMayBeTooShort = true
        }
        let code = Self.code(of: end, isFull: move.isFull)
        retry(after: move, end, code, at: now, &effects)
    }

    /// The fault of one attempt that did not arrive.
    static func code(of end: MoveEnd, isFull: Bool) -> FaultCode {
        switch (end.reason, end.leftStart) {
        case (.stall, true): .blocked
        case (.stall, false): .stalled
        case (_, false): isFull ? .notMoving : .timeout
        case (_, true): .timeout
        }
    }

    private mutating func retry(
        after move: Move, _ end: MoveEnd, _ code: FaultCode, at now: Instant, _ effects: inout [Effect]
    ) {
        guard let stroke, hasAttemptsLeft(stroke), mayTryAgain(at: now) else {
            return settle(nil, finalVerdict(code), at: now, &effects)
        }
        self.stroke?.attempt += 1
        let back = move.direction.opposite
        if limits[back.limit] || end.limits[back.limit] {
            // It never left: there is no room to back off into.
            tryAgain(at: now, &effects)
        } else {
            energise(Move(purpose: .backOff, direction: back, isFull: false), at: now, &effects)
        }
    }

    private func hasAttemptsLeft(_ stroke: Stroke) -> Bool {
        stroke.attempt <= max(configuration.retry.retries, stroke.evidence.capMayBeTooShort ? 1 : 0)
    }

    /// Backing off and trying again takes two caps; a lock also keeps the unlock's share.
    private func mayTryAgain(at now: Instant) -> Bool {
        let reserve = stroke?.goal == .locked ? cap(.retract) : .zero
        return duty.available(at: now) >= cap(.extend) + cap(.retract) + reserve
    }

    private func finalVerdict(_ code: FaultCode) -> Stroke.Verdict {
        if stroke?.evidence.farSwitchIsSilent == true { return .faulty(.sensorStuck) }
        if code == .timeout, let stroke, stroke.attempt > 1, stroke.evidence.leftAndDidNotArrive,
            !stroke.evidence.didNotLeave
        {
            return .jammed(.blocked)
        }
        return .jammed(code)
    }

    private mutating func noteBackOff(_ move: Move, _ end: MoveEnd) {
        // Needs a learned time to compare with. An obstruction in the last twentieth of the travel looks the same, and is
        // reported as the switch: either way somebody has to look at the strike end.
        guard end.reason == .limit, !widened[move.direction.limit], let learned = calibration?[move.direction] else {
            return
        }
        if end.elapsed * 20 >= learned * 19 { stroke?.evidence.farSwitchIsSilent = true }
    }

    private mutating func tryAgain(at now: Instant, _ effects: inout [Effect]) {
        effects.append(.sleepDriver)
        enter(.pausing(deadline: now + configuration.retry.pause), &effects)
    }

    // MARK: Ending

    mutating func settle(
        _ arrival: Stroke.Arrival?, _ verdict: Stroke.Verdict?, at now: Instant, _ effects: inout [Effect]
    ) {
        effects.append(.sleepDriver)
        enter(.settling(arrival, verdict: verdict, deadline: now + configuration.stroke.settle), &effects)
    }

    private mutating func settled(
        _ arrival: Stroke.Arrival?, _ verdict: Stroke.Verdict?, at now: Instant, _ effects: inout [Effect]
    ) {
        guard let stroke else { return }
        if let verdict { return conclude(verdict, at: now, &effects) }
        if stroke.goal == .calibrated { return calibrationSettled(at: now, &effects) }
        if limits.position == position(of: stroke.goal) {
            if let arrival { learn(from: arrival, &effects) }
            return conclude(.done, at: now, &effects)
        }
        if limits.position == .conflict {
            // The switch behind is still active although the bolt reached the one ahead; or one was in doubt before.
            let isKnownToBeStuck = arrival != nil || latch == .faulty(.sensorStuck)
            return conclude(.faulty(isKnownToBeStuck ? .sensorStuck : .sensorConflict), at: now, &effects)
        }
        // Arrived and sprang back.
        guard hasAttemptsLeft(stroke), mayTryAgain(at: now) else {
            return conclude(finalVerdict(.blocked), at: now, &effects)
        }
        self.stroke?.attempt += 1
        tryAgain(at: now, &effects)
    }

    /// The cap follows the mechanics: a quarter of each new full stroke, half of one that is far shorter than what was learned, or
    /// all of it where the old time was contradicted; but never half as long again at once, because a stroke that was held up says
    /// little about the next one.
    /// Saved only when it has drifted by a tenth, for the flash.
    private mutating func learn(from arrival: Stroke.Arrival, _ effects: inout [Effect]) {
        let direction = arrival.move.direction
        // A stroke that ended with its cap ended by a look at the levels, not by an edge: its time says nothing.
        guard arrival.move.isFull, arrival.elapsed < cap(direction) else { return }
        guard var learned = calibration else {
            widened[direction.limit] = false
            return
        }
        let old = learned[direction]
        // Learned with an empty battery, or while a hand held the bolt: such a time makes true strokes look too fast.
        let isFarTooLong = arrival.elapsed * 3 < old * 2
        let smoothed = isFarTooLong ? (old + arrival.elapsed) / 2 : (old * 3 + arrival.elapsed) / 4
        let followed = widened[direction.limit] ? arrival.elapsed : smoothed
        let new = min(followed, old + old / 2)
        widened[direction.limit] = false
        learned[direction] = new
        calibration = learned
        let stored = storedCalibration?[direction] ?? .zero
        let drift = new > stored ? new - stored : stored - new
        guard drift * 10 >= stored else { return }
        storedCalibration = learned
        effects.append(.saveCalibration(learned))
    }

    /// Ends the stroke: latches what must be latched, answers every ticket once, closes the motion.
    mutating func conclude(_ verdict: Stroke.Verdict, at now: Instant, _ effects: inout [Effect]) {
        guard let stroke else { return }
        self.stroke = nil
        effects.append(.cancelTimer(.stroke))
        let reply: Reply
        let outcome: AuditOutcome
        switch verdict {
        case .done:
            latch = nil
            isRelockSuspended = false
            isDriverFaultRecorded = false
            reply = .done(state, warning: stroke.warning)
            outcome = .done(state, warning: stroke.warning)
        case .refused(let code):
            reply = .refused(code)
            outcome = .refused(code)
        case .jammed(let code, let finding):
            latch = .jammed(code)
            reply = .failed(code, finding: finding)
            outcome = .failed(code)
        case .faulty(let code, let finding):
            // A conflict that the switches still show is a state of its own; it ends when they stop showing it. What was latched
            // before must not be reported in its stead.
            latch = code == .sensorConflict ? nil : .faulty(code)
            reply = .failed(code, finding: finding)
            outcome = .failed(code)
        }
        if case .refused(let code) = verdict, stroke.tickets.contains(where: { $0.origin == .autoRelock }) {
            relockRefused(code, at: now)
        }
        for ticket in stroke.tickets {
            answer(ticket, reply, outcome, at: now, &effects)
        }
        if outcome == .failed(.driverFault) { isDriverFaultRecorded = true }
        recordDriverFault(at: now, &effects)
    }

    mutating func enter(_ phase: Stroke.Phase, _ effects: inout [Effect]) {
        stroke?.phase = phase
        effects.append(.startTimer(.stroke, deadline: phase.deadline))
    }
}
