import LockCore
import Testing

/// What must be written down and is nobody's request: neither a full queue nor a failing store loses it.
@Suite struct OwedTests {
    /// A guest with these uses who has paid for one unlocking.
    private func paid(uses: UInt32 = 3) throws -> (lock: AccessHarness, guest: UInt32) {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: uses))
        #expect(lock.ask(.command(.unlock), from: guest).isCommanded)
        return (lock, guest)
    }

    @Test func `a use is given back although as much waits for the store as may`() throws {
        var (lock, guest) = try paid()
        var others: [UInt32] = [1]
        for byte in 0xC0...0xC3 as ClosedRange<UInt8> { others.append(try lock.add(byte, .admin)) }
        lock.answersAtOnce = false
        for round in 0..<Int64(Access.waitingLimit) {
            for other in others { lock.ask(.setClock(AccessHarness.noon + round), from: other) }
        }
        lock.handle(.useNotSpent(KeyID(guest)))
        while lock.pending != nil { try lock.answer() }
        #expect(lock.stored[KeyID(guest)]?.terms.usesLeft == 3)
    }

    @Test func `a use that the store does not take back is given back when somebody comes again`() throws {
        var (lock, guest) = try paid(uses: 1)
        lock.answersAtOnce = false
        lock.handle(.useNotSpent(KeyID(guest)))
        try lock.answer(stored: false)
        #expect(lock.pending == nil, "it does not try for ever")
        let unlock = lock.ask(.command(.unlock), from: guest)
        #expect(lock[unlock] == nil, "it is not judged before the use is back")
        try lock.answer()
        try lock.answer()
        #expect(lock.wasCommanded(unlock))
        #expect(lock.stored[KeyID(guest)]?.terms.usesLeft == 0)
    }

    @Test func `uses that are given anew are as many as were said, whatever was owed`() throws {
        var (lock, guest) = try paid()
        lock.answersAtOnce = false
        lock.handle(.useNotSpent(KeyID(guest)))
        try lock.answer(stored: false)
        lock.answersAtOnce = true
        lock.ask(.changeKey(KeyID(guest), .guest(uses: 7)), from: 1)
        lock.handle(.useNotSpent(KeyID(99)))
        #expect(lock.stored[KeyID(guest)]?.terms.usesLeft == 7)
    }

    @Test func `wrong setup codes close pairing for longer each time although the store takes none of them`() throws {
        var lock = AccessHarness(.unowned(AccessSet()))
        lock.answersAtOnce = false
        for seconds in [30, 60, 120, 240] as [Int64] {
            lock.handle(.wrongSecret(.setup))
            #expect(lock.access.pairingSecret(.setup, at: lock.now) == .later(.seconds(seconds)))
            try lock.answer(stored: false)
            lock.advance(.seconds(seconds))
        }
        #expect(lock.stored.wrongSetupCodes == 0)
        lock.answersAtOnce = true
        lock.handle(.wrongSecret(.setup))
        #expect(lock.stored.wrongSetupCodes == 5, "all of them, once it works again")
        #expect(lock.log.count { $0.action == .wrongSecret } == 5)
    }

    @Test func `wrong secrets that come while the store is busy are all counted`() throws {
        var lock = AccessHarness.owned()
        let invitation = try lock.invite(.guest(), seconds: 604_800)
        lock.answersAtOnce = false
        lock.ask(.setClock(AccessHarness.noon), from: 1)
        for _ in 1...2 { lock.handle(.wrongSecret(invitation.id)) }
        #expect(lock.access.pairingSecret(invitation.id, at: lock.now) == .later(.seconds(60)))
        while lock.pending != nil { try lock.answer() }
        #expect(lock.stored[invitation.id]?.wrongSecrets == 2)
    }

    @Test func `the fifth wrong secret ends an invitation, also while the store fails`() throws {
        var lock = AccessHarness.owned()
        let invitation = try lock.invite(.guest(), seconds: 604_800)
        lock.answersAtOnce = false
        for _ in 1...5 {
            lock.handle(.wrongSecret(invitation.id))
            if lock.pending != nil { try lock.answer(stored: false) }
        }
        lock.advance(.seconds(100_000))
        #expect(lock.access.pairingSecret(invitation.id, at: lock.now) == .unknown)
    }

    @Test func `owners hear of a held button once the store takes it`() throws {
        var lock = AccessHarness.owned()
        lock.answersAtOnce = false
        lock.handle(.insideButton(isPressed: true))
        lock.advance(Access.resetHold)
        try lock.answer(stored: false)
        lock.answersAtOnce = true
        lock.ask(.watch, from: 1)
        #expect(lock.stored.notices.last?.kind == .resetRequested)
    }
}
