/// Who may have the bolt moved: keys, their schedules, how they are given and taken away, and the way back to a lock without an owner.
///
/// `handle` takes what has happened and when, and gives back what must be done, in order, as ``Device/handle(_:at:)`` does.
///
/// What it promises, whatever the inputs:
/// - nothing is permitted, and nobody is told that something was changed, before it is durable;
/// - nobody grants, changes or removes more than they hold, and the last owner stays;
/// - from the moment a revocation is asked for, that key's later requests wait, and are refused if it comes to pass;
/// - a set that cannot be read lets nobody in and nobody pair;
/// - what is owed to somebody or counted against them is not lost to a full queue or a store that fails;
/// - every request gets one answer, ``AccessEffect/permit(_:)`` or ``AccessEffect/command(_:from:id:costsUse:)``, within
///   ``commitWait`` twice over; a reset's is with ``AccessEffect/reset(for:)``.
package struct Access: Hashable, Sendable {
    package enum Standing: Hashable, Sendable {
        case booting
        case ready
        /// It had an owner, and nobody knows whom.
        case unreadable
    }

    package internal(set) var standing = Standing.booting
    /// What is durable.
    package internal(set) var set = AccessSet()
    /// What is being made durable.
    var commit: Commit?
    /// What must wait for that, oldest first. At most ``waitingLimit``.
    var waiting: [Waiting] = []
    var nextCommit = CommitID(1)
    var clock: AccessClock?
    /// The lock's own public key, which is no phone's; nil: it has none, or it is not known yet.
    var lockKey: [UInt8]?
    /// Until when a phone may pair with the setup code.
    var pairingOpenUntil: Instant?
    /// Until when the phone that has paired with a secret may ask again: its answer may have been lost. In memory alone: after a restart
    /// it opens a session with the key that it has.
    var repeatUntil: [PairingSecretID: Instant] = [:]
    /// Until when a secret is not listened to, because it was wrong.
    var closed: [SecretClosure] = []
    /// What may still be written down of each key's refusals.
    var refusals: [Actor: EntryBudget] = [:]
    var budgets: [ChangeBudget.Account: ChangeBudget] = [:]
    /// What must be made durable with the next change, or by one of its own.
    var owed = Owed()
    var openings = EntryBudget()
    var resetStage = ResetStage.none

    /// A phone that loses its answer comes back within seconds, and its user looks at it.
    package static let setupRepeat: Duration = .seconds(600)
    /// From the press of the button, or from its release: long enough to find the phone, short enough to notice a stranger.
    package static let pairingWindow: Duration = .seconds(60)
    /// How long somebody is kept waiting for the store: until their turn comes, and then as long again.
    package static let commitWait: Duration = .seconds(2)
    /// Phones that have asked at the same moment, several times over.
    package static let waitingLimit = 16
    /// Of them those of one key, one user or one pairing secret: more than a person asks for while the store is slow, and so few that it
    /// takes several to leave no room for the others.
    package static let waitingLimitEach = 4
    /// How long whoever has confirmed a reset waits for its end: deleting a few files takes no such time. The reset goes on.
    package static let wipeWait: Duration = .seconds(10)
    /// How long an owner has to press the button.
    package static let confirmationWait: Duration = .seconds(30)
    /// How long the button is held to reset a lock whose last phone is lost: longer than anybody leans on it.
    package static let resetHold: Duration = .seconds(20)
    /// How long the alarm sounds before that reset: whoever is in the house hears it, and one press of the button ends it.
    package static let resetDelay: Duration = .seconds(300)
    /// A civil clock that says this much less than it has said before was set back.
    package static let clockTolerance: Int64 = 60
    /// The mark is moved on when it has fallen this far behind, in seconds.
    package static let clockMarkStep: Int64 = 3_600
    static let ownKeyComplaint = "this is the lock's own public key, and no phone's"
    /// 2024-01-01 to 2100-01-01: what a clock can be set to.
    package static let clockBounds: ClosedRange<Int64> = 1_704_067_200...4_102_444_800

    struct Commit: Hashable, Sendable {
        var id: CommitID
        var set: AccessSet
        /// Who is answered when the store has. nil: nobody, or they have been told that it takes too long.
        var requester: RequestID?
        /// What follows once it is durable.
        var then: [AccessEffect]
        /// The key that has paid for an unlocking with it.
        var payer: KeyID?
        /// What it settles besides; owed again if the store does not take it.
        var owed: Owed
        var deadline: Instant
    }

    enum Waiting: Hashable, Sendable {
        /// What it says of the time was so at `asked`.
        case request(AccessRequest, from: Actor, id: RequestID, asked: Instant)
        case claim(PairingClaim, id: RequestID, asked: Instant)

        var id: RequestID {
            switch self {
            case .request(_, _, let id, _), .claim(_, let id, _): id
            }
        }

        var asked: Instant {
            switch self {
            case .request(_, _, _, let asked), .claim(_, _, let asked): asked
            }
        }

        func isOfSameAsker(as other: Waiting) -> Bool {
            switch (self, other) {
            case (.request(_, let actor, _, _), .request(_, let asker, _, _)): actor == asker
            case (.claim(let claim, _, _), .claim(let earlier, _, _)): claim.secret == earlier.secret
            case (.request, .claim), (.claim, .request): false
            }
        }
    }

    struct SecretClosure: Hashable, Sendable {
        var id: PairingSecretID
        var until: Instant
    }

    enum ResetStage: Hashable, Sendable {
        case none
        /// The button is held.
        case held(deadline: Instant)
        /// The alarm sounds.
        case announced(deadline: Instant)
        /// An owner has asked, and must press the button.
        case asked(RequestID, by: Actor, deadline: Instant)
        /// It is under way, and ends this machine. Whoever asked has not been told yet, or has been told that it takes too long.
        case wiping(RequestID?, deadline: Instant)
    }

    package init() {}

    /// What the store has been given and has not answered.
    package var pendingCommit: CommitID? { commit?.id }

    // MARK: The entry point

    package mutating func handle(_ input: AccessInput, at now: Instant) -> [AccessEffect] {
        var effects: [AccessEffect] = []
        switch input {
        case .boot(let facts): boot(facts, at: now)
        case .identity(let publicKey): lockKey = publicKey
        case .request(let request, let actor, let id):
            settleOwed(at: now, &effects)
            take(.request(request, from: actor, id: id, asked: now), at: now, &effects)
            markClock(at: now, &effects)
        case .pair(let claim, let id):
            settleOwed(at: now, &effects)
            take(.claim(claim, id: id, asked: now), at: now, &effects)
        case .wrongSecret(let id): wrongSecret(id, at: now, &effects)
        case .committed(let id, let stored): committed(id, stored: stored, at: now, &effects)
        case .useNotSpent(let key): useNotSpent(key, at: now, &effects)
        case .insideButton(let isPressed): insideButtonChanged(isPressed: isPressed, at: now, &effects)
        case .civilTime(let reading): clock = reading
        case .timer(let id, let deadline): timerFired(id, deadline: deadline, at: now, &effects)
        }
        return effects
    }

    private mutating func boot(_ facts: AccessFacts, at now: Instant) {
        guard standing == .booting else { return }
        switch facts {
        case .unowned(let stored), .owned(let stored):
            set = stored
            standing = .ready
        case .unreadable: standing = .unreadable
        }
        // How long it has been since, nobody knows.
        if set.wrongSetupCodes > 0 { close(.setup, wrong: set.wrongSetupCodes, at: now) }
        for invitation in set.invitations where invitation.wrongSecrets > 0 {
            close(invitation.id, wrong: UInt32(invitation.wrongSecrets), at: now)
        }
    }

    private mutating func timerFired(
        _ id: AccessTimerID, deadline: Instant, at now: Instant, _ effects: inout [AccessEffect]
    ) {
        // A timer that was replaced or cancelled while it was firing still arrives: its deadline is then nobody's.
        switch id {
        case .pairingWindow:
            guard pairingOpenUntil == deadline else { return }
            closePairing(&effects)
        case .commitWait:
            guard commit?.deadline == deadline else { return }
            giveUpWaiting(&effects)
        case .resetHold, .resetConfirmation: resetTimerFired(deadline: deadline, at: now, &effects)
        }
    }

    // MARK: The clock

    /// Seconds since 1970, if somebody vouches for them and they have not been set back; nil: no schedule can be judged.
    package func trustedSeconds(at now: Instant) -> Int64? {
        guard let reading = clock?.reading, reading.isTrusted else { return nil }
        let seconds = reading.unixSeconds(at: now)
        return seconds >= set.clockMark - Self.clockTolerance ? seconds : nil
    }

    /// Keeps the mark near the time, as long as phones come; a lock that nobody uses writes nothing.
    private mutating func markClock(at now: Instant, _ effects: inout [AccessEffect]) {
        guard standing == .ready, commit == nil, let seconds = trustedSeconds(at: now) else { return }
        guard seconds >= set.clockMark + Self.clockMarkStep else { return }
        var new = set
        new.clockMark = seconds
        begin(new, at: now, &effects)
    }
}
