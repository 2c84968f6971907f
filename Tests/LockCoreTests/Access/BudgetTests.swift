import LockCore
import Testing

/// Nobody pushes everything else out of the owners' log, or everybody else out of the queue.
@Suite struct BudgetTests {
    @Test func `an administrator's changes are bounded, by all the keys that they make of theirs together`() throws {
        var lock = AccessHarness.owned()
        let admin = try lock.add(0xB2, .admin)
        var actors = [admin]
        var done = 0
        for round in 0..<400 {
            let actor = actors[round % actors.count]
            let terms = KeyTerms(role: .admin, name: "admin \(round)")
            if round % 10 == 0 {
                let publicKey = [UInt8](repeating: UInt8(round / 10), count: 31) + [7]
                if case .key(let key) = lock.ask(.addKey(publicKey: publicKey, terms), from: actor).answer {
                    actors.append(key.id.rawValue)
                    done += 1
                }
            } else if case .key = lock.ask(.changeKey(KeyID(admin), terms), from: actor).answer {
                done += 1
            }
        }
        #expect(done == 64)
        #expect(lock.ask(.changeKey(KeyID(admin), .guest()), from: admin).refusal == .busy)
        #expect(lock.ask(.setClock(AccessHarness.noon), from: admin).refusal == .busy)
        #expect(lock.ask(.revokeKey(KeyID(actors[1])), from: admin).answer == .done, "taking away is never refused")
        #expect(try lock.add(0xC3, .guest()) > 0, "owners have a budget of their own")
        lock.advance(.seconds(60))
        #expect(lock.ask(.setClock(AccessHarness.noon), from: admin).answer == .done)
    }

    @Test func `what changes nothing costs nothing`() throws {
        var lock = AccessHarness.owned()
        let admin = try lock.add(0xB2, .admin)
        for _ in 0..<200 {
            guard case .key = lock.ask(.changeKey(KeyID(admin), .admin), from: admin).answer else {
                Issue.record("it is so already")
                return
            }
        }
    }

    @Test func `one key's refusals do not keep another's out of the log`() throws {
        var lock = AccessHarness.owned()
        let over = Schedule(notAfter: AccessHarness.noon - 1)
        let noisy = try lock.add(0xB2, .guest(over))
        let quiet = try lock.add(0xC3, .guest(over))
        for _ in 0..<100 { lock.ask(.command(.unlock), from: noisy) }
        let before = lock.log.count
        #expect(before < 50)
        lock.ask(.command(.unlock), from: quiet)
        #expect(lock.log.count == before + 1)
        #expect(lock.log.last?.origin == .key(quiet))
    }

    @Test func `one key does not fill the queue for the others`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 9))
        lock.answersAtOnce = false
        let mine = (0..<20).map { lock.ask(.setClock(AccessHarness.noon + $0), from: 1) }
        let unlock = lock.ask(.command(.unlock), from: guest)
        #expect(lock[unlock] == nil)
        #expect(mine.count { lock.refusal($0) == .busy } == 20 - 1 - 4)
        while lock.pending != nil { try lock.answer() }
        #expect(lock.wasCommanded(unlock))
    }

    @Test func `whoever asks for nothing again and again does not wear the store out`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 3))
        var commanded = 0
        for _ in 0..<200 where lock.ask(.command(.unlock), from: guest).isCommanded {
            commanded += 1
            // The bolt was where it should be.
            lock.handle(.useNotSpent(KeyID(guest)))
        }
        #expect(commanded == 64)
        #expect(lock.stored[KeyID(guest)]?.terms.usesLeft == 3)
        #expect(lock.ask(.command(.unlock), from: guest).refusal == .busy)
        #expect(lock.ask(.command(.lock), from: guest).isCommanded)
    }
}
