// One change at a time: it is in the store before anybody is told, and before the next one is looked at.
extension Access {
    /// Begins to make a set durable. There is no other commit under way.
    mutating func begin(
        _ new: AccessSet, for requester: RequestID? = nil, payer: KeyID? = nil, regiven: KeyID? = nil,
        entries: [AccessEntry] = [], then effects: [AccessEffect] = [], at now: Instant, _ out: inout [AccessEffect]
    ) {
        let id = nextCommit
        nextCommit.rawValue += 1
        let settled = owed
        owed = Owed()
        var new = new
        let entries = entries + settle(settled, in: &new, regiven: regiven, at: now)
        let deadline = now + Self.commitWait
        let fresh = new.notices.filter { $0.number >= set.nextNotice }
        let told: [AccessEffect] = fresh.isEmpty ? [] : [.tellOwners(fresh)]
        commit = Commit(
            id: id, set: new, requester: requester, then: told + effects, payer: payer, owed: settled,
            deadline: deadline)
        out.append(.commit(id, new, keepsOlder: new.isGenerous(comparedTo: set), entries))
        out.append(.startTimer(.commitWait, deadline: deadline))
    }

    mutating func committed(_ id: CommitID, stored: Bool, at now: Instant, _ effects: inout [AccessEffect]) {
        guard commit?.id == id else { return }
        // The timer may be late: what was asked so long ago must not move anything now.
        if let deadline = commit?.deadline, deadline <= now { giveUpWaiting(&effects) }
        guard let commit else { return }
        self.commit = nil
        effects.append(.cancelTimer(.commitWait))
        if stored {
            set = commit.set
            // Before whoever took the right away is answered.
            endUnauthorisedReset(&effects)
            finish(commit, at: now, &effects)
            // Before what waits is judged by it. After a failure not: it would be tried for ever.
            settleOwed(at: now, &effects)
        } else {
            owed.add(commit.owed)
            if let requester = commit.requester { effects.append(.answer(requester, .failed(.storeUnavailable))) }
        }
        goOn(at: now, &effects)
    }

    private mutating func finish(_ commit: Commit, at now: Instant, _ effects: inout [AccessEffect]) {
        for effect in commit.then {
            switch effect {
            case .command where commit.requester == nil:
                // Whoever asked was told that it failed: the bolt must not move now.
                if let payer = commit.payer { owed.uses[payer, default: 0] += 1 }
            // Nor may the clock: it may have been set otherwise since.
            case .answer where commit.requester == nil, .setClock where commit.requester == nil: break
            case .endSessions(let key, _) where commit.requester == nil:
                effects.append(.endSessions(key, then: nil))
            default: effects.append(effect)
            }
        }
    }

    /// Takes up what has waited, in its order, until something must be made durable again. Whoever has waited too long behind others is told
    /// so: they may have gone.
    private mutating func goOn(at now: Instant, _ effects: inout [AccessEffect]) {
        while commit == nil, !waiting.isEmpty {
            let item = waiting.removeFirst()
            if item.asked + Self.commitWait <= now {
                refused(.storeUnavailable, nil, item.id, &effects)
            } else {
                perform(item, at: now, &effects)
            }
        }
    }

    /// The store has not answered. Whoever waits is told so; what is under way may still come to pass, and holds until then.
    mutating func giveUpWaiting(_ effects: inout [AccessEffect]) {
        if let requester = commit?.requester {
            effects.append(.answer(requester, .failed(.storeUnavailable)))
            commit?.requester = nil
        }
        refuseWaiting(.storeUnavailable, &effects)
    }

    mutating func refuseWaiting(_ code: FaultCode, _ effects: inout [AccessEffect]) {
        for item in waiting { effects.append(.answer(item.id, .refused(code))) }
        waiting = []
    }

    /// Does what is asked, now or when the change under way has ended.
    mutating func take(_ item: Waiting, at now: Instant, _ effects: inout [AccessEffect]) {
        guard standing == .ready else { return refused(.storeUnavailable, nil, item.id, &effects) }
        if case .wiping = resetStage { return refused(.busy, nil, item.id, &effects) }
        guard mustWait(item) else { return perform(item, at: now, &effects) }
        // Those who waited have been sent away, and nobody knows when the store will answer.
        if let commit, commit.deadline <= now { return refused(.storeUnavailable, nil, item.id, &effects) }
        let ofSame = waiting.count { $0.isOfSameAsker(as: item) }
        guard waiting.count < Self.waitingLimit, ofSame < Self.waitingLimitEach else {
            return refused(.busy, nil, item.id, &effects)
        }
        waiting.append(item)
    }

    private func mustWait(_ item: Waiting) -> Bool {
        guard let commit else { return false }
        guard case .request(let request, let actor, _, _) = item else { return true }
        if changes(request, by: actor) { return true }
        // What the change under way gives or takes is not decided yet; nor what is to be given back behind it.
        if case .key(let id) = actor, commit.set[id] != set[id] || owed.uses[id] != nil { return true }
        // Nor is what waits to take it; and nobody's requests overtake each other.
        return waiting.contains {
            guard case .request(let other, let asker, _, _) = $0 else { return false }
            return asker == actor || other.key.map(Actor.key) == actor
        }
    }

    private func changes(_ request: AccessRequest, by actor: Actor) -> Bool {
        switch request {
        case .command(let command): payer(of: command, by: actor) != nil
        case .watch, .inspect, .configure, .listKeys, .listInvitations: false
        case .addKey, .changeKey, .revokeKey, .invite, .withdrawInvitation, .confirmNotices, .setClock, .factoryReset:
            true
        }
    }

    /// The key that a command costs a use.
    func payer(of command: Command, by actor: Actor) -> KeyID? {
        guard command == .unlock, case .key(let id) = actor, set[id]?.terms.usesLeft != nil else { return nil }
        return id
    }

    private mutating func perform(_ item: Waiting, at now: Instant, _ effects: inout [AccessEffect]) {
        switch item {
        case .request(let request, let actor, let id, let asked):
            let before = nextCommit
            perform(request, from: actor, id: id, asked: asked, at: now, &effects)
            if request.isBudgeted, nextCommit != before { spendBudget(of: actor, at: now) }
        case .claim(let claim, let id, _): perform(claim, id: id, at: now, &effects)
        }
    }

    /// An unlocking that had cost a use has not moved the bolt. The use is given back; who has this done again and again has to wait
    /// (``ChangeBudget``), because each costs the store two changes.
    mutating func useNotSpent(_ key: KeyID, at now: Instant, _ effects: inout [AccessEffect]) {
        // It may be gone, or have other terms by now.
        guard standing == .ready, set[key]?.terms.usesLeft != nil else { return }
        owed.uses[key, default: 0] += 1
        spendBudget(of: .key(key), at: now)
        settleOwed(at: now, &effects)
    }
}
