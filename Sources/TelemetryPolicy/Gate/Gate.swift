/// What only this file can make, and every permit has: an initialiser in an extension, in the module's other files too, cannot set it.
private struct Seal {}

/// May one value of one item be recorded: yes, now, under this epoch.
///
/// It can be made nowhere but in this file, not be copied, not be stored, and is used up by its use. (SE-0390, SE-0446.)
package struct RecordPermit: ~Copyable, ~Escapable {
    package let item: ItemID
    package let epoch: ConsentEpoch
    /// The day that the record carries.
    package let day: Day
    private let seal: Seal

    @_lifetime(immortal)
    fileprivate init(item: ItemID, epoch: ConsentEpoch, day: Day) {
        seal = Seal()
        self.item = item
        self.epoch = epoch
        self.day = day
    }
}

/// May a batch be put together: yes, now, of these items and of no others.
package struct LeasePermit: ~Copyable, ~Escapable {
    package let items: Set<ItemID>
    package let epoch: ConsentEpoch
    package let installID: InstallID
    package let day: Day
    private let seal: Seal

    @_lifetime(immortal)
    fileprivate init(items: Set<ItemID>, epoch: ConsentEpoch, installID: InstallID, day: Day) {
        seal = Seal()
        self.items = items
        self.epoch = epoch
        self.installID = installID
        self.day = day
    }
}

/// May a batch leave: yes, now, if it is of this epoch and of these items. Asked for immediately before connecting.
package struct SendPermit: ~Copyable, ~Escapable {
    package let items: Set<ItemID>
    package let epoch: ConsentEpoch
    package let day: Day
    private let seal: Seal

    @_lifetime(immortal)
    fileprivate init(items: Set<ItemID>, epoch: ConsentEpoch, day: Day) {
        seal = Seal()
        self.items = items
        self.epoch = epoch
        self.day = day
    }
}

/// The gate. Everything is judged anew each time it is asked, from what is durable and from what is so now; anything unknown is no.
extension Consent {
    /// Asked for every value, when it is noted and when it is written.
    package func recording<Result>(
        _ item: ItemID, at now: Moment, _ use: (consuming RecordPermit) -> Result
    ) -> Swift.Result<Result, GateDenial> {
        if let denial = denial(of: item, at: now) { return .failure(denial) }
        guard let day = now.trustedDay else { return .failure(.dayUnknown) }
        return .success(use(RecordPermit(item: item, epoch: state.epoch, day: day)))
    }

    /// Asked when a batch is leased.
    package func leasing<Result>(
        at now: Moment, _ use: (consuming LeasePermit) -> Result
    ) -> Swift.Result<Result, GateDenial> {
        switch sendable(at: now) {
        case .failure(let denial): .failure(denial)
        case .success(let (grant, items, day)):
            .success(use(LeasePermit(items: items, epoch: state.epoch, installID: grant.installID, day: day)))
        }
    }

    /// Asked when a transfer begins.
    package func sending<Result>(
        at now: Moment, _ use: (consuming SendPermit) -> Result
    ) -> Swift.Result<Result, GateDenial> {
        switch sendable(at: now) {
        case .failure(let denial): .failure(denial)
        case .success(let (grant, items, day)):
            grant.isExposed
                ? .success(use(SendPermit(items: items, epoch: state.epoch, day: day))) : .failure(.notExposed)
        }
    }

    /// What may leave. Nothing may without the install id and the day, which every batch carries.
    private func sendable(at now: Moment) -> Swift.Result<(Grant, Set<ItemID>, Day), GateDenial> {
        for item in [ItemID.installID, .day] {
            if let denial = denial(of: item, at: now) { return .failure(denial) }
        }
        guard let grant = state.grant, let day = now.trustedDay else { return .failure(.notConsented) }
        // What is to be erased is asked for before anything new is sent. One that the server refused waits for people, not for this.
        if state.erasures.contains(where: { $0.parkedBy == nil }) { return .failure(.erasureFirst) }
        return .success((grant, Set(ItemID.allCases.filter { denial(of: $0, at: now) == nil }), day))
    }

    /// Why an item may be neither recorded nor sent now; nil: it may. In the order of the policy's requirements.
    package func denial(of item: ItemID, at now: Moment) -> GateDenial? {
        guard standing == .ready, let context, let entry = Registry.entry(for: item) else { return .unreadable }
        if isShutting { return .shutting }
        if owners.isEmpty { return .noOwner }
        guard let grant = state.grant else { return .notConsented }
        guard let acceptance = state.acceptance(by: grant.by), acceptance.isAdult else { return .notAccepted }
        guard state.freeze == nil, acceptance.policy == context.manifest.identity, holds(grant, context) else {
            return .policyChanged
        }
        guard context.details.isComplete else { return .detailsMissing }
        guard isConsented(entry, grant, context) else { return .purposeNotConsented }
        guard isStillOwner(grant.by) else { return .notByOwner }
        if item == .location, !state.isLocationServiceActive { return .serviceInactive }
        guard let day = now.trustedDay else { return .dayUnknown }
        return day > entry.expires ? .itemExpired : nil
    }

    private func isConsented(_ entry: RegistryEntry, _ grant: Grant, _ context: PolicyContext) -> Bool {
        guard context.manifest.permits(entry), grant.scope.covers(entry) else { return false }
        // What dates another item goes with any switch that is on.
        guard let consentSwitch = entry.consentSwitch else {
            return grant.switches.contains { state.statuses[$0].isValid }
        }
        return grant.switches.contains(consentSwitch) && state.statuses[consentSwitch].isValid
    }
}
