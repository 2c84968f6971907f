import LockCore
import Testing

@Suite struct AccessTests {
    // MARK: Pairing

    @Test func `the first phone pairs with the setup code after a press of the button, and owns the lock`() {
        let lock = AccessHarness.owned()
        #expect(lock.access.set.keys.map(\.terms.role) == [.owner])
        #expect(lock.stored == lock.access.set)
        #expect(!lock.isPairingOpen)
        #expect(lock.log.map(\.action) == [.pairingOpened, .keyAdded])
        #expect(lock.log.last?.origin == .key(1) && lock.log.last?.subject == KeyID(1))
    }

    @Test func `without the button pairing is closed, and a minute after it again`() {
        var lock = AccessHarness(.unowned(AccessSet()))
        #expect(lock.access.pairingSecret(.setup, at: lock.now) == .closed)
        #expect(lock.pair(1).refusal == .pairingClosed)
        lock.press()
        #expect(lock.access.pairingSecret(.setup, at: lock.now) == .setupCode)
        lock.advance(.seconds(59))
        #expect(lock.isPairingOpen)
        lock.advance(.seconds(1))
        #expect(!lock.isPairingOpen)
        #expect(lock.access.pairingSecret(.setup, at: lock.now) == .closed)
        #expect(lock.pair(1).refusal == .pairingClosed)
        #expect(lock.stored.keys.isEmpty)
    }

    @Test func `held, the button keeps pairing open for a minute from its release`() {
        var lock = AccessHarness(.unowned(AccessSet()))
        lock.handle(.insideButton(isPressed: true))
        lock.advance(.seconds(15))
        lock.handle(.insideButton(isPressed: false))
        lock.advance(.seconds(50))
        #expect(lock.isPairingOpen)
        lock.pair(1)
        #expect(lock.access.set.isOwned)
    }

    @Test
    func `once owned the setup code is of no use to anybody but the phone that used it, and to that not for ever`() {
        var lock = AccessHarness.owned()
        lock.press()
        #expect(!lock.isPairingOpen)
        #expect(lock.pair(0xB2).refusal == .pairingClosed)
        let repeated = lock.pair(0xA1)
        guard case .key(let key) = lock[repeated] else {
            Issue.record("the same phone is answered the same")
            return
        }
        #expect(key.id == KeyID(1))
        lock.advance(Access.setupRepeat)
        #expect(lock.access.pairingSecret(.setup, at: lock.now) == .closed)
        #expect(lock.pair(0xA1).refusal == .pairingClosed)
    }

    @Test func `a wrong setup code closes pairing for twice as long each time, across a restart too`() {
        var lock = AccessHarness(.unowned(AccessSet()))
        for (count, seconds) in [(1, 30), (2, 60), (3, 120), (4, 240)] as [(UInt32, Int64)] {
            lock.press()
            #expect(lock.isPairingOpen)
            lock.handle(.wrongSecret(.setup))
            #expect(!lock.isPairingOpen)
            #expect(lock.stored.wrongSetupCodes == count)
            #expect(lock.access.pairingSecret(.setup, at: lock.now) == .later(.seconds(seconds)))
            lock.press()
            #expect(!lock.isPairingOpen, "the button does not help")
            if count == 3 {
                lock = AccessHarness(.unowned(lock.stored))
                #expect(lock.access.pairingSecret(.setup, at: lock.now) == .later(.seconds(120)), "from the start anew")
            }
            lock.advance(.seconds(seconds))
        }
        lock.press()
        lock.pair(1)
        #expect(lock.access.set.isOwned)
        #expect(lock.stored.wrongSetupCodes == 0, "the right one ends it")
    }

    @Test func `the longest closure is six hours`() {
        var set = AccessSet()
        set.wrongSetupCodes = .max
        let lock = AccessHarness(.unowned(set))
        #expect(lock.access.pairingSecret(.setup, at: lock.now) == .later(.seconds(21_600)))
    }

    @Test func `the phone is answered when its key is in the store, and not before`() throws {
        var lock = AccessHarness(.unowned(AccessSet()))
        lock.press()
        lock.answersAtOnce = false
        let id = lock.pair(1)
        #expect(lock[id] == nil && lock.access.set.keys.isEmpty)
        try lock.answer(stored: false)
        #expect(lock[id] == .failed(.storeUnavailable))
        #expect(!lock.access.set.isOwned)
        lock.press()
        let again = lock.pair(1)
        try lock.answer()
        guard case .key = lock[again] else {
            Issue.record("it has its key now")
            return
        }
    }

    @Test func `keys that cannot be read let nobody in and nobody pair`() {
        var lock = AccessHarness(.unreadable)
        lock.press()
        #expect(!lock.isPairingOpen)
        #expect(lock.access.pairingSecret(.setup, at: lock.now) == .closed)
        #expect(lock.pair(1).refusal == .storeUnavailable)
        #expect(lock.ask(.command(.unlock), from: 1).refusal == .storeUnavailable)
        #expect(lock.ask(.listKeys, from: .local(user: 0)).refusal == .storeUnavailable)
        #expect(lock.commands.isEmpty && lock.pending == nil)
    }

    // MARK: Who may do what

    @Test func `an owner and a guest unlock; a key that is not there does not`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest())
        #expect(lock.ask(.command(.unlock), from: 1).isCommanded)
        #expect(lock.ask(.command(.unlock), from: guest).isCommanded)
        #expect(lock.ask(.command(.unlock), from: 99).refusal == .revoked)
    }

    @Test(
        arguments: [
            .command(.calibrate), .command(.acknowledgeAlarms), .command(.configure(Settings())), .inspect, .configure,
            .listKeys,
            .addKey(publicKey: AccessHarness.publicKey(7), .guest()), .changeKey(KeyID(1), .guest()),
            .revokeKey(KeyID(1)),
            .listInvitations, .withdrawInvitation(PairingSecretID(1)), .setClock(AccessHarness.noon), .factoryReset,
            .confirmNotices(through: 1),
            .invite(.guest(), lifetimeSeconds: 60, id: PairingSecretID(9), secret: [UInt8](repeating: 1, count: 16)),
        ] as [AccessRequest])
    func `a guest may not`(_ request: AccessRequest) throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest())
        let before = lock.stored
        #expect(lock.ask(request, from: guest).refusal == .notAllowed)
        #expect(lock.stored == before && lock.commands.isEmpty && lock.permits.count == 1 && lock.clockSetTo == nil)
    }

    @Test func `an administrator neither makes nor changes nor removes an owner, by key or by invitation`() throws {
        var lock = AccessHarness.owned()
        let admin = try lock.add(0xB2, .admin)
        let before = lock.stored
        let secret = [UInt8](repeating: 1, count: 16)
        let requests: [AccessRequest] = [
            .addKey(publicKey: AccessHarness.publicKey(7), .owner), .changeKey(KeyID(1), .guest()),
            .changeKey(KeyID(admin), .owner), .revokeKey(KeyID(1)),
            .invite(.owner, lifetimeSeconds: 60, id: PairingSecretID(9), secret: secret), .factoryReset,
        ]
        for request in requests {
            #expect(lock.ask(request, from: admin).refusal == .notAllowed)
            #expect(lock.ask(request, from: .local(user: 0)).refusal == .notAllowed)
        }
        #expect(lock.stored == before && lock.resets == 0)
    }

    @Test func `the last owner stays, and the last but one may go`() throws {
        var lock = AccessHarness.owned()
        #expect(lock.ask(.revokeKey(KeyID(1)), from: 1).refusal == .lastOwner)
        #expect(lock.ask(.changeKey(KeyID(1), .admin), from: 1).refusal == .lastOwner)
        let second = try lock.add(0xB2, .owner)
        #expect(lock.ask(.revokeKey(KeyID(1)), from: second).answer == .done)
        #expect(lock.access.set.keys.map(\.id) == [KeyID(second)])
        #expect(lock.ask(.revokeKey(KeyID(second)), from: second).refusal == .lastOwner)
    }

    @Test func `a guest may give up their own key and nobody else's`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest())
        let other = try lock.add(0xC3, .guest())
        #expect(lock.ask(.revokeKey(KeyID(other)), from: guest).refusal == .notAllowed)
        #expect(lock.ask(.revokeKey(KeyID(guest)), from: guest).answer == .done)
        #expect(lock.endedSessions == [KeyID(guest)])
    }

    @Test func `a number is never given twice`() throws {
        var lock = AccessHarness.owned()
        let first = try lock.add(0xB2, .guest())
        lock.ask(.revokeKey(KeyID(first)), from: 1)
        #expect(try lock.add(0xB2, .guest()) > first)
    }

    @Test func `the set holds so many keys and no more`() throws {
        var lock = AccessHarness.owned()
        for byte in 2...UInt8(AccessSet.keyLimit) { _ = try lock.add(byte, .guest()) }
        let id = lock.ask(.addKey(publicKey: AccessHarness.publicKey(200), .guest()), from: 1)
        #expect(lock.refusal(id) == .full)
    }

    @Test(
        arguments: [
            KeyTerms(role: .guest, name: ""), KeyTerms(role: .guest, name: String(repeating: "x", count: 65)),
            KeyTerms(role: .guest, name: "a\nb"), KeyTerms(role: .guest, name: "x", usesLeft: 0),
            KeyTerms(role: .guest, name: "x", usesLeft: 10_001), KeyTerms(role: .admin, name: "x", usesLeft: 1),
            KeyTerms(role: .owner, name: "x", schedule: Schedule(notAfter: 9)),
        ])
    func `terms that make no sense are refused in words, and change nothing`(_ terms: KeyTerms) {
        var lock = AccessHarness.owned()
        let before = lock.stored
        let id = lock.ask(.addKey(publicKey: AccessHarness.publicKey(7), terms), from: 1)
        guard case .refused(.invalidRequest, _, .some) = lock[id] else {
            Issue.record("refused in words, not \(String(describing: lock[id]))")
            return
        }
        #expect(lock.stored == before)
    }

    // MARK: When

    @Test func `a guest with a schedule comes in at its hours, and not at others`() throws {
        var lock = AccessHarness.owned()
        let schedule = Schedule(windows: [WeeklyWindow(weekdays: 1, start: 12 * 60, end: 13 * 60)])
        let guest = try lock.add(0xB2, .guest(schedule))
        #expect(lock.ask(.command(.unlock), from: guest).isCommanded)
        lock.advance(.seconds(3_600))
        #expect(lock.ask(.command(.unlock), from: guest).refusal == .outOfSchedule)
        #expect(lock.ask(.watch, from: guest).refusal == .outOfSchedule)
        lock.tellTime(AccessHarness.noon + 3_600, offset: -3_600)
        #expect(lock.ask(.command(.unlock), from: guest).isCommanded, "the wall clock went back an hour")
        #expect(lock.log.last?.refusal == .outOfSchedule)
    }

    // MARK: Uses

    @Test func `a use is paid before the bolt moves, and what is used up locks but does not unlock`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 1))
        lock.answersAtOnce = false
        let id = lock.ask(.command(.unlock), from: guest)
        #expect(!lock.wasCommanded(id))
        #expect(lock.pending?.set[KeyID(guest)]?.terms.usesLeft == 0)
        #expect(lock.pending?.keepsOlder == false, "the older copy has one use more")
        try lock.answer()
        #expect(lock.wasCommanded(id))
        lock.answersAtOnce = true
        #expect(lock.ask(.command(.unlock), from: guest).refusal == .usedUp)
        #expect(lock.ask(.watch, from: guest).refusal == .usedUp)
        #expect(lock.ask(.command(.lock), from: guest).isCommanded)
    }

    @Test func `what did not move the bolt costs nothing`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 1))
        lock.ask(.command(.unlock), from: guest)
        lock.handle(.useNotSpent(KeyID(guest)))
        #expect(lock.stored[KeyID(guest)]?.terms.usesLeft == 1)
        #expect(lock.ask(.command(.unlock), from: guest).isCommanded)
    }

    @Test func `a store that does not answer does not move the bolt later`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 3))
        lock.answersAtOnce = false
        let id = lock.ask(.command(.unlock), from: guest)
        lock.advance(Access.commitWait)
        #expect(lock[id] == .failed(.storeUnavailable))
        try lock.answer()
        #expect(!lock.wasCommanded(id))
        try lock.answer()
        #expect(lock.stored[KeyID(guest)]?.terms.usesLeft == 3, "it is given back")
    }

    // MARK: Taking away

    @Test func `an unlock behind a revocation waits for it, and is refused`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest())
        lock.answersAtOnce = false
        let revocation = lock.ask(.revokeKey(KeyID(guest)), from: 1)
        let unlock = lock.ask(.command(.unlock), from: guest)
        #expect(lock[unlock] == nil && !lock.wasCommanded(unlock))
        #expect(lock.ask(.command(.unlock), from: 1).isCommanded, "nobody else waits")
        #expect(lock.pending?.keepsOlder == false, "no copy has the key any more")
        try lock.answer()
        #expect(lock[revocation] == .done)
        #expect(lock.endedSessions == [KeyID(guest)])
        #expect(lock.refusal(unlock) == .revoked)
        #expect(!lock.wasCommanded(unlock))
    }

    @Test func `an unlock waits for a revocation that waits itself`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest())
        lock.answersAtOnce = false
        lock.ask(.setClock(AccessHarness.noon), from: 1)
        lock.ask(.revokeKey(KeyID(guest)), from: 1)
        let unlock = lock.ask(.command(.unlock), from: guest)
        #expect(!lock.wasCommanded(unlock))
        try lock.answer()
        try lock.answer()
        #expect(lock.refusal(unlock) == .revoked)
        #expect(!lock.wasCommanded(unlock))
    }

    @Test func `a revocation that the store does not take changes nothing`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest())
        lock.answersAtOnce = false
        let revocation = lock.ask(.revokeKey(KeyID(guest)), from: 1)
        let unlock = lock.ask(.command(.unlock), from: guest)
        try lock.answer(stored: false)
        #expect(lock[revocation] == .failed(.storeUnavailable))
        #expect(lock.endedSessions.isEmpty)
        #expect(lock.wasCommanded(unlock))
    }

    @Test func `a revocation that takes too long is answered, and holds when it comes`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest())
        lock.answersAtOnce = false
        let revocation = lock.ask(.revokeKey(KeyID(guest)), from: 1)
        let unlock = lock.ask(.command(.unlock), from: guest)
        lock.advance(Access.commitWait)
        #expect(lock[revocation] == .failed(.storeUnavailable))
        #expect(lock.refusal(unlock) == .storeUnavailable)
        // Nobody knows when the store will answer: it is not waited for a second time.
        let later = lock.ask(.command(.unlock), from: guest)
        #expect(lock.refusal(later) == .storeUnavailable)
        try lock.answer()
        #expect(lock.endedSessions == [KeyID(guest)])
        #expect(!lock.wasCommanded(later))
    }

    @Test
    func `whoever asks while a store stands still is told so at once, and the bolt does not move when it goes on`()
        throws
    {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 3))
        lock.answersAtOnce = false
        lock.ask(.setClock(AccessHarness.noon), from: 1)
        lock.advance(Access.commitWait)
        let unlock = lock.ask(.command(.unlock), from: guest)
        let change = lock.ask(.setClock(AccessHarness.noon + 1), from: 1)
        #expect(lock.refusal(unlock) == .storeUnavailable && lock.refusal(change) == .storeUnavailable)
        lock.advance(.seconds(600))
        try lock.answer()
        #expect(lock.commands.isEmpty && lock.pending == nil)
    }

    @Test func `whoever has waited behind others for too long is told so, and nothing is done for them`() throws {
        var lock = AccessHarness.owned()
        let admin = try lock.add(0xB2, .admin)
        let guest = try lock.add(0xB3, .guest(uses: 3))
        lock.answersAtOnce = false
        lock.ask(.setClock(AccessHarness.noon), from: 1)
        let second = lock.ask(.setClock(AccessHarness.noon + 1), from: admin)
        let unlock = lock.ask(.command(.unlock), from: guest)
        lock.advance(Access.commitWait - .milliseconds(100))
        try lock.answer()
        lock.advance(.milliseconds(200))
        #expect(lock[unlock] == nil, "its turn may come yet")
        try lock.answer()
        #expect(lock[second] == .done && lock.refusal(unlock) == .storeUnavailable)
        #expect(lock.commands.isEmpty && lock.pending == nil)
    }

    @Test func `an answer of the store that comes when the time is over moves nothing, though the timer is late`()
        throws
    {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 3))
        lock.answersAtOnce = false
        let unlock = lock.ask(.command(.unlock), from: guest)
        lock.advance(Access.commitWait, firesTimers: false)
        try lock.answer()
        #expect(lock[unlock] == .failed(.storeUnavailable) && !lock.wasCommanded(unlock))
    }

    @Test func `requests of one phone do not overtake each other`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 2))
        lock.answersAtOnce = false
        lock.ask(.confirmNotices(through: 0), from: 1)
        lock.ask(.setClock(AccessHarness.noon), from: 1)
        let unlock = lock.ask(.command(.unlock), from: guest)
        let relock = lock.ask(.command(.lock), from: guest)
        #expect(!lock.wasCommanded(relock))
        try lock.answer()
        try lock.answer()
        #expect(lock.commands.map(\.id) == [unlock.id, relock.id])
    }

    @Test func `more requests than wait are refused at once`() throws {
        var lock = AccessHarness.owned()
        var actors: [UInt32] = [1]
        for byte in 0xC0...0xC4 as ClosedRange<UInt8> { actors.append(try lock.add(byte, .admin)) }
        lock.answersAtOnce = false
        let ids = (0..<24).map { lock.ask(.setClock(AccessHarness.noon + Int64($0)), from: actors[$0 % actors.count]) }
        #expect(ids.count { lock.refusal($0) == .busy } == 24 - 1 - Access.waitingLimit)
    }

    @Test func `a used-up key is not given any number of uses by a program that reads its terms and writes them`()
        throws
    {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 1))
        lock.ask(.command(.unlock), from: guest)
        let renamed = KeyTerms(role: .guest, name: "renamed")
        #expect(lock.ask(.changeKey(KeyID(guest), renamed), from: .local(user: 0)).refusal == .invalidRequest)
        #expect(lock.stored[KeyID(guest)]?.terms.usesLeft == 0)
        lock.ask(.changeKey(KeyID(guest), .guest(uses: 2)), from: .local(user: 0))
        #expect(lock.stored[KeyID(guest)]?.terms.usesLeft == 2)
        lock.ask(.changeKey(KeyID(guest), renamed), from: .local(user: 0))
        #expect(lock.stored[KeyID(guest)]?.terms == renamed, "of one that is not, it may be said")
    }

    @Test func `a used-up key is renamed without being given uses, and gets back what is owed to it`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 1))
        lock.ask(.command(.unlock), from: guest)
        let renamed = KeyTerms(role: .guest, name: "renamed", usesLeft: 0)
        for actor in [Actor.key(KeyID(1)), .local(user: 0)] {
            lock.ask(.changeKey(KeyID(guest), .guest(uses: 1)), from: 1)
            lock.ask(.command(.unlock), from: guest)
            #expect(lock.stored[KeyID(guest)]?.terms.usesLeft == 0)
            #expect(lock.ask(.changeKey(KeyID(guest), renamed), from: actor).refusal == nil)
            #expect(lock.stored[KeyID(guest)]?.terms == renamed)
        }
        // The unlocking came to nothing.
        lock.answersAtOnce = false
        lock.ask(.changeKey(KeyID(1), KeyTerms(role: .owner, name: "Ada the first")), from: 1)
        lock.handle(.useNotSpent(KeyID(guest)))
        let id = lock.ask(.changeKey(KeyID(guest), KeyTerms(role: .guest, name: "again", usesLeft: 0)), from: 1)
        while lock.pending != nil { try lock.answer() }
        #expect(lock.refusal(id) == .invalidRequest)
        #expect(lock.stored[KeyID(guest)]?.terms.usesLeft == 1)
    }

    @Test func `no uses at all are for a key that has none left, and for no other`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 1))
        let none = KeyTerms(role: .guest, name: "none", usesLeft: 0)
        #expect(lock.ask(.changeKey(KeyID(guest), none), from: 1).refusal == .invalidRequest)
        #expect(lock.stored[KeyID(guest)]?.terms.usesLeft == 1)
        #expect(lock.ask(.addKey(publicKey: AccessHarness.publicKey(7), none), from: 1).refusal == .invalidRequest)
        let admin = KeyTerms(role: .admin, name: "none", usesLeft: 0)
        lock.ask(.command(.unlock), from: guest)
        #expect(lock.ask(.changeKey(KeyID(guest), admin), from: 1).refusal == .invalidRequest)
    }

    @Test func `the lock's own public key is no phone's`() throws {
        var lock = AccessHarness.owned()
        let own = AccessHarness.publicKey(9)
        lock.handle(.identity(own))
        let before = lock.stored
        for actor in [Actor.key(KeyID(1)), .local(user: 0)] {
            #expect(lock.ask(.addKey(publicKey: own, .guest()), from: actor).refusal == .invalidRequest)
        }
        #expect(lock.stored == before)
        #expect(lock.ask(.addKey(publicKey: AccessHarness.publicKey(7), .guest()), from: 1).refusal == nil)
    }

    // MARK: Notices

    @Test func `owners hear of keys, and no more of them once they have confirmed`() throws {
        var lock = AccessHarness.owned()
        _ = try lock.add(0xB2, .guest())
        _ = try lock.add(0xC3, .owner)
        let first = try #require(lock.access.set[KeyID(1)])
        #expect(lock.access.set.notices(for: first).map(\.kind) == [.keyAdded, .keyAdded])
        let newest = try #require(lock.notices.last?.number)
        lock.ask(.confirmNotices(through: newest), from: 1)
        #expect(lock.access.set.notices(for: try #require(lock.access.set[KeyID(1)])).isEmpty)
        let second = try #require(lock.access.set[KeyID(3)])
        #expect(lock.access.set.notices(for: second).map(\.key) == [KeyID(3)], "not of what was before it")
        let guest = try #require(lock.access.set[KeyID(2)])
        #expect(lock.access.set.notices(for: guest).isEmpty)
    }
}
