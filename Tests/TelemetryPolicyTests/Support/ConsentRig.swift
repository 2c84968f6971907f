import TelemetryPolicy

/// The machine of consent with a store that answers at once, unless it is told not to.
final class ConsentRig {
    enum Store {
        case works
        case fails
        case isSilent
    }

    var consent = Consent()
    var now = Moment(uptime: .seconds(100), unixSeconds: Samples.noon, isTrusted: true)
    var store = Store.works
    var ledger: [ConsentRecord] = []
    /// Everything but commits.
    var effects: [ConsentEffect] = []
    /// What the store has, and what it has not answered.
    var stored: ConsentState?
    var unanswered: [(id: ConsentCommitID, state: ConsentState, records: [ConsentRecord])] = []
    private var nextRequest: UInt64 = 0

    init(
        _ facts: ConsentFacts = .fresh(startingAt: ConsentEpoch(1_000)), _ context: PolicyContext = Samples.context,
        owners: Set<KeyReference> = [Samples.owner, Samples.other]
    ) {
        handle(.boot(facts, context, owners: owners))
    }

    func handle(_ input: ConsentInput) {
        perform(consent.handle(input, at: now))
    }

    @discardableResult
    func ask(_ request: ConsentRequest, by actor: ConsentActor = .key(Samples.owner)) -> ConsentAnswer? {
        nextRequest += 1
        let id = ConsentRequestID(nextRequest)
        let before = effects.count
        handle(.request(request, by: actor, id: id))
        for case .answer(id, let answer) in effects[before...] { return answer }
        return nil
    }

    func answerStore(_ stored: Bool) {
        guard !unanswered.isEmpty else { return }
        let first = unanswered.removeFirst()
        if stored {
            self.stored = first.state
            ledger += first.records
        }
        handle(.committed(first.id, stored: stored))
    }

    private func perform(_ new: [ConsentEffect]) {
        for effect in new {
            guard case .commit(let id, let state, let records) = effect else {
                effects.append(effect)
                continue
            }
            unanswered.append((id, state, records))
        }
        if store != .isSilent, !unanswered.isEmpty { answerStore(store == .works) }
    }

    // MARK: What owners usually do

    var manifest: PolicyManifest { consent.context?.manifest ?? Samples.policy }

    @discardableResult
    func accept(by key: KeyReference = Samples.owner, isAdult: Bool = true) -> ConsentAnswer? {
        ask(.accept(Samples.echo(manifest), isAdult: isAdult), by: .key(key))
    }

    @discardableResult
    func give(
        _ switches: Set<ConsentSwitch> = [.diagnostics], by key: KeyReference = Samples.owner, fresh: UInt64 = 1
    ) -> ConsentAnswer? {
        let echo = Samples.echo(manifest, manifest.scope(of: switches).purposes)
        return ask(.give(switches, echo, Samples.fresh(fresh)), by: .key(key))
    }

    @discardableResult
    func agree(_ switches: Set<ConsentSwitch> = [.diagnostics], fresh: UInt64 = 1) -> ConsentAnswer? {
        accept()
        return give(switches, fresh: fresh)
    }

    @discardableResult
    func withdraw(
        _ switches: Set<ConsentSwitch> = [.diagnostics], erasing: Bool = false,
        by actor: ConsentActor = .key(Samples.owner)
    ) -> ConsentAnswer? {
        ask(.withdraw(switches, erasingOnServer: erasing, Samples.fresh(77)), by: actor)
    }

    func expose() { ask(.expose(consent.state.epoch), by: .local(user: 0)) }

    func pass(days: Int64) {
        now.uptime += .seconds(days * 86_400)
        now.unixSeconds = now.unixSeconds.map { $0 + days * 86_400 }
    }

    /// Which items the gate lets through, recording and sending.
    var recordable: Set<ItemID> { Set(ItemID.allCases.filter { mayRecord($0) }) }

    func mayRecord(_ item: ItemID) -> Bool {
        if case .success = consent.recording(item, at: now, { _ in true }) { true } else { false }
    }

    func maySend(_ item: ItemID) -> Bool {
        if case .success(true) = consent.sending(at: now, { $0.items.contains(item) }) { true } else { false }
    }
}
