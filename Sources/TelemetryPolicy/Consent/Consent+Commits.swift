// One change at a time: it is in the store before anybody is told, and before the next one is looked at.
extension Consent {
    /// Begins to make a change durable. There is no other commit under way.
    mutating func begin(
        _ change: Change, for requester: ConsentRequestID? = nil, at now: Moment, _ effects: inout [ConsentEffect]
    ) {
        var change = change
        change.state.dayMark = clock?.mark(at: now)
        let id = nextCommit
        nextCommit.rawValue &+= 1
        let deadline = now.uptime + Self.commitWait
        commit = Commit(id: id, change: change, requester: requester, deadline: deadline)
        effects.append(.commit(id, change.state, change.records))
        effects.append(.startTimer(.commitWait, deadline: deadline))
    }

    mutating func committed(
        _ id: ConsentCommitID, stored: Bool, at now: Moment, _ effects: inout [ConsentEffect]
    ) {
        guard let commit, commit.id == id else { return }
        self.commit = nil
        effects.append(.cancelTimer(.commitWait))
        if stored {
            let old = state
            state = commit.change.state
            unsaved = nil
            retryWait = Self.firstRetry
            if retryDeadline != nil { effects.append(.cancelTimer(.retry)) }
            retryDeadline = nil
            finish(commit, from: old, &effects)
        } else {
            quietUntil = now.uptime + Self.firstRetry
            keepIfShutting(commit.change, at: now, &effects)
            if let requester = commit.requester { effects.append(.answer(requester, .failed)) }
        }
        goOn(at: now, &effects)
    }

    private func finish(_ commit: Commit, from old: ConsentState, _ effects: inout [ConsentEffect]) {
        if old.epoch != state.epoch { effects.append(.scrub(keeping: state.grant == nil ? nil : state.epoch)) }
        effects += commit.change.then
        if state.erasures.count > old.erasures.count { effects.append(.erasureRequested) }
        effects += commit.change.records.filter { $0.cause != .shown }.map(ConsentEffect.tellOwners)
        if let requester = commit.requester { effects.append(.answer(requester, .done)) }
    }

    /// What takes something away holds although it could not be stored, and is tried again.
    private mutating func keepIfShutting(_ change: Change, at now: Moment, _ effects: inout [ConsentEffect]) {
        guard unsaved != nil || Self.takesAway(change.state, from: state) else { return }
        unsaved = change
        let deadline = now.uptime + retryWait
        retryWait = min(retryWait * 2, Self.longestRetry)
        retryDeadline = deadline
        effects.append(.startTimer(.retry, deadline: deadline))
    }

    mutating func retry(at now: Moment, _ effects: inout [ConsentEffect]) {
        guard commit == nil, let unsaved else { return }
        begin(unsaved, at: now, &effects)
    }

    /// Takes up what has waited, in its order, until something must be made durable again.
    private mutating func goOn(at now: Moment, _ effects: inout [ConsentEffect]) {
        while commit == nil, !waiting.isEmpty {
            let next = waiting.removeFirst()
            perform(next.request, by: next.actor, id: next.id, at: now, &effects)
        }
    }

    /// The store has not answered. Whoever waits is told so; what is under way may still come to pass, and holds until then.
    mutating func giveUpWaiting(_ effects: inout [ConsentEffect]) {
        if let requester = commit?.requester {
            effects.append(.answer(requester, .failed))
            commit?.requester = nil
        }
        for (index, item) in waiting.enumerated() {
            guard let id = item.id else { continue }
            // Whoever wants it to stop is not sent away: it has stopped, and is made durable when the store answers.
            effects.append(.answer(id, item.request.takesAway ? .failed : .refused(.storeUnavailable)))
            waiting[index].id = nil
        }
        waiting.removeAll { !$0.request.takesAway }
    }

    mutating func take(
        _ request: ConsentRequest, _ actor: ConsentActor, _ id: ConsentRequestID, at now: Moment,
        _ effects: inout [ConsentEffect]
    ) {
        // It needs no ledger, and waits for none: the queue's own store answers.
        if request == .eraseLocally, standing != .booting, mayAsk(request, actor) {
            return effects.append(.eraseQueue(answering: id))
        }
        guard standing == .ready else { return effects.append(.answer(id, .refused(.unreadable))) }
        guard mayAsk(request, actor) else { return effects.append(.answer(id, .refused(.notAllowed))) }
        guard commit != nil else { return perform(request, by: actor, id: id, at: now, &effects) }
        guard waiting.count < Self.waitingLimit else { return effects.append(.answer(id, .refused(.busy))) }
        waiting.append(Waiting(request: request, actor: actor, id: id))
    }
}
