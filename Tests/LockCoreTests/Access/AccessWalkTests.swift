import LockCore
import Testing

/// Whatever is asked, in whatever order, and whatever the store answers: nobody gets more than somebody gave who had it.
@Suite struct AccessWalkTests {
    static let seeds: [UInt64] = [1, 2, 3, 1_000_000_007]

    @Test(arguments: seeds)
    func `a walk over all inputs breaks no promise`(_ seed: UInt64) {
        let random = SplitMix(seed: seed)
        var walk = AccessWalk(random: random)
        for step in 0..<20_000 {
            if let broken = walk.step() {
                Issue.record("seed \(seed), step \(step): \(broken)")
                return
            }
        }
        #expect(
            AccessWalk.expected.subtracting(walk.reached).isEmpty, "seed \(seed) reached only \(walk.reached.sorted())")
    }
}

/// One lock, some phones, a store that sometimes fails or takes its time.
struct AccessWalk {
    private var random: SplitMix
    private var access = Access()
    private var now = Instant(nanoseconds: 1)
    private var pending: (id: CommitID, set: AccessSet, keepsOlder: Bool, entries: [AccessEntry])?
    /// Requests without an answer, and when they were asked.
    private var open: [RequestID: Instant] = [:]
    private var timers: [AccessTimerID: Instant] = [:]
    private var nextRequest: UInt64 = 0
    /// What is on the disk: the newest copy of the set, and the one that takes its place when it is damaged.
    private var newest = AccessSet()
    private var older = AccessSet()
    /// Every number that was ever given to a phone since the last reset.
    private var given: Set<KeyID> = []
    /// Unlockings that were paid for, and of which the bolt has not told the end.
    private var paid: [KeyID] = []
    /// Uses that each key was given, less those that moved the bolt.
    private var ledger: [KeyID: Int] = [:]
    /// Wrong setup codes that are to be in the store; nil: an owner has come, and they begin anew.
    private var wrongSetupCodes: Int? = 0
    private(set) var reached: Set<String> = []

    /// What a walk must have come across to have shown anything.
    static let expected: Set<String> = [
        "unlock", "revoked", "refused", "failed", "key", "invitation", "reset", "pairing", "wrong", "permit", "moved",
        "not moved", "restart", "older copy", "settled",
    ]

    init(random: SplitMix) {
        self.random = random
        _ = access.handle(.boot(.unowned(AccessSet())), at: now)
    }

    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    /// One input; what it broke, or nil.
    mutating func step() -> String? {
        switch below(400) {
        case 0: return restart()
        case 1, 2, 3: return settle()
        default: return take(nextInput())
        }
    }

    private mutating func take(_ input: AccessInput) -> String? {
        let before = access
        now += .milliseconds(below(5_000))
        if case .request(_, _, let id) = input { open[id] = now }
        if case .pair(_, let id) = input { open[id] = now }
        if case .wrongSecret(.setup) = input { wrongSetupCodes = wrongSetupCodes.map { $0 + 1 } }
        let effects = access.handle(input, at: now)
        for effect in effects {
            if let broken = judge(effect, input, before) { return broken }
        }
        return judgeSet(before, input) ?? perform(effects)
    }

    /// The power goes and comes back; sometimes the newest copy of the keys is then damaged.
    private mutating func restart() -> String? {
        reached.insert("restart")
        var set = newest
        if below(2) == 0 {
            if older != newest { reached.insert("older copy") }
            set = older
            if newest.isOwned, !set.isOwned { return "a copy that has no owner" }
        }
        (newest, older, access, pending, timers, open) = (set, set, Access(), nil, [:], [:])
        _ = access.handle(.boot(set.isOwned ? .owned(set) : .unowned(set)), at: now)
        // What was under way then is paid for; what was owed is lost with the memory that it was in.
        paid = []
        ledger = set.keys.reduce(into: [:]) { $0[$1.id] = $1.terms.usesLeft.map { Int($0) } }
        wrongSetupCodes = Int(set.wrongSetupCodes)
        return nil
    }

    /// The store answers everything, and then has all that was owed.
    private mutating func settle() -> String? {
        for _ in 0..<(2 * Access.waitingLimit + 4) {
            if let commit = pending?.id, let broken = take(.committed(commit, stored: true)) { return broken }
            nextRequest += 1
            if let broken = take(.request(.watch, from: .local(user: 0), id: RequestID(nextRequest))) { return broken }
            if pending == nil { break }
        }
        guard pending == nil else { return "it does not come to rest" }
        reached.insert("settled")
        for key in access.set.keys {
            guard let left = key.terms.usesLeft else { continue }
            let underWay = paid.count { $0 == key.id }
            if Int(left) + underWay != ledger[key.id] {
                return "\(key.id) has \(left) uses and \(underWay) under way, and should have \(ledger[key.id] ?? -1)"
            }
        }
        if let wanted = wrongSetupCodes, wanted != Int(access.set.wrongSetupCodes) {
            return "\(access.set.wrongSetupCodes) wrong setup codes were counted of \(wanted)"
        }
        wrongSetupCodes = Int(access.set.wrongSetupCodes)
        return nil
    }

    /// The store has it: what is on the disk, and what it gives to whom.
    private mutating func stored(_ commit: (id: CommitID, set: AccessSet, keepsOlder: Bool, entries: [AccessEntry]))
        -> String?
    {
        let before = newest
        newest = commit.set
        older = commit.keepsOlder ? before.kept(beside: newest) : newest
        for entry in commit.entries where entry.action == .keyAdded || entry.action == .keyChanged {
            guard let id = entry.subject, let key = newest[id] else { return "an entry about nobody" }
            if entry.action == .keyAdded, !given.insert(id).inserted { return "\(id) was given twice" }
            ledger[id] = key.terms.usesLeft.map { Int($0) + paid.count { $0 == id } }
        }
        if !before.isOwned, newest.isOwned { wrongSetupCodes = nil }
        return nil
    }

    private mutating func nextInput() -> AccessInput {
        nextRequest += 1
        let id = RequestID(nextRequest)
        if let commit = pending?.id, below(3) == 0 { return .committed(commit, stored: below(8) != 0) }
        if let (timer, deadline) = timers.min(by: { $0.value < $1.value }), below(6) == 0 {
            now = max(now, deadline)
            return .timer(timer, deadline: deadline)
        }
        switch below(20) {
        case 0: return .insideButton(isPressed: below(2) == 0)
        case 1: return .wrongSecret(PairingSecretID(UInt64(below(4))))
        case 2:
            let reading = CivilReading(
                at: now, unixSeconds: AccessHarness.noon + now.nanoseconds / 1_000_000_000 - Int64(below(200)),
                isTrusted: below(10) != 0)
            return .civilTime(AccessClock(reading: reading))
        case 3:
            guard !paid.isEmpty else { return .useNotSpent(KeyID(999)) }
            let key = paid.remove(at: below(paid.count))
            guard below(2) == 0 else {
                reached.insert("moved")
                ledger[key]? -= 1
                // A timer that is nobody's any more.
                return .timer(.pairingWindow, deadline: .zero)
            }
            reached.insert("not moved")
            return .useNotSpent(key)
        case 4, 5:
            let claim = PairingClaim(
                secret: PairingSecretID(UInt64(below(4))), publicKey: AccessHarness.publicKey(UInt8(below(6))),
                name: "x")
            return .pair(claim, id: id)
        default:
            let actor: Actor = below(12) == 0 ? .local(user: 0) : .key(anyKey())
            return .request(anyRequest(), from: actor, id: id)
        }
    }

    private mutating func anyKey() -> KeyID {
        guard below(8) != 0, let key = access.set.keys.randomElement(using: &random) else {
            return KeyID(UInt32(below(12)))
        }
        return key.id
    }

    private mutating func anyTerms() -> KeyTerms {
        switch below(6) {
        case 0: .owner
        case 1: .admin
        case 2: .guest(uses: UInt32(1 + below(3)))
        case 3: .guest(Schedule(notAfter: AccessHarness.noon + Int64(below(100_000))))
        default: .guest()
        }
    }

    private mutating func anyRequest() -> AccessRequest {
        switch below(16) {
        case 0, 1, 2, 3: .command(.unlock)
        case 4: .command(.lock)
        case 5: .watch
        case 6: .listKeys
        case 7: .addKey(publicKey: AccessHarness.publicKey(UInt8(below(6))), anyTerms())
        case 8: .changeKey(anyKey(), anyTerms())
        case 9: .revokeKey(anyKey())
        case 10, 11:
            .invite(
                anyTerms(), lifetimeSeconds: 60 + Int64(below(1_000)), id: PairingSecretID(UInt64(1 + below(3))),
                secret: [UInt8](repeating: 1, count: 16))
        case 12: .withdrawInvitation(PairingSecretID(UInt64(1 + below(3))))
        case 13: .confirmNotices(through: UInt64(below(100)))
        case 14: below(20) == 0 ? .factoryReset : .inspect
        default: .setClock(AccessHarness.noon + now.nanoseconds / 1_000_000_000)
        }
    }

    // MARK: What must hold

    private func judge(_ effect: AccessEffect, _ input: AccessInput, _ before: Access) -> String? {
        switch effect {
        case .command(let command, .key(let key), _, let costsUse):
            guard let now = access.set[key] else { return "\(command) by a key that is not there" }
            if command == .unlock, now.terms.usesLeft != nil, !costsUse { return "an unlocking that was not paid for" }
            // What was paid for was judged when it was asked.
            if !costsUse, !now.terms.schedule.isAlways, access.trustedSeconds(at: self.now) == nil {
                return "a scheduled key without a clock"
            }
            return nil
        case .commit(_, let new, let keepsOlder, _):
            if pending != nil, !input.isAnswer { return "two commits at once" }
            if before.set.isOwned, !new.isOwned { return "a lock without an owner" }
            if keepsOlder, let key = access.set.keys.first(where: { !$0.terms.allowsTheSame(as: new[$0.id]?.terms) }) {
                return "a copy that would revive \(key.id)"
            }
            if new.keys.count > AccessSet.keyLimit || new.notices.count > AccessSet.noticeLimit { return "too much" }
            if Set(new.keys.map(\.id)).count != new.keys.count { return "one number twice" }
            if Set(new.keys.map(\.publicKey)).count != new.keys.count { return "one phone twice" }
            return nil
        case .answer(let id, _), .permit(let id): return open[id] != nil ? nil : "a second answer"
        default: return nil
        }
    }

    /// What is durable changes with the store's answer and at no other time.
    private mutating func judgeSet(_ before: Access, _ input: AccessInput) -> String? {
        if case .committed(let id, stored: true) = input, id == pending?.id {
            guard let pending, access.set == pending.set else { return "it is not what the store has" }
            return stored(pending)
        }
        return access.set == before.set ? nil : "it changed without the store"
    }

    private mutating func perform(_ effects: [AccessEffect]) -> String? {
        // The answered commit is over before the next begins.
        if access.pendingCommit != pending?.id { pending = nil }
        for effect in effects {
            switch effect {
            case .commit(let id, let set, let keepsOlder, let entries): pending = (id, set, keepsOlder, entries)
            case .command(_, .key(let key), let id, costsUse: true):
                reached.insert("unlock")
                paid.append(key)
                if let broken = carryOut(id) { return broken }
            case .command(_, _, let id, _):
                reached.insert("unlock")
                if let broken = carryOut(id) { return broken }
            case .permit(let id):
                reached.insert("permit")
                open[id] = nil
            case .answer(let id, let answer):
                open[id] = nil
                reached.insert(answer.word)
            case .endSessions(_, let id):
                reached.insert("revoked")
                if let id { open[id] = nil }
            case .startTimer(let id, let deadline): timers[id] = deadline
            case .cancelTimer(let id): timers[id] = nil
            case .pairing: reached.insert("pairing")
            case .record(let entry) where entry.action == .wrongSecret: reached.insert("wrong")
            case .tellOwners(let notices):
                if notices.contains(where: { $0.kind == .wrongSecret }) { reached.insert("wrong") }
            case .reset:
                reached.insert("reset")
                access = Access()
                pending = nil
                timers = [:]
                open = [:]
                (newest, older, given, paid, ledger, wrongSetupCodes) = (AccessSet(), AccessSet(), [], [], [:], 0)
                _ = access.handle(.boot(.unowned(AccessSet())), at: now)
            case .record, .resetAlarm, .setClock: break
            }
        }
        if open.count > Access.waitingLimit + 2 { return "\(open.count) requests without an answer" }
        return nil
    }

    /// The bolt is told: only for whoever still waits, and who asked a moment ago.
    private mutating func carryOut(_ id: RequestID) -> String? {
        guard let asked = open.removeValue(forKey: id) else { return "a command for a request that was answered" }
        guard now <= asked + Access.commitWait + Access.commitWait else {
            return "a command that was asked for at \(asked)"
        }
        return nil
    }
}

extension AccessInput {
    fileprivate var isAnswer: Bool { if case .committed = self { true } else { false } }
}

extension AccessAnswer {
    fileprivate var word: String {
        switch self {
        case .done: "done"
        case .refused: "refused"
        case .failed: "failed"
        case .key: "key"
        case .keys: "keys"
        case .invitation: "invitation"
        case .invitations: "invitations"
        }
    }
}

extension KeyTerms {
    fileprivate func allowsTheSame(as other: KeyTerms?) -> Bool {
        role == other?.role && schedule == other?.schedule && usesLeft == other?.usesLeft
    }
}
