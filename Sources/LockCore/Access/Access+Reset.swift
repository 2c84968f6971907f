// The inside button: it opens pairing, confirms an owner's reset, and held for long it resets a lock whose last phone is lost.
extension Access {
    mutating func insideButtonChanged(isPressed: Bool, at now: Instant, _ effects: inout [AccessEffect]) {
        guard standing != .booting else { return }
        // Pressed and released alike: who holds it has the whole window from letting go.
        openPairing(at: now, &effects)
        switch resetStage {
        case .none: if isPressed { holdBegan(at: now, &effects) }
        case .held: if !isPressed { endReset(&effects) }
        case .announced:
            guard isPressed else { return }
            effects.append(.resetAlarm(isActive: false))
            endReset(&effects)
        case .asked(let id, _, _):
            guard isPressed else { return }
            endReset(&effects)
            effects.append(.answer(id, .done))
            effects.append(.reset)
        }
    }

    private mutating func holdBegan(at now: Instant, _ effects: inout [AccessEffect]) {
        let deadline = now + Self.resetHold
        resetStage = .held(deadline: deadline)
        effects.append(.startTimer(.resetHold, deadline: deadline))
    }

    private mutating func endReset(_ effects: inout [AccessEffect]) {
        switch resetStage {
        case .none: break
        case .held, .announced: effects.append(.cancelTimer(.resetHold))
        case .asked: effects.append(.cancelTimer(.resetConfirmation))
        }
        resetStage = .none
    }

    mutating func askForReset(from actor: Actor, id: RequestID, at now: Instant, _ effects: inout [AccessEffect]) {
        if case .held = resetStage {
            // Whoever stands inside holds the button already.
            endReset(&effects)
            effects.append(.record(AccessEntry(.resetRequested, actor.origin)))
            effects.append(.answer(id, .done))
            return effects.append(.reset)
        }
        guard case .none = resetStage else { return refused(.busy, nil, id, &effects) }
        let deadline = now + Self.confirmationWait
        resetStage = .asked(id, by: actor, deadline: deadline)
        effects.append(.record(AccessEntry(.resetRequested, actor.origin)))
        effects.append(.startTimer(.resetConfirmation, deadline: deadline))
        noticeReset(at: now, &effects)
    }

    mutating func resetTimerFired(deadline: Instant, at now: Instant, _ effects: inout [AccessEffect]) {
        switch resetStage {
        case .held(deadline): announceReset(at: now, &effects)
        case .announced(deadline):
            resetStage = .none
            effects.append(.resetAlarm(isActive: false))
            effects.append(.reset)
        case .asked(let id, _, deadline):
            resetStage = .none
            refused(.notConfirmed, nil, id, &effects)
        case .none, .held, .announced, .asked: break
        }
    }

    /// The keys have changed: what somebody has asked for who may not any more is not carried out.
    mutating func endUnauthorisedReset(_ effects: inout [AccessEffect]) {
        guard case .asked(let id, let actor, _) = resetStage, role(of: actor)?.may(.own) != true else { return }
        endReset(&effects)
        refused(.revoked, nil, id, &effects)
    }

    private mutating func announceReset(at now: Instant, _ effects: inout [AccessEffect]) {
        let deadline = now + Self.resetDelay
        resetStage = .announced(deadline: deadline)
        effects.append(.resetAlarm(isActive: true))
        effects.append(.startTimer(.resetHold, deadline: deadline))
        effects.append(.record(AccessEntry(.resetRequested, .insideButton)))
        if standing == .ready { take(.resetNotice, at: now, &effects) }
    }

    mutating func noticeReset(at now: Instant, _ effects: inout [AccessEffect]) {
        var new = set
        new.notice(.resetRequested, nil, unixSeconds: trustedSeconds(at: now))
        begin(new, at: now, &effects)
    }
}
