import TelemetryPolicy

extension PolicyWalk {
    // MARK: Requests

    mutating func ask() -> String? {
        let actor: ConsentActor = chance(6) ? .local(user: 0) : .key(KeyReference(UInt32(1 + below(3))))
        return ask(anyRequest(), by: actor)
    }

    mutating func ask(_ request: ConsentRequest, by actor: ConsentActor) -> String? {
        let id = ConsentRequestID(next)
        requests[id] = request
        if mayEnd(request, actor), endsSomething(request) { ending.insert(id) }
        if case .setLocationService(false) = request, mayEnd(request, actor) { isServiceActive = false }
        if let broken = handle(.request(request, by: actor, id: id)) { return broken }
        // What has been asked to end, and waits, must have ended.
        if case .setLocationService(false) = request { return note(.location(Samples.cell("u33db"))) }
        return ending.contains(id) && chance(2) ? note() : nil
    }

    mutating func anyRequest() -> ConsentRequest {
        let fresh = Samples.fresh(next)
        let both: Set<ConsentSwitch> = [.diagnostics, .location]
        switch below(31) {
        case 0: return .show(language: "en")
        case 1..<7: return .accept(Samples.echo(context.manifest), isAdult: !chance(5))
        case 7..<16:
            let switches: Set<ConsentSwitch> = chance(2) ? both : chance(8) ? [.location] : [.diagnostics]
            var echo = Samples.echo(context.manifest, context.manifest.scope(of: switches).purposes)
            if chance(12) { echo = Samples.echo(Samples.policy, [.safety]) }
            return .give(switches, echo, fresh)
        case 16: return chance(3) ? .refuse : .expose(consent.state.epoch)
        case 17: return .withdraw(both, erasingOnServer: chance(2), fresh)
        case 18: return .withdraw([.location], erasingOnServer: chance(2), fresh)
        case 19: return .withdraw([.diagnostics], erasingOnServer: chance(2), fresh)
        case 20, 21: return .setLocationService(isActive: !chance(4))
        case 22: return .setLocation(.region(Samples.cell("u33db")))
        case 23: return .eraseOnServer(fresh)
        case 24: return .eraseLocally
        case 25: return .retryErasure(consent.state.erasures.first?.id ?? fresh.erasureID)
        case 26: return .setNotices(isOn: chance(2))
        default: return .expose(consent.state.epoch)
        }
    }

    func mayEnd(_ request: ConsentRequest, _ actor: ConsentActor) -> Bool {
        switch actor {
        case .key(let key): owners.contains(key)
        case .local: true
        case .lock: false
        }
    }

    func endsSomething(_ request: ConsentRequest) -> Bool {
        switch request {
        case .refuse: ledger.agreement != nil || !unanswered.isEmpty
        case .withdraw(let switches, _, _): switches.contains { ledger.agreement?.switches.contains($0) == true }
        default: false
        }
    }

    mutating func reportErasure() -> String? {
        let waiting = consent.state.erasures.filter { $0.parkedBy == nil }
        guard let first = waiting.first ?? consent.state.erasures.first else { return nil }
        let outcome: ErasureOutcome = [.done, .failed, .refused(status: 400)][below(3)]
        if outcome == .done { erased.insert(first.id) }
        return handle(.erasureReported(first.id, outcome))
    }

    // MARK: Effects

    mutating func handle(_ input: ConsentInput) -> String? {
        let before = consent.state
        let effects = consent.handle(input, at: now)
        if isTracing { print(next, input, effects, separator: "\n    ") }
        if consent.state != before, !input.mayChangeState { return "consent changed without the store" }
        for effect in effects {
            switch effect {
            case .commit(let id, let state, let records):
                if !unanswered.isEmpty, !input.mayOverlap { return "two commits at once" }
                if isUnreadable, !isResetting { return "written to a ledger that cannot be read" }
                unanswered.append(Unanswered(id: id, state: state, records: records))
            case .answer(let id, let answer):
                guard let request = requests.removeValue(forKey: id) else { return "a second answer" }
                answered(id, request, answer)
            case .scrub(let epoch): scrubs.append(epoch)
            case .eraseQueue(let id):
                queue.eraseAll()
                coalescer.eraseAll()
                count("erased locally")
                if let id, requests.removeValue(forKey: id) == nil { return "a second answer" }
            case .startTimer(let timer, let deadline): timers[timer] = deadline
            case .cancelTimer(let timer): timers[timer] = nil
            case .tellOwners, .erasureRequested: break
            }
        }
        return requests.count > Consent.waitingLimit + 1 ? "\(requests.count) requests without an answer" : nil
    }

    mutating func answered(_ id: ConsentRequestID, _ request: ConsentRequest, _ answer: ConsentAnswer) {
        let wasEnding = ending.remove(id) != nil
        switch (request, answer) {
        case (.setLocationService(true), .done): isServiceActive = true
        // It was to be turned off, and nobody did.
        case (.setLocationService(false), .refused): isServiceActive = consent.state.isLocationServiceActive
        // Without an agreement there is nothing to hold back.
        case (_, .failed): if wasEnding, ledger.agreement != nil { isHeld = true }
        default: break
        }
    }

    mutating func answerStore() -> String? {
        let first = unanswered.removeFirst()
        let isStored = !chance(8)
        if isStored { makeDurable(first) } else { count("store failed") }
        return handle(.committed(first.id, stored: isStored))
    }

    mutating func makeDurable(_ commit: Unanswered) {
        for request in stored?.erasures ?? [] where !erased.contains(request.id) {
            if !commit.state.erasures.contains(where: { $0.id == request.id }) {
                flaw = "an erasure request was dropped that no server has answered"
            }
        }
        let first = commit.state.firstRecord(with: commit.records)
        numbers = numbers.filter { $0 < first } + commit.records.map(\.number)
        if !numbers.elementsEqual(1..<commit.state.nextRecord) { flaw = "the ledger is not numbered densely" }
        let open = commit.state.erasures.count - (stored?.erasures.count ?? 0)
        if open > 0 { count("erasure requested") }
        if open < 0 { count("erasure done") }
        let parked = [stored, commit.state].map { $0?.erasures.filter { $0.parkedBy != nil }.count ?? 0 }
        if parked[1] > parked[0] { count("erasure parked") }
        let isReset = isResetting && commit.state.nextRecord == 1 && commit.state.acceptances.isEmpty
        let wasServiceActive = stored?.isLocationServiceActive ?? false
        stored = commit.state
        if !commit.state.isLocationServiceActive { isServiceActive = false }
        // Also after whoever asked was told that it takes too long.
        if commit.state.isLocationServiceActive, !wasServiceActive { isServiceActive = true }
        if isReset {
            ledger.end()
            (isHeld, isResetting, isUnreadable) = (false, false, false)
            forgetAcceptances()
        }
        for record in commit.records {
            ledger.take(record)
            if ![.given, .requested].contains(record.status) { isHeld = false }
            switch record.cause {
            case .policyChanged: count("frozen")
            case .policyNotAgreedTo: count("purged after a freeze")
            default: count(record.status.rawValue)
            }
        }
    }

    mutating func wipe() -> String? {
        let epoch = scrubs.removeFirst()
        let erased = queue.counters.erased
        queue.scrub(keeping: epoch)
        coalescer.scrub(keeping: epoch)
        if queue.counters.erased > erased { count("erased") }
        return nil
    }
}

extension ConsentInput {
    /// Only the store's answer and a boot change what is durable.
    fileprivate var mayChangeState: Bool {
        switch self {
        case .committed, .boot: true
        default: false
        }
    }

    /// A reset does not wait for what is under way.
    fileprivate var mayOverlap: Bool { if case .reset = self { true } else { false } }
}
