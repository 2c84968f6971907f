// What ends by itself: looked at after every input, so that no order of events can leave it out.
extension Consent {
    mutating func review(at now: Moment, _ effects: inout [ConsentEffect]) {
        guard standing == .ready, commit == nil, unsaved == nil, let context else { return }
        var draft = Draft(on: state, context: context, actor: .lock, now: now)
        endWithoutOwner(&draft)
        freezeOrEnd(context, at: now, &draft)
        draft.state.acceptances.removeAll { !isStillOwner($0.by) }
        if draft.state != state {
            guard Self.takesAway(draft.state, from: state) || now.uptime >= quietUntil else { return }
            departed = []
            begin(change(of: draft), at: now, &effects)
        } else {
            departed = []
            if now.uptime >= quietUntil { markDay(at: now, &effects) }
        }
        watchFreeze(at: now, &effects)
    }

    private func endWithoutOwner(_ draft: inout Draft) {
        guard let grant = draft.state.grant, !isStillOwner(grant.by) else { return }
        draft.end(.expired, .ownerRemoved)
    }

    private func freezeOrEnd(_ context: PolicyContext, at now: Moment, _ draft: inout Draft) {
        guard let grant = draft.state.grant else { return }
        let today = today(at: now)
        if draft.state.freeze == nil, !holds(grant, context) {
            draft.state.freeze = Freeze(since: today.day)
            draft.decide(grant.switches, .expired)
            draft.write(.expired, .policyChanged, grant.switches, about: grant)
        }
        guard let freeze = draft.state.freeze, let day = today.day else { return }
        // Unknown until now, or from a clock that was ahead.
        let since = freeze.since.map { min($0, day) } ?? day
        draft.state.freeze?.since = since
        if day.days(since: since) >= Self.freezeDays { draft.end(.expired, .policyNotAgreedTo) }
    }

    /// Whether the policy and the processing are what was agreed to. Details that are merely missing shut the gate, and bring nothing to
    /// an end: a file that cannot be read for a day is no change.
    func holds(_ grant: Grant, _ context: PolicyContext) -> Bool {
        grant.policy == context.manifest.identity && grant.scope == context.manifest.scope(of: grant.switches)
            && (!context.details.isComplete || grant.details.isSameProcessing(as: context.details))
    }

    /// Once a day, and only while something can grow old.
    private mutating func markDay(at now: Moment, _ effects: inout [ConsentEffect]) {
        guard state.grant != nil, let mark = clock?.mark(at: now) else { return }
        let stored = state.dayMark.flatMap(Day.init(unixSeconds:))
        guard Day(unixSeconds: mark) != stored else { return }
        begin(Change(state: state), at: now, &effects)
    }

    /// The freeze ends by itself even when nothing else happens.
    private mutating func watchFreeze(at now: Moment, _ effects: inout [ConsentEffect]) {
        let freeze = (commit?.change.state ?? state).freeze
        guard let since = freeze?.since, let day = today(at: now).day else {
            if freezeDeadline != nil {
                freezeDeadline = nil
                effects.append(.cancelTimer(.freeze))
            }
            return
        }
        guard freezeDeadline == nil else { return }
        let days = max(1, Self.freezeDays - day.days(since: since))
        let deadline = now.uptime + .seconds(Int64(days) * Day.secondsPerDay)
        freezeDeadline = deadline
        effects.append(.startTimer(.freeze, deadline: deadline))
    }

    // MARK: Reset

    /// The lock has no owner and no past: only what servers are still to erase stays.
    mutating func reset(erasing: ErasureID?, at now: Moment, _ effects: inout [ConsentEffect]) {
        guard standing != .booting, let context else { return }
        // On what is being made durable, if anything is: an erasure request in it, or one that waits behind it, is not dropped.
        var draft = Draft(on: commit?.change.state ?? base, context: context, actor: .lock, now: now)
        if let erasing = erasing ?? waiting.lazy.compactMap(\.request.erasing).first { draft.requestErasure(erasing) }
        var new = ConsentState(epoch: draft.state.epoch.next)
        new.erasures = draft.state.erasures
        if let requester = commit?.requester { effects.append(.answer(requester, .failed)) }
        for item in waiting { if let id = item.id { effects.append(.answer(id, .failed)) } }
        // The store takes commits in their order, so this one has the last word.
        commit = nil
        waiting = []
        (owners, departed) = ([], [])
        standing = .ready
        unsaved = Change(state: new)
        // Whatever becomes of the commit, and of the one that it overtakes: a reset leaves no record behind.
        effects.append(.scrub(keeping: nil))
        begin(Change(state: new), at: now, &effects)
    }

    // MARK: Erasure requests

    mutating func report(
        _ id: ErasureID, _ outcome: ErasureOutcome, at now: Moment, _ effects: inout [ConsentEffect]
    ) {
        // While something else is made durable the report is not taken up: the request is sent again, and is the same.
        guard standing == .ready, commit == nil, unsaved == nil else { return }
        var new = state
        switch outcome {
        case .done: new.erasures.removeAll { $0.id == id }
        case .refused(let status):
            guard let index = new.erasures.firstIndex(where: { $0.id == id }) else { return }
            new.erasures[index].parkedBy = status
        case .failed: return
        }
        if new != state { begin(Change(state: new), at: now, &effects) }
    }
}
