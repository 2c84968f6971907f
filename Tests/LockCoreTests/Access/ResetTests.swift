import LockCore
import Testing

@Suite struct ResetTests {
    @Test func `an owner's reset waits for the button`() {
        var lock = AccessHarness.owned()
        let id = lock.ask(.factoryReset, from: 1)
        #expect(lock.resets == 0 && lock[id] == nil)
        lock.press()
        #expect(lock.resets == 1)
        #expect(lock[id] == nil && lock.resetAsker == id.id, "it is answered when nothing is left")
    }

    @Test func `once it is confirmed nothing more is begun, and what waits is not`() throws {
        var lock = AccessHarness.owned()
        let guest = try lock.add(0xB2, .guest(uses: 2))
        lock.ask(.factoryReset, from: 1)
        lock.answersAtOnce = false
        lock.ask(.setClock(AccessHarness.noon), from: 1)
        let unlock = lock.ask(.command(.unlock), from: guest)
        lock.handle(.insideButton(isPressed: true))
        #expect(lock.refusal(unlock) == .busy)
        #expect(lock.ask(.command(.unlock), from: 1).refusal == .busy)
        #expect(lock.ask(.listKeys, from: 1).refusal == .busy)
    }

    @Test func `a reset that takes too long is answered, and goes on`() {
        var lock = AccessHarness.owned()
        let id = lock.ask(.factoryReset, from: 1)
        lock.press()
        lock.advance(Access.wipeWait)
        #expect(lock[id] == .failed(.storeUnavailable))
        #expect(lock.resets == 1)
    }

    @Test func `an owner's reset that nobody confirms is none`() {
        var lock = AccessHarness.owned()
        let id = lock.ask(.factoryReset, from: 1)
        lock.advance(Access.confirmationWait)
        #expect(lock.refusal(id) == .notConfirmed)
        lock.press()
        #expect(lock.resets == 0)
    }

    @Test(arguments: [AccessRequest.revokeKey(KeyID(2)), .changeKey(KeyID(2), .admin)])
    func `a reset ends with the right of the owner who asked for it`(_ request: AccessRequest) throws {
        var lock = AccessHarness.owned()
        let second = try lock.add(0xB2, .owner)
        let id = lock.ask(.factoryReset, from: second)
        lock.ask(request, from: 1)
        #expect(lock.refusal(id) == .revoked)
        lock.press()
        #expect(lock.resets == 0)
    }

    @Test func `an owner may hold the button already`() {
        var lock = AccessHarness.owned()
        lock.handle(.insideButton(isPressed: true))
        let id = lock.ask(.factoryReset, from: 1)
        #expect(lock.resets == 1 && lock.resetAsker == id.id)
    }

    @Test func `held for long, the button sounds the alarm, and five minutes later the lock is reset`() {
        var lock = AccessHarness.owned()
        lock.handle(.insideButton(isPressed: true))
        lock.advance(Access.resetHold - .seconds(1))
        #expect(!lock.isAlarmed)
        lock.advance(.seconds(1))
        #expect(lock.isAlarmed)
        #expect(lock.notices.last?.kind == .resetRequested)
        lock.handle(.insideButton(isPressed: false))
        lock.advance(Access.resetDelay - .seconds(1))
        #expect(lock.isAlarmed && lock.resets == 0)
        lock.advance(.seconds(1))
        #expect(!lock.isAlarmed && lock.resets == 1)
    }

    @Test func `whoever is in the house ends it with one press`() {
        var lock = AccessHarness.owned()
        lock.handle(.insideButton(isPressed: true))
        lock.advance(Access.resetHold)
        lock.handle(.insideButton(isPressed: false))
        lock.advance(.seconds(60))
        lock.press()
        #expect(!lock.isAlarmed)
        lock.advance(Access.resetDelay * 2)
        #expect(lock.resets == 0)
    }

    @Test func `a press of everyday length resets nothing`() {
        var lock = AccessHarness.owned()
        for _ in 0..<5 {
            lock.handle(.insideButton(isPressed: true))
            lock.advance(Access.resetHold - .milliseconds(1))
            lock.handle(.insideButton(isPressed: false))
            lock.advance(.seconds(600))
        }
        #expect(lock.resets == 0 && !lock.isAlarmed)
    }

    @Test func `keys that cannot be read are reset by the long hold, and by nothing else`() {
        var lock = AccessHarness(.unreadable)
        #expect(lock.ask(.factoryReset, from: 1).refusal == .storeUnavailable)
        lock.handle(.insideButton(isPressed: true))
        lock.advance(Access.resetHold)
        lock.handle(.insideButton(isPressed: false))
        lock.advance(Access.resetDelay)
        #expect(lock.resets == 1)
    }
}
