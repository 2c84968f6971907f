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
            wipe(for: id, at: now, &effects)
        case .wiping: break
        }
    }

    /// Nothing more is begun. Whoever asked hears when it is done, and not before: until then the keys are still there.
    private mutating func wipe(for id: RequestID?, at now: Instant, _ effects: inout [AccessEffect]) {
        let deadline = now + Self.wipeWait
        resetStage = .wiping(id, deadline: deadline)
        refuseWaiting(.busy, &effects)
        effects.append(.startTimer(.resetConfirmation, deadline: deadline))
        effects.append(.reset(for: id))
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
        case .asked, .wiping: effects.append(.cancelTimer(.resetConfirmation))
        }
        resetStage = .none
    }

    mutating func askForReset(from actor: Actor, id: RequestID, at now: Instant, _ effects: inout [AccessEffect]) {
        if case .held = resetStage {
            // Whoever stands inside holds the button already.
            endReset(&effects)
            effects.append(.record(AccessEntry(.resetRequested, actor.origin)))
            return wipe(for: id, at: now, &effects)
        }
        guard case .none = resetStage else { return refused(.busy, nil, id, &effects) }
        let deadline = now + Self.confirmationWait
        resetStage = .asked(id, by: actor, deadline: deadline)
        effects.append(.record(AccessEntry(.resetRequested, actor.origin)))
        effects.append(.startTimer(.resetConfirmation, deadline: deadline))
        owed.isResetRequested = true
        settleOwed(at: now, &effects)
    }

    mutating func resetTimerFired(deadline: Instant, at now: Instant, _ effects: inout [AccessEffect]) {
        switch resetStage {
        case .held(deadline): announceReset(at: now, &effects)
        case .announced(deadline):
            effects.append(.resetAlarm(isActive: false))
            wipe(for: nil, at: now, &effects)
        case .asked(let id, _, deadline):
            resetStage = .none
            refused(.notConfirmed, nil, id, &effects)
        case .wiping(let id, deadline):
            resetStage = .wiping(nil, deadline: deadline)
            if let id { effects.append(.answer(id, .failed(.storeUnavailable))) }
        case .none, .held, .announced, .asked, .wiping: break
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
        guard standing == .ready else { return }
        owed.isResetRequested = true
        settleOwed(at: now, &effects)
    }
}
