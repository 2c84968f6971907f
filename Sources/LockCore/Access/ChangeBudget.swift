/// Bounds what somebody can have written down by changing keys, invitations or the clock again and again, so that nobody pushes
/// everything else out of the owners' log and out of their notices, or wears the store out.
///
/// Taking away is not counted: there is no more to revoke than was given, and nobody waits to do it.
struct ChangeBudget: Hashable, Sendable {
    /// Changes at once: an owner may bring a whole household over from another lock, as many keys as this one holds.
    static let burst = AccessSet.keyLimit
    /// One change is won back in this time: 1,440 a day, so the log of 10,000 entries reaches a week back.
    static let refill: Duration = .seconds(60)

    private var spent = 0
    private var asOf = Instant.zero

    /// Whose changes are counted together. Administrators share one budget: each could make keys for themselves, and have as many
    /// budgets as keys.
    enum Account: Hashable, Sendable {
        case owners
        case administrators
        /// Administrators' programs on the lock; root is not counted, who could write into the store's file as well.
        case users
        /// A guest, who changes nothing but how many uses are left.
        case guest(KeyID)
    }

    /// How long until the next change; nil: there is one to be had.
    func wait(at now: Instant) -> Duration? {
        let current = refilled(at: now)
        return current.spent < Self.burst ? nil : current.asOf + Self.refill - now
    }

    mutating func spend(at now: Instant) {
        self = refilled(at: now)
        spent = min(spent + 1, Self.burst)
    }

    private func refilled(at now: Instant) -> ChangeBudget {
        let won = Int((now - asOf).wholeNanoseconds / Self.refill.wholeNanoseconds)
        var current = self
        current.spent = max(0, spent - won)
        current.asOf = current.spent == 0 ? now : asOf + Self.refill * won
        return current
    }
}

extension Access {
    private func account(_ actor: Actor) -> ChangeBudget.Account? {
        switch actor {
        case .local(user: 0): return nil
        case .local: return .users
        case .key(let id):
            switch set[id]?.terms.role {
            case .owner: return .owners
            case .admin: return .administrators
            case .guest: return .guest(id)
            case nil: return nil
            }
        }
    }

    /// How long somebody must wait before they may change something again; nil: they need not.
    func budgetWait(of actor: Actor, at now: Instant) -> Duration? {
        account(actor).flatMap { budgets[$0]?.wait(at: now) }
    }

    mutating func spendBudget(of actor: Actor, at now: Instant) {
        guard let account = account(actor) else { return }
        // As many as there are keys, and three.
        budgets = budgets.filter { if case .guest(let key) = $0.key { set[key] != nil } else { true } }
        budgets[account, default: ChangeBudget()].spend(at: now)
    }

    /// Whether a refusal of this key is written down. Each has a budget of its own: one that is refused all day keeps no other's out.
    mutating func mayRecordRefusal(of actor: Actor, at now: Instant) -> Bool {
        refusals = refusals.filter { if case .key(let key) = $0.key { set[key] != nil } else { true } }
        return refusals[actor, default: EntryBudget()].take(at: now) != .leaveOut
    }
}

extension AccessRequest {
    /// Whether it is one of the changes that are counted (``ChangeBudget``).
    var isBudgeted: Bool {
        switch self {
        case .addKey, .changeKey, .invite, .withdrawInvitation, .setClock: true
        case .command, .watch, .inspect, .configure, .listKeys, .revokeKey, .listInvitations, .confirmNotices,
            .factoryReset:
            false
        }
    }
}
