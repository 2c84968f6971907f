import LockCore
import Testing

/// What takes the place of a set that turns out damaged.
@Suite struct AccessCopyTests {
    @Test func `only a change that gives may be undone by a damaged copy`() throws {
        var lock = AccessHarness.owned()
        func keepsOlder(_ request: AccessRequest) throws -> Bool {
            lock.answersAtOnce = false
            lock.ask(request, from: 1)
            let keeps = try #require(lock.pending).keepsOlder
            try lock.answer()
            return keeps
        }
        let secret = [UInt8](repeating: 1, count: 16)
        #expect(try keepsOlder(.addKey(publicKey: AccessHarness.publicKey(7), .guest())))
        #expect(try keepsOlder(.invite(.guest(), lifetimeSeconds: 60, id: PairingSecretID(9), secret: secret)))
        #expect(try !keepsOlder(.withdrawInvitation(PairingSecretID(9))))
        #expect(try !keepsOlder(.changeKey(KeyID(2), .guest(uses: 5))))
        #expect(try !keepsOlder(.changeKey(KeyID(2), .guest())))
        #expect(try !keepsOlder(.revokeKey(KeyID(2))))
    }

    @Test func `no copy of a lock without an owner, or of fewer wrong secrets, stays behind`() throws {
        var lock = AccessHarness(.unowned(AccessSet()))
        lock.answersAtOnce = false
        lock.handle(.wrongSecret(.setup))
        #expect(lock.pending?.keepsOlder == false)
        try lock.answer()
        lock.advance(.seconds(30))
        lock.press()
        lock.pair(1)
        #expect(lock.pending?.set.isOwned == true && lock.pending?.keepsOlder == false)
    }

    @Test func `a copy that stays behind gives no number twice, and does not turn the clock's mark back`() throws {
        var lock = AccessHarness.owned()
        let older = lock.stored
        lock.advance(.seconds(7_200))
        let key = try lock.add(0xB2, .guest())
        let kept = older.kept(beside: lock.stored)
        #expect(kept.keys == older.keys && kept.notices == older.notices)
        #expect(kept.nextNotice == lock.stored.nextNotice)
        lock = AccessHarness(.owned(kept))
        #expect(try lock.add(0xC3, .guest()) > key)
        #expect(kept.clockMark == lock.stored.clockMark)
    }
}
