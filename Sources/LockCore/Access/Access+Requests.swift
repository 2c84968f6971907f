// What holders of keys, and administrators on the lock, ask for.
extension Access {
    /// The role somebody acts in; nil: their key is no more.
    package func role(of actor: Actor) -> Role? {
        switch actor {
        case .key(let id): set[id]?.terms.role
        // Whoever administers the lock's own programs runs it, and does not own it.
        case .local: .admin
        }
    }

    mutating func perform(
        _ request: AccessRequest, from actor: Actor, id: RequestID, asked: Instant, at now: Instant,
        _ effects: inout [AccessEffect]
    ) {
        guard let role = role(of: actor) else { return effects.append(.answer(id, .refused(.revoked))) }
        if let code = obstacle(to: request, from: actor, role: role, at: now) {
            return refuse(request, from: actor, id: id, code, at: now, &effects)
        }
        if request.isBudgeted, let wait = budgetWait(of: actor, at: now) {
            let complaint = "so many changes at once are too many; one more may be made from time to time"
            return effects.append(.answer(id, .refused(.busy, retryAfter: wait, complaint: complaint)))
        }
        switch request {
        case .command(let command): perform(command, from: actor, id: id, at: now, &effects)
        case .watch, .inspect, .configure: effects.append(.permit(id))
        case .listKeys: effects.append(.answer(id, .keys(set.keys)))
        case .listInvitations: effects.append(.answer(id, .invitations(set.invitations)))
        case .addKey, .changeKey, .revokeKey: changeKeys(request, from: actor, role, id: id, at: now, &effects)
        case .invite, .withdrawInvitation: changeInvitations(request, from: actor, role, id: id, at: now, &effects)
        case .confirmNotices(let number):
            guard case .key(let key) = actor else { return effects.append(.answer(id, .refused(.notAllowed))) }
            var new = set
            new.update(key) { $0.heardThrough = max($0.heardThrough, min(number, set.nextNotice - 1)) }
            save(new, for: id, at: now, &effects)
        case .setClock(let seconds): setClock(seconds, from: actor, id: id, asked: asked, at: now, &effects)
        case .factoryReset: askForReset(from: actor, id: id, at: now, &effects)
        }
    }

    /// Whether a key may do this at all, and now.
    package func obstacle(to request: AccessRequest, from actor: Actor, role: Role, at now: Instant) -> FaultCode? {
        // Anybody may give up their own key.
        if case .revokeKey(let key) = request, actor == .key(key) { return nil }
        guard role.may(request.right) else { return .notAllowed }
        guard case .key(let id) = actor, let terms = set[id]?.terms else { return nil }
        // Who has used up their key may still lock the door behind them.
        if terms.usesLeft == 0, request != .command(.lock) { return .usedUp }
        guard !terms.schedule.isAlways else { return nil }
        guard let seconds = trustedSeconds(at: now) else { return .clockUntrusted }
        return terms.schedule.obstacle(unixSeconds: seconds, utcOffsetSeconds: clock?.utcOffsetSeconds ?? 0)
    }

    /// Refuses, and writes down what somebody wanted of the bolt and might not have.
    private mutating func refuse(
        _ request: AccessRequest, from actor: Actor, id: RequestID, _ code: FaultCode, at now: Instant,
        _ effects: inout [AccessEffect]
    ) {
        let action: AuditAction? =
            switch request {
            case .command(.lock): .lock
            case .command(.unlock): .unlock
            default: nil
            }
        if let action, mayRecordRefusal(of: actor, at: now) {
            effects.append(.record(AccessEntry(action, actor.origin, refusal: code)))
        }
        effects.append(.answer(id, .refused(code)))
    }

    private mutating func perform(
        _ command: Command, from actor: Actor, id: RequestID, at now: Instant, _ effects: inout [AccessEffect]
    ) {
        guard let payer = payer(of: command, by: actor), let left = set[payer]?.terms.usesLeft else {
            return effects.append(.command(command, from: actor, id: id, costsUse: false))
        }
        if let wait = budgetWait(of: actor, at: now) {
            let complaint = "this key has asked for what moves nothing too often"
            return effects.append(.answer(id, .refused(.busy, retryAfter: wait, complaint: complaint)))
        }
        var new = set
        new.update(payer) { $0.terms.usesLeft = left - 1 }
        // Paid before the bolt moves: a power cut must not give the use back.
        begin(
            new, for: id, payer: payer, then: [.command(command, from: actor, id: id, costsUse: true)], at: now,
            &effects)
    }

    /// A change that is answered with `done`.
    mutating func save(
        _ new: AccessSet, for id: RequestID, _ answer: AccessAnswer = .done, regiven: KeyID? = nil,
        entries: [AccessEntry] = [], at now: Instant, _ effects: inout [AccessEffect]
    ) {
        guard new != set else { return effects.append(.answer(id, answer)) }
        begin(new, for: id, regiven: regiven, entries: entries, then: [.answer(id, answer)], at: now, &effects)
    }

    func refused(_ code: FaultCode, _ complaint: String? = nil, _ id: RequestID, _ effects: inout [AccessEffect]) {
        effects.append(.answer(id, .refused(code, complaint: complaint)))
    }

    // MARK: The clock

    private mutating func setClock(
        _ seconds: Int64, from actor: Actor, id: RequestID, asked: Instant, at now: Instant,
        _ effects: inout [AccessEffect]
    ) {
        guard Self.clockBounds.contains(seconds) else {
            return refused(.invalidRequest, "\(seconds) is not a time between 2024 and 2100", id, &effects)
        }
        var new = set
        // Back, too: whoever may set the clock vouches for it.
        new.clockMark = seconds
        begin(
            new, for: id, entries: [AccessEntry(.clockSet, actor.origin)],
            then: [.setClock(seconds, at: asked), .answer(id, .done)], at: now, &effects)
    }
}
