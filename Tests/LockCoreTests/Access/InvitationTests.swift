import LockCore
import Testing

@Suite struct InvitationTests {
    @Test func `an invitation gives its key once, and to the same phone the same answer`() throws {
        var lock = AccessHarness.owned()
        let invitation = try lock.invite(.guest())
        #expect(lock.access.pairingSecret(invitation.id, at: lock.now) == .invitation(invitation.secret))
        let id = lock.pair(0xB2, with: invitation.id, name: "ignored")
        guard case .key(let key) = lock[id] else {
            Issue.record("it has its key")
            return
        }
        #expect(key.terms == .guest() && key.addedBy == KeyID(1))
        #expect(lock.pair(0xB2, with: invitation.id).answer == .key(key))
        #expect(lock.pair(0xC3, with: invitation.id).refusal == .noSuchInvitation)
        #expect(lock.access.set.keys.count == 2)
        #expect(lock.access.pairingSecret(invitation.id, at: lock.now) == .invitation(invitation.secret))
        lock.advance(Access.setupRepeat)
        #expect(
            lock.access.pairingSecret(invitation.id, at: lock.now) == .unknown,
            "who has lost the answer has asked again")
    }

    @Test func `it ends with its time, by a clock that can be believed`() throws {
        var lock = AccessHarness.owned()
        let invitation = try lock.invite(.guest(), seconds: 60)
        lock.handle(.civilTime(nil))
        #expect(lock.pair(0xB2, with: invitation.id).refusal == .clockUntrusted)
        #expect(lock.access.pairingSecret(invitation.id, at: lock.now) == .invitation(invitation.secret))
        lock.tellTime(AccessHarness.noon + 60)
        #expect(lock.pair(0xB2, with: invitation.id).refusal == .expired)
        #expect(lock.access.pairingSecret(invitation.id, at: lock.now) == .unknown, "its secret opens no channel")
        lock.tellTime(AccessHarness.noon + 59)
        guard case .key = lock.pair(0xB2, with: invitation.id).answer else {
            Issue.record("in time")
            return
        }
    }

    @Test func `without a trusted clock nobody invites`() {
        var lock = AccessHarness.owned()
        lock.handle(.civilTime(nil))
        let secret = [UInt8](repeating: 1, count: 16)
        let id = lock.ask(.invite(.guest(), lifetimeSeconds: 60, id: PairingSecretID(9), secret: secret), from: 1)
        #expect(lock.refusal(id) == .clockUntrusted)
    }

    @Test(arguments: [0, 59, 604_801, -1, .max, .min] as [Int64])
    func `it lives a minute to a week`(_ seconds: Int64) {
        var lock = AccessHarness.owned()
        let secret = [UInt8](repeating: 1, count: 16)
        let id = lock.ask(.invite(.guest(), lifetimeSeconds: seconds, id: PairingSecretID(9), secret: secret), from: 1)
        #expect(lock.refusal(id) == .invalidRequest)
    }

    @Test func `it dies with the key of whoever made it, and with their right to`() throws {
        var lock = AccessHarness.owned()
        let admin = try lock.add(0xB2, .admin)
        let first = try lock.invite(.guest(), name: 5, from: admin)
        lock.ask(.changeKey(KeyID(admin), .guest()), from: 1)
        #expect(lock.access.set[first.id] == nil)
        lock.ask(.changeKey(KeyID(admin), .admin), from: 1)
        let second = try lock.invite(.guest(), name: 6, from: admin)
        lock.ask(.revokeKey(KeyID(admin)), from: 1)
        #expect(lock.access.pairingSecret(second.id, at: lock.now) == .unknown)
        #expect(lock.pair(0xC3, with: second.id).refusal == .noSuchInvitation)
    }

    @Test func `a wrong secret closes it for a while, and the fifth for good`() throws {
        var lock = AccessHarness.owned()
        let invitation = try lock.invite(.guest(), seconds: 604_800)
        for seconds in [30, 60, 120, 240] as [Int64] {
            lock.handle(.wrongSecret(invitation.id))
            #expect(lock.access.pairingSecret(invitation.id, at: lock.now) == .later(.seconds(seconds)))
            lock.advance(.seconds(seconds))
            #expect(lock.access.pairingSecret(invitation.id, at: lock.now) == .invitation(invitation.secret))
        }
        lock.handle(.wrongSecret(invitation.id))
        #expect(lock.stored.invitations.isEmpty)
        #expect(lock.notices.last?.kind == .wrongSecret)
    }

    @Test func `a wrong secret for an invitation that nobody made writes nothing`() {
        var lock = AccessHarness.owned()
        let before = (lock.stored, lock.log.count)
        lock.handle(.wrongSecret(PairingSecretID(4_711)))
        #expect(lock.stored == before.0 && lock.log.count == before.1)
        #expect(lock.access.pairingSecret(PairingSecretID(4_711), at: lock.now) == .unknown)
    }

    @Test func `there are so many at once and no more, and those that are over make room`() throws {
        var lock = AccessHarness.owned()
        for name in 1...UInt64(AccessSet.invitationLimit) { _ = try lock.invite(.guest(), seconds: 60, name: name) }
        let secret = [UInt8](repeating: 1, count: 16)
        let request = AccessRequest.invite(.guest(), lifetimeSeconds: 60, id: PairingSecretID(99), secret: secret)
        #expect(lock.ask(request, from: 1).refusal == .full)
        lock.advance(.seconds(60))
        #expect(lock.ask(request, from: 1).refusal == nil)
        #expect(lock.access.set.invitations.count == 1)
    }

    @Test func `a phone that has a key keeps it as it is`() throws {
        var lock = AccessHarness.owned()
        _ = try lock.add(0xB2, .guest())
        let invitation = try lock.invite(.admin)
        #expect(lock.pair(0xB2, with: invitation.id).refusal == .invalidRequest)
        #expect(lock.access.set[KeyID(2)]?.terms == .guest())
    }
}
