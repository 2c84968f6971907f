import LockCore
import Testing

/// Whose clock counts, and who sets it.
@Suite struct AccessClockTests {
    @Test func `with a clock that nobody vouches for, a scheduled guest is refused and the others are not`() throws {
        var lock = AccessHarness.owned()
        let scheduled = try lock.add(0xB2, .guest(Schedule(notAfter: AccessHarness.noon + 1_000)))
        let free = try lock.add(0xC3, .guest())
        for isAbsent in [true, false] {
            if isAbsent { lock.handle(.civilTime(nil)) } else { lock.tellTime(isTrusted: false) }
            #expect(lock.ask(.command(.unlock), from: scheduled).refusal == .clockUntrusted)
            #expect(lock.ask(.command(.unlock), from: free).isCommanded)
            #expect(lock.ask(.command(.unlock), from: 1).isCommanded)
        }
    }

    @Test func `a clock that was set back is not trusted, after a restart either, until somebody sets it who may`()
        throws
    {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(Schedule(notAfter: AccessHarness.noon + 86_400)))
        let admin = try lock.add(0xC3, .admin)
        lock.tellTime(AccessHarness.noon + 2 * 86_400)
        #expect(lock.ask(.command(.unlock), from: guest).refusal == .expired)
        lock.tellTime(AccessHarness.noon)
        #expect(lock.ask(.command(.unlock), from: guest).refusal == .clockUntrusted)
        lock = AccessHarness(.owned(lock.stored))
        lock.tellTime(AccessHarness.noon)
        #expect(lock.ask(.command(.unlock), from: guest).refusal == .clockUntrusted)
        #expect(lock.ask(.setClock(AccessHarness.noon), from: admin).answer == .done)
        #expect(lock.clockSetTo == AccessHarness.noon)
        #expect(lock.ask(.command(.unlock), from: guest).isCommanded)
        #expect(lock.log.last?.action == .clockSet)
    }

    @Test func `a clock is not set to what no clock can say`() {
        var lock = AccessHarness.owned()
        for seconds in [0, 1_704_067_199, 4_102_444_801, .max, .min] as [Int64] {
            #expect(lock.ask(.setClock(seconds), from: 1).refusal == .invalidRequest)
        }
        #expect(lock.clockSetTo == nil)
    }

    @Test func `the mark of the clock is written when somebody comes, an hour apart at least`() {
        var lock = AccessHarness.owned()
        let first = lock.stored.clockMark
        lock.advance(.seconds(3_599))
        lock.ask(.watch, from: 1)
        #expect(lock.stored.clockMark == first || first == 0)
        lock.advance(.seconds(3_601))
        #expect(lock.pending == nil)
        lock.ask(.watch, from: 1)
        #expect(lock.stored.clockMark == AccessHarness.noon + 7_200)
    }

    @Test func `the clock is set to what was said when it was said, however long that waited`() throws {
        var lock = AccessHarness.owned()
        lock.answersAtOnce = false
        lock.ask(.confirmNotices(through: 1), from: 1)
        lock.ask(.setClock(AccessHarness.noon), from: 1)
        lock.ask(.setClock(AccessHarness.noon + 5), from: 1)
        let asked = lock.now
        lock.advance(.milliseconds(1_500))
        while lock.pending != nil { try lock.answer() }
        #expect(lock.clockSetTo == AccessHarness.noon + 5 && lock.clockSetAt == asked)
    }

    @Test func `a clock that whoever set it was told has failed is not set later`() throws {
        var lock = AccessHarness.owned()
        lock.answersAtOnce = false
        let id = lock.ask(.setClock(AccessHarness.noon), from: 1)
        lock.advance(Access.commitWait)
        #expect(lock[id] == .failed(.storeUnavailable))
        try lock.answer()
        #expect(lock.clockSetTo == nil)
    }
}
