/// Who has agreed to what, and whether that still holds.
///
/// `handle` takes what has happened and when, and gives back what must be done, in order; it does nothing by itself and knows no clock.
///
/// What it promises, whatever the inputs:
/// - what begins (a consent) begins when it is durable; what ends (a withdrawal, a changed policy, an owner who is gone) ends at once,
///   before it is durable, and stays ended when it cannot be made durable;
/// - whenever something is taken away, a new epoch begins, in the same commit as the new state and the erasure request;
/// - what cannot be read means no.
package struct Consent: Hashable, Sendable {
    package enum Standing: Hashable, Sendable {
        case booting
        case ready
        case unreadable
    }

    package internal(set) var standing = Standing.booting
    /// What is durable.
    package internal(set) var state = ConsentState(epoch: ConsentEpoch(0))
    package internal(set) var owners: Set<KeyReference> = []
    /// Who was an owner since the last review and has not been all the time: what they agreed to has ended, though they be back.
    var departed: Set<KeyReference> = []
    package internal(set) var context: PolicyContext?
    package internal(set) var clock: DayClock?
    /// What is being made durable.
    var commit: Commit?
    /// What could not be made durable and holds nevertheless: it takes something away.
    var unsaved: Change?
    var retryWait = Self.firstRetry
    var retryDeadline: Duration?
    var freezeDeadline: Duration?
    /// Until then nothing is written that can wait: the store has just failed.
    var quietUntil: Duration = .zero
    /// What must wait for the commit under way, oldest first. At most ``waitingLimit``.
    var waiting: [Waiting] = []
    var nextCommit = ConsentCommitID(1)

    /// Ours. How long a changed policy waits for an answer before everything that was recorded under the old one is erased.
    package static let freezeDays = 30
    /// How long somebody is kept waiting for the store.
    package static let commitWait: Duration = .seconds(2)
    /// Phones that have asked at the same moment, several times over.
    package static let waitingLimit = 16
    /// A disk that is full or busy for a moment.
    package static let firstRetry: Duration = .seconds(60)
    /// A broken disk must not wake the lock all the time.
    package static let longestRetry: Duration = .seconds(3_600)

    /// A new state, the ledger rows that led to it, and what follows once both are durable.
    struct Change: Hashable, Sendable {
        var state: ConsentState
        var records: [ConsentRecord] = []
        var then: [ConsentEffect] = []
    }

    struct Commit: Hashable, Sendable {
        var id: ConsentCommitID
        var change: Change
        /// Who is answered when the store has. nil: nobody, or they have been told that it takes too long.
        var requester: ConsentRequestID?
        var deadline: Duration
    }

    struct Waiting: Hashable, Sendable {
        var request: ConsentRequest
        var actor: ConsentActor
        /// nil: whoever asked has been told that it takes too long.
        var id: ConsentRequestID?
    }

    package init() {}

    func isStillOwner(_ key: KeyReference) -> Bool { owners.contains(key) && !departed.contains(key) }

    /// Whether something is being taken away that is not durable yet, or is about to be.
    package var isShutting: Bool {
        if unsaved != nil || waiting.contains(where: \.request.takesAway) { return true }
        return commit.map { Self.takesAway($0.change.state, from: state) } ?? false
    }

    static func takesAway(_ new: ConsentState, from old: ConsentState) -> Bool {
        if old.acceptances.contains(where: { new.acceptance(by: $0.by) == nil }) { return true }
        // Also while nothing is agreed to: what was turned off must not be found on by the next consent.
        if old.isLocationServiceActive, !new.isLocationServiceActive { return true }
        if old.notices == .on, new.notices != .on { return true }
        guard let grant = old.grant else { return false }
        return new.grant == nil || new.epoch != old.epoch || new.freeze != nil
            || !grant.switches.isSubset(of: new.grant?.switches ?? [])
    }

    /// Whether the list of safety notices may be fetched: no consent, but a switch of its own, which an owner has seen. The request names
    /// nobody.
    package var mayFetchNotices: Bool {
        standing == .ready && !isShutting && !owners.isEmpty && state.notices == .on
    }

    // MARK: The entry point

    package mutating func handle(_ input: ConsentInput, at now: Moment) -> [ConsentEffect] {
        var effects: [ConsentEffect] = []
        switch input {
        case .boot(let facts, let context, let owners): boot(facts, context, owners, at: now, &effects)
        case .request(let request, let actor, let id): take(request, actor, id, at: now, &effects)
        case .owners(let new):
            departed.formUnion(owners.subtracting(new))
            owners = new
        case .policy(let new): context = new
        case .reset(let erasing): reset(erasing: erasing, at: now, &effects)
        case .committed(let id, let stored): committed(id, stored: stored, at: now, &effects)
        case .erasureReported(let id, let outcome): report(id, outcome, at: now, &effects)
        case .timer(let timer, let deadline): timerFired(timer, deadline: deadline, at: now, &effects)
        case .clockChanged: clock?.take(now)
        }
        review(at: now, &effects)
        return effects
    }

    package func today(at now: Moment) -> Today { clock?.today(at: now) ?? .unknown }

    private mutating func boot(
        _ facts: ConsentFacts, _ context: PolicyContext, _ owners: Set<KeyReference>, at now: Moment,
        _ effects: inout [ConsentEffect]
    ) {
        guard standing == .booting else { return }
        self.context = context
        self.owners = owners
        switch facts {
        case .fresh(let epoch):
            state = ConsentState(epoch: epoch)
            standing = .ready
        case .stored(let stored):
            state = stored
            standing = .ready
        case .unreadable(let epoch):
            state = ConsentState(epoch: epoch)
            standing = .unreadable
        }
        clock = DayClock(mark: state.dayMark, at: now)
        // What was dead when the power failed is wiped now.
        effects.append(.scrub(keeping: state.grant == nil ? nil : state.epoch))
        if state.erasures.contains(where: { $0.parkedBy == nil }) { effects.append(.erasureRequested) }
    }

    private mutating func timerFired(
        _ timer: ConsentTimer, deadline: Duration, at now: Moment, _ effects: inout [ConsentEffect]
    ) {
        // A timer that was replaced or cancelled while it was firing still arrives: its deadline is then nobody's.
        switch timer {
        case .commitWait:
            guard commit?.deadline == deadline else { return }
            giveUpWaiting(&effects)
        case .retry:
            guard retryDeadline == deadline else { return }
            retryDeadline = nil
            retry(at: now, &effects)
        case .freeze:
            guard freezeDeadline == deadline else { return }
            freezeDeadline = nil
        }
    }
}
