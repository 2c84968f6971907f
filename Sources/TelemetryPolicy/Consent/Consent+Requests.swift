// What owners, and whoever administers the lock, ask for.
extension Consent {
    /// Owners may ask for everything, others on the lock only for what takes away; nobody else for anything.
    func mayAsk(_ request: ConsentRequest, _ actor: ConsentActor) -> Bool {
        switch actor {
        case .key(let key): owners.contains(key)
        case .local: request.mayBeLocal
        case .lock: false
        }
    }

    mutating func perform(
        _ request: ConsentRequest, by actor: ConsentActor, id: ConsentRequestID?, at now: Moment,
        _ effects: inout [ConsentEffect]
    ) {
        // Who wanted it to stop was an owner when they said so (``take``).
        guard request.takesAway || mayAsk(request, actor) else { return answer(id, .refused(.notAllowed), &effects) }
        guard unsaved == nil || request.takesAway else { return answer(id, .refused(.storeUnavailable), &effects) }
        switch change(request, by: actor, at: now) {
        case .refused(let refusal): answer(id, .refused(refusal), &effects)
        case .nothing: answer(id, .done, &effects)
        case .eraseQueue: effects.append(.eraseQueue(answering: id))
        case .change(let change): begin(change, for: id, at: now, &effects)
        }
    }

    private func answer(_ id: ConsentRequestID?, _ answer: ConsentAnswer, _ effects: inout [ConsentEffect]) {
        if let id { effects.append(.answer(id, answer)) }
    }

    /// What becomes of a request.
    enum Verdict {
        case refused(ConsentRefusal)
        /// It is so already: nothing is written.
        case nothing
        case eraseQueue
        case change(Change)
    }

    private func change(_ request: ConsentRequest, by actor: ConsentActor, at now: Moment) -> Verdict {
        guard let context else { return .refused(.unreadable) }
        var draft = Draft(on: base, context: context, actor: actor, now: now)
        switch request {
        case .show(let language): return show(language, context, &draft)
        case .accept(let echo, let isAdult): return accept(echo, isAdult: isAdult, by: actor, context, &draft)
        case .give(let switches, let echo, let fresh): return give(switches, echo, fresh, by: actor, context, &draft)
        case .refuse: return refuse(&draft)
        case .withdraw(let switches, let erasing, let fresh):
            return withdraw(switches, erasingOnServer: erasing, fresh, &draft)
        case .setLocationService(let isActive):
            draft.state.isLocationServiceActive = isActive
            return verdict(draft)
        case .setLocation(let source): return setLocation(source, at: now, &draft)
        case .setNotices(let isOn):
            draft.state.notices = isOn ? .on : .off
            return verdict(draft)
        case .eraseOnServer(let fresh): return eraseOnServer(fresh, &draft)
        case .eraseLocally: return .eraseQueue
        case .retryErasure(let id):
            guard let index = draft.state.erasures.firstIndex(where: { $0.id == id }) else {
                return .refused(.noSuchThing)
            }
            draft.state.erasures[index].parkedBy = nil
            draft.then.append(.erasureRequested)
            return verdict(draft)
        case .expose(let epoch):
            guard draft.state.grant != nil, epoch == draft.state.epoch else { return .refused(.noSuchThing) }
            draft.state.grant?.isExposed = true
            return verdict(draft)
        }
    }

    /// What the next change builds on.
    var base: ConsentState { unsaved?.state ?? state }

    func verdict(_ draft: Draft) -> Verdict {
        guard draft.state != base || !draft.records.isEmpty else { return .nothing }
        return .change(change(of: draft))
    }

    /// What could not be stored before belongs to it.
    func change(of draft: Draft) -> Change {
        Change(
            state: draft.state, records: (unsaved?.records ?? []) + draft.records,
            then: (unsaved?.then ?? []) + draft.then)
    }

    // MARK: Asking and accepting

    private func show(_ language: String, _ context: PolicyContext, _ draft: inout Draft) -> Verdict {
        guard context.manifest.languages.contains(language) else { return .refused(.echoDiffers) }
        // The text has the switch for safety notices in it: they start once an owner has seen that they can be declined.
        if draft.state.notices == .notShown { draft.state.notices = .on }
        let open = ConsentSwitch.allCases.filter { [.unknown, .expired].contains(draft.state.statuses[$0]) }
        guard !open.isEmpty else { return verdict(draft) }
        for consentSwitch in open { draft.state.statuses[consentSwitch] = .requested }
        draft.write(.requested, .shown, Set(open), language: language)
        return verdict(draft)
    }

    private func accept(
        _ echo: PolicyEcho, isAdult: Bool, by actor: ConsentActor, _ context: PolicyContext, _ draft: inout Draft
    ) -> Verdict {
        guard case .key(let key) = actor else { return .refused(.notAllowed) }
        guard isAdult else { return .refused(.notAdult) }
        guard isRight(echo, purposes: [], context) else { return .refused(.echoDiffers) }
        let new = Acceptance(by: key, policy: context.manifest.identity, isAdult: isAdult)
        guard draft.state.acceptance(by: key) != new else { return .nothing }
        draft.state.acceptances.removeAll { $0.by == key || !owners.contains($0.by) }
        draft.state.acceptances.append(new)
        draft.state.acceptances.sort { $0.by < $1.by }
        draft.write(.given, .accepted, [], language: echo.language, isAdult: isAdult)
        return verdict(draft)
    }

    private func isRight(_ echo: PolicyEcho, purposes: Set<Purpose>, _ context: PolicyContext) -> Bool {
        echo.sha256 == context.manifest.identity.sha256 && context.manifest.languages.contains(echo.language)
            && echo.purposes == purposes
    }

    // MARK: Giving

    private func give(
        _ switches: Set<ConsentSwitch>, _ echo: PolicyEcho, _ fresh: FreshIdentifiers, by actor: ConsentActor,
        _ context: PolicyContext, _ draft: inout Draft
    ) -> Verdict {
        guard case .key(let key) = actor else { return .refused(.notAllowed) }
        guard context.details.isComplete else { return .refused(.detailsMissing) }
        guard switches.contains(.diagnostics) else { return .refused(.needsDiagnostics) }
        let scope = context.manifest.scope(of: switches)
        guard isRight(echo, purposes: scope.purposes, context) else { return .refused(.echoDiffers) }
        guard let acceptance = draft.state.acceptance(by: key), acceptance.policy == context.manifest.identity,
            acceptance.isAdult
        else { return .refused(.notAccepted) }
        guard draft.state.erasures.count < ConsentState.erasureLimit - 1 else { return .refused(.full) }

        var new = Grant(
            by: key, switches: switches, policy: context.manifest.identity, details: context.details,
            language: echo.language, scope: scope, installID: fresh.installID)
        let old = draft.state.grant
        if let old, mayGoOn(old, as: new, context) {
            new.installID = old.installID
            new.isExposed = old.isExposed
            guard new != old || draft.state.freeze != nil else { return .nothing }
        } else {
            guard old?.installID != fresh.installID else { return .refused(.noSuchThing) }
            draft.state.epoch = draft.state.epoch.next
            draft.state.location = nil
        }
        let status: ConsentStatus = draft.state.freeze != nil || draft.state.hasExpired ? .renewed : .given
        draft.state.grant = new
        draft.state.freeze = nil
        draft.write(status, .decided, switches, language: echo.language)
        let rest = Set(ConsentSwitch.allCases).subtracting(switches)
        let refused = rest.filter { !draft.state.statuses[$0].isValid }
        draft.decide(switches, status)
        // Leaving a switch off says no to it; to what was on, that is a withdrawal.
        draft.decide(refused, .refused)
        draft.decide(rest.subtracting(refused), .withdrawn)
        if !rest.isEmpty {
            draft.state.location = nil
            if !refused.isEmpty { draft.write(.refused, .decided, refused, language: echo.language) }
            if refused != rest {
                draft.write(.withdrawn, .decided, rest.subtracting(refused), language: echo.language)
            }
        }
        return verdict(draft)
    }

    /// Whether what was recorded under the old decision may leave under the new one: nothing of it was taken back, and purposes, items,
    /// retention and who gets the data are the same.
    private func mayGoOn(_ old: Grant, as new: Grant, _ context: PolicyContext) -> Bool {
        old.switches.isSubset(of: new.switches) && old.scope == context.manifest.scope(of: old.switches)
            && old.details.isSameProcessing(as: new.details)
    }

    // MARK: Refusing and withdrawing

    private func refuse(_ draft: inout Draft) -> Verdict {
        if draft.state.grant != nil, draft.state.freeze == nil {
            draft.end(.withdrawn, .withdrawn)
            return verdict(draft)
        }
        let open = ConsentSwitch.allCases.filter { draft.state.statuses[$0] != .refused }
        guard !open.isEmpty else { return .nothing }
        if draft.state.grant != nil { draft.drop() }
        draft.decide(Set(open), .refused)
        draft.write(.refused, .refused, Set(open))
        return verdict(draft)
    }

    private func withdraw(
        _ wanted: Set<ConsentSwitch>, erasingOnServer: Bool, _ fresh: FreshIdentifiers, _ draft: inout Draft
    ) -> Verdict {
        guard let grant = draft.state.grant else { return .refused(.notConsented) }
        // Without diagnostics there is no install id, and nothing could be erased again.
        let ending = wanted.contains(.diagnostics) ? grant.switches : wanted.intersection(grant.switches)
        guard !ending.isEmpty else { return .refused(.notConsented) }
        if erasingOnServer { draft.requestErasure(fresh.erasureID) }
        if ending == grant.switches {
            draft.end(.withdrawn, .withdrawn)
        } else {
            guard fresh.installID != grant.installID else { return .refused(.noSuchThing) }
            draft.rotate(fresh.installID)
            draft.state.grant?.switches.subtract(ending)
            // What is left of what was agreed to, whatever the text says by now.
            draft.state.grant?.scope = grant.scope.without(ending)
            draft.state.location = nil
            draft.decide(ending, .withdrawn)
            draft.write(.withdrawn, .withdrawn, ending, about: grant)
        }
        return verdict(draft)
    }

    private func eraseOnServer(_ fresh: FreshIdentifiers, _ draft: inout Draft) -> Verdict {
        guard let grant = draft.state.grant, grant.isExposed else { return .refused(.nothingToErase) }
        guard fresh.installID != grant.installID else { return .refused(.noSuchThing) }
        guard draft.state.erasures.count < ConsentState.erasureLimit - 1 else { return .refused(.full) }
        draft.requestErasure(fresh.erasureID)
        draft.rotate(fresh.installID)
        let status = draft.state.statuses.diagnostics
        draft.write(status, .erasedOnServer, grant.switches)
        return verdict(draft)
    }

    // MARK: Location

    /// To remember a cell is to record it: the gate is asked.
    private func setLocation(_ source: LocationSource, at now: Moment, _ draft: inout Draft) -> Verdict {
        switch denial(of: .location, at: now) {
        case nil: break
        case .serviceInactive: return .refused(.serviceInactive)
        case .dayUnknown: return .refused(.dayUnknown)
        case .detailsMissing: return .refused(.detailsMissing)
        default: return .refused(.notConsented)
        }
        switch source {
        case .region(let cell): draft.state.location = cell
        case .position(let cell):
            if let known = draft.state.location, known.touches(cell) { return .nothing }
            draft.state.location = cell
        }
        return verdict(draft)
    }
}
