import LockCore
import Testing

/// The machine of keys with a store that answers when the test says so.
struct AccessHarness {
    private(set) var access = Access()
    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    /// What the store has, as the next start would read it.
    private(set) var stored = AccessSet()
    /// The commit that the store has not answered.
    private(set) var pending: (id: CommitID, set: AccessSet, keepsOlder: Bool, entries: [AccessEntry])?
    private(set) var log: [AccessEntry] = []
    private(set) var timers: [AccessTimerID: Instant] = [:]
    private(set) var answers: [RequestID: AccessAnswer] = [:]
    private(set) var commands: [(command: Command, actor: Actor, id: RequestID, costsUse: Bool)] = []
    private(set) var permits: [RequestID] = []
    private(set) var endedSessions: [KeyID] = []
    private(set) var notices: [OwnerNotice] = []
    private(set) var isPairingOpen = false
    private(set) var isAlarmed = false
    private(set) var resets = 0
    private(set) var clockSetTo: Int64?
    /// When it was that time.
    private(set) var clockSetAt: Instant?
    /// Whom the reset is answered when it is done.
    private(set) var resetAsker: RequestID?
    /// Whether the store answers at once.
    var answersAtOnce = true
    private var nextRequest: UInt64 = 1

    /// Monday, 2026-11-23, 12:00 UTC.
    static let noon: Int64 = 1_795_435_200

    /// A lock that belongs to the key 1.
    static func owned() -> AccessHarness {
        var harness = AccessHarness(.unowned(AccessSet()))
        harness.tellTime()
        harness.press()
        harness.pair(0xA1, name: "Ada")
        // The first to come with a trusted clock has its mark written.
        harness.ask(.watch, from: 1)
        return harness
    }

    init(_ facts: AccessFacts) {
        switch facts {
        case .unowned(let set), .owned(let set): stored = set
        case .unreadable: break
        }
        handle(.boot(facts))
    }

    mutating func handle(_ input: AccessInput) {
        for effect in access.handle(input, at: now) { perform(effect) }
        while answersAtOnce, let id = pending?.id { answer(id, stored: true) }
    }

    private mutating func perform(_ effect: AccessEffect) {
        switch effect {
        case .commit(let id, let set, let keepsOlder, let entries):
            #expect(pending == nil, "one at a time")
            pending = (id, set, keepsOlder, entries)
        case .record(let entry): log.append(entry)
        case .command(let command, let actor, let id, let costsUse): commands.append((command, actor, id, costsUse))
        case .permit(let id): permits.append(id)
        case .answer(let id, let answer):
            #expect(answers[id] == nil, "one answer to each")
            answers[id] = answer
        case .endSessions(let key, let id):
            endedSessions.append(key)
            if let id {
                #expect(answers[id] == nil)
                answers[id] = .done
            }
        case .tellOwners(let news): notices += news
        case .startTimer(let id, let deadline): timers[id] = deadline
        case .cancelTimer(let id): timers[id] = nil
        case .pairing(let isOpen): isPairingOpen = isOpen
        case .resetAlarm(let isActive): isAlarmed = isActive
        case .setClock(let seconds, let at):
            clockSetTo = seconds
            clockSetAt = at
        case .reset(let id):
            resets += 1
            resetAsker = id
        }
    }

    mutating func answer(_ id: CommitID, stored isStored: Bool) {
        guard let commit = pending, commit.id == id else { return }
        pending = nil
        if isStored {
            stored = commit.set
            log += commit.entries
        }
        let wasAnswering = answersAtOnce
        answersAtOnce = false
        handle(.committed(id, stored: isStored))
        answersAtOnce = wasAnswering
    }

    /// The store answers what it was asked last.
    mutating func answer(stored: Bool = true) throws {
        let id = try #require(pending?.id)
        answer(id, stored: stored)
    }

    mutating func advance(_ duration: Duration, firesTimers: Bool = true) {
        let end = now + duration
        while firesTimers, let (id, deadline) = timers.filter({ $0.value <= end }).min(by: { $0.value < $1.value }) {
            now = max(now, deadline)
            timers[id] = nil
            handle(.timer(id, deadline: deadline))
        }
        now = end
    }

    // MARK: What people do

    mutating func tellTime(_ unixSeconds: Int64 = noon, isTrusted: Bool = true, offset: Int32 = 0) {
        let reading = CivilReading(at: now, unixSeconds: unixSeconds, isTrusted: isTrusted)
        handle(.civilTime(AccessClock(reading: reading, utcOffsetSeconds: offset)))
    }

    mutating func press() {
        handle(.insideButton(isPressed: true))
        handle(.insideButton(isPressed: false))
    }

    static func publicKey(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

    @discardableResult
    mutating func pair(_ byte: UInt8, with secret: PairingSecretID = .setup, name: String = "phone") -> Asked {
        let id = fresh()
        handle(.pair(PairingClaim(secret: secret, publicKey: Self.publicKey(byte), name: name), id: id))
        return asked(id)
    }

    @discardableResult
    mutating func ask(_ request: AccessRequest, from key: UInt32) -> Asked { ask(request, from: .key(KeyID(key))) }

    @discardableResult
    mutating func ask(_ request: AccessRequest, from actor: Actor) -> Asked {
        let id = fresh()
        handle(.request(request, from: actor, id: id))
        return asked(id)
    }

    private mutating func fresh() -> RequestID {
        nextRequest += 1
        return RequestID(nextRequest)
    }

    /// Adds a key by the owner's hand; its number.
    mutating func add(_ byte: UInt8, _ terms: KeyTerms) throws -> UInt32 {
        let answer = ask(.addKey(publicKey: Self.publicKey(byte), terms), from: 1).answer
        guard case .key(let key) = answer else { throw HarnessFailure(answer) }
        return key.id.rawValue
    }

    /// Invites by the owner's hand; the invitation's name.
    mutating func invite(_ terms: KeyTerms, seconds: Int64 = 3_600, name: UInt64 = 77, from key: UInt32 = 1) throws
        -> Invitation
    {
        let secret = [UInt8](repeating: UInt8(name & 0xff), count: 16)
        let answer = ask(.invite(terms, lifetimeSeconds: seconds, id: PairingSecretID(name), secret: secret), from: key)
            .answer
        guard case .invitation(let invitation) = answer else { throw HarnessFailure(answer) }
        return invitation
    }

    /// A request, and what had become of it when whoever asked could look.
    struct Asked {
        let id: RequestID
        let answer: AccessAnswer?
        let isCommanded: Bool

        var refusal: FaultCode? { AccessHarness.refusal(answer) }
    }

    private func asked(_ id: RequestID) -> Asked {
        Asked(id: id, answer: answers[id], isCommanded: commands.contains { $0.id == id })
    }

    private static func refusal(_ answer: AccessAnswer?) -> FaultCode? {
        guard case .refused(let code, _, _) = answer else { return nil }
        return code
    }

    /// What it has been answered by now.
    subscript(_ asked: Asked) -> AccessAnswer? { answers[asked.id] }
    func refusal(_ asked: Asked) -> FaultCode? { Self.refusal(answers[asked.id]) }
    func wasCommanded(_ asked: Asked) -> Bool { commands.contains { $0.id == asked.id } }

    struct HarnessFailure: Error {
        let answer: AccessAnswer?
        init(_ answer: AccessAnswer?) { self.answer = answer }
    }
}

extension KeyTerms {
    static func guest(_ schedule: Schedule = .always, uses: UInt32? = nil) -> KeyTerms {
        KeyTerms(role: .guest, name: "guest", schedule: schedule, usesLeft: uses)
    }
    static let admin = KeyTerms(role: .admin, name: "admin")
    static let owner = KeyTerms(role: .owner, name: "owner")
}
