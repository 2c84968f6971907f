extension Device {
    mutating func handleCommand(
        _ command: Command, from origin: Origin, id: RequestID, at now: Instant, _ effects: inout [Effect]
    ) {
        switch command {
        case .lock: request(.locked, Ticket(id: id, origin: origin, action: .lock), at: now, &effects)
        case .unlock: request(.unlocked, Ticket(id: id, origin: origin, action: .unlock), at: now, &effects)
        case .calibrate: request(.calibrated, Ticket(id: id, origin: origin, action: .calibrate), at: now, &effects)
        case .configure(let new): configure(new, Ticket(id: id, origin: origin, action: .configure), at: now, &effects)
        case .acknowledgeAlarms:
            acknowledgeAlarms(at: now, &effects)
            let ticket = Ticket(id: id, origin: origin, action: .acknowledgeAlarms)
            answer(ticket, .done(state), .done(state), at: now, &effects)
        }
    }

    mutating func insideButtonChanged(isPressed: Bool, at now: Instant, _ effects: inout [Effect]) {
        guard configuration.equipment.insideButton, isPressed else { return }
        request(.unlocked, Ticket(id: nil, origin: .insideButton, action: .unlock), at: now, &effects)
    }

    private mutating func configure(
        _ new: Settings, _ ticket: Ticket, at now: Instant, _ effects: inout [Effect]
    ) {
        guard new.complaint() == nil else { return refuse(ticket, .invalidRequest, at: now, &effects) }
        settings = new
        isRelockSuspended = false
        effects.append(.saveSettings(new))
        // Deadlines are measured again from now, by the new settings.
        cancelRelock(&effects)
        cancelAjarTimer(&effects)
        if isDoorOpen { startAjarTimer(at: now, &effects) }
        if new.doorAjarMilliseconds == nil { end(.doorAjar, at: now, &effects) }
        answer(ticket, .done(state), .done(state), at: now, &effects)
    }

    // MARK: Answers

    func answer(
        _ ticket: Ticket, _ reply: Reply, _ outcome: AuditOutcome, at now: Instant, _ effects: inout [Effect]
    ) {
        audit(ticket.action, ticket.origin, outcome, closing: ticket.motion, at: now, &effects)
        if let id = ticket.id { effects.append(.reply(id, reply)) }
    }

    /// `busy` leaves no audit entry: it says nothing about the lock, and whoever repeats it could flush the log.
    mutating func refuse(_ ticket: Ticket, _ code: FaultCode, at now: Instant, _ effects: inout [Effect]) {
        if ticket.origin == .autoRelock { relockRefused(code, at: now) }
        guard code != .busy || ticket.motion != nil else {
            if let id = ticket.id { effects.append(.reply(id, .refused(.busy))) }
            return
        }
        answer(ticket, .refused(code), .refused(code), at: now, &effects)
    }

    // MARK: Strokes asked for

    package enum Admission: Hashable, Sendable {
        case begin
        /// The bolt is there already; nothing moves.
        case already
        /// The same stroke is under way; this one waits for its end too.
        case join
        /// The stroke under way is ended safely, then this one begins.
        case supersede
        case refuse(FaultCode)
    }

    /// Asks for a stroke. Everything that can be refused is refused here, before anything is changed.
    mutating func request(_ goal: Target, _ ticket: Ticket, at now: Instant, _ effects: inout [Effect]) {
        switch admission(of: goal, from: ticket.origin, at: now) {
        case .refuse(let code): refuse(ticket, code, at: now, &effects)
        case .already:
            latch = nil
            // Whoever asks for what is already so starts the relock time anew.
            isRelockSuspended = false
            cancelRelock(&effects)
            answer(ticket, .done(state), .already(state), at: now, &effects)
        case .begin: begin(goal, ticket, at: now, &effects)
        case .join: join(ticket, goal, &effects)
        case .supersede:
            interrupt(.cancelled, successor: Stroke.Successor(goal: goal, tickets: [ticket]), at: now, &effects)
        }
    }

    /// What would become of a request; changes nothing.
    package func admission(of goal: Target, from origin: Origin, at now: Instant) -> Admission {
        // Calibration draws the bolt, so for whoever stands outside it would be an unlock.
        if goal != .locked, settings.mode == .lockOut, origin.mayBeOutside { return .refuse(.lockedOut) }
        if let stroke { return admission(of: goal, from: origin, during: stroke, at: now) }
        // A bolt thread that does not answer can neither drive nor be believed; the watchdog restarts it.
        if unansweredDrive != nil { return .refuse(.driverFault) }
        if let code = sensorObstacle { return .refuse(code) }
        if goal != .calibrated, limits.position == position(of: goal) {
            // A limit switch that has been caught out is not proof of arrival; and toward an active one nothing is driven.
            if latch == .faulty(.sensorStuck) { return .refuse(.sensorStuck) }
            if latch == nil || goal == .unlocked { return .already }
        }
        if let code = obstacle(to: goal) ?? latchObstacle(to: goal) { return .refuse(code) }
        return hasBudget(for: goal, at: now) ? .begin : .refuse(.overheated)
    }

    private func admission(
        of goal: Target, from origin: Origin, during stroke: Stroke, at now: Instant
    ) -> Admission {
        let current = stroke.interruption?.successor.goal ?? stroke.goal
        let tickets = stroke.interruption?.successor.tickets ?? stroke.tickets
        if goal == current {
            // Whoever stands inside always gets a place: it is what keeps a lock from turning the bolt round.
            let isFirstInside = origin.isInside && !tickets.contains(where: \.origin.isInside)
            return tickets.count < Stroke.maximumTickets || isFirstInside ? .join : .refuse(.busy)
        }
        if goal == .calibrated { return .refuse(.busy) }
        if let code = obstacle(to: goal) { return .refuse(code) }
        if goal == .locked {
            // Getting out comes first: nothing turns round a bolt that somebody inside has asked to be drawn, and a
            // calibration is not a state to lock from.
            if current == .calibrated || tickets.contains(where: \.origin.isInside) { return .refuse(.busy) }
            // It would be refused after the unlock had been given up for it, and leave the bolt in mid-travel.
            if let code = latchObstacle(to: goal) { return .refuse(code) }
        }
        // The drive under way may use its cap up before it stops, and what supersedes it must still be possible then. Every
        // drive of a lock or calibration began with this much to spare, so an unlock is not refused here.
        var running: Duration = .zero
        if case .driving(let move, _, _) = stroke.phase { running = moveCap(move) }
        return hasBudget(for: goal, besides: running, at: now) ? .supersede : .refuse(.overheated)
    }

    /// What stands in the way of moving, whatever the bolt is doing.
    private func obstacle(to goal: Target) -> FaultCode? {
        switch goal {
        case .unlocked:
            if !battery.allowsMoving { return .lowBattery }
        case .locked:
            if isDoorOpen { return .doorOpen }
            if !battery.allowsLocking { return .lowBattery }
            if configuration.requiresCalibration, calibration == nil { return .notCalibrated }
        case .calibrated:
            if !battery.allowsLocking { return .lowBattery }
        }
        return nil
    }

    private var sensorObstacle: FaultCode? {
        guard limits.position == .conflict else { return nil }
        return latch == .faulty(.sensorStuck) ? .sensorStuck : .sensorConflict
    }

    /// A latched jam or fault refuses locking until an unlock, a calibration or a hand has disproved it. Unlocking and
    /// calibrating are always tried; and so is locking away from a limit switch that is in doubt, because that tests it.
    private func latchObstacle(to goal: Target) -> FaultCode? {
        guard goal == .locked else { return nil }
        if hasDriverFault { return .driverFault }
        return latch == .faulty(.sensorStuck) ? nil : latchCode
    }

    var latchCode: FaultCode? {
        switch latch {
        case .jammed(let code), .faulty(let code): code
        case nil: nil
        }
    }

    /// Whether the motor has time left for the stroke. A lock leaves enough for the unlock that must be able to follow.
    func hasBudget(for goal: Target, besides reserve: Duration = .zero, at now: Instant) -> Bool {
        let unlock = cap(.retract)
        let needed: Duration =
            switch goal {
            case .unlocked: unlock
            case .locked: cap(.extend) + unlock
            case .calibrated: configuration.stroke.capMaximum * 4 + unlock
            }
        return duty.available(at: now) >= needed + reserve
    }

    /// The cap of a stroke in this direction: by what has been learned, unless that has just proved too short.
    package func cap(_ direction: Direction) -> Duration {
        if widened[direction.limit] { return configuration.stroke.capMaximum }
        return configuration.stroke.cap(learned: calibration?[direction])
    }
}
