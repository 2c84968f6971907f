import Testing

@testable import LockCore

@Suite("Auto-relock")
struct DeviceRelockTests {
    private static let settings = Settings(autoRelockMilliseconds: 30_000)

    private static func unlocked(_ configuration: DeviceConfiguration = DeviceConfiguration()) -> Rig {
        Rig(.retracted, configuration: configuration) { $0.settings = settings }
    }

    @Test("locks after its time, by itself")
    func relocks() {
        var rig = Self.unlocked()
        #expect(rig.device.status.relockDeadline == rig.now + .seconds(30))
        rig.pass(.seconds(30))
        #expect(rig.state == .locking)
        rig.rest()
        #expect(rig.state == .locked)
        #expect(rig.records.last.map { $0.origin == .autoRelock && $0.action == .lock } == true)
        #expect(rig.deadline(.autoRelock) == nil)
    }

    @Test("begins its time when the unlock has ended")
    func afterUnlock() {
        var rig = Rig(.extended) { $0.settings = Self.settings }
        #expect(rig.deadline(.autoRelock) == nil)
        rig.unlock()
        rig.rest()
        let deadline = rig.device.status.relockDeadline
        #expect(deadline.map { $0 - rig.now <= .seconds(30) } == true)
    }

    @Test("is one deadline: an unlock that finds the bolt drawn begins it anew")
    func anew() {
        var rig = Self.unlocked()
        rig.pass(.seconds(20))
        rig.unlock()
        #expect(rig.device.status.relockDeadline == rig.now + .seconds(30))
        rig.pass(.seconds(29))
        #expect(rig.state == .unlocked)
        rig.pass(.seconds(1))
        #expect(rig.state == .locking)
    }

    @Test("ignores a deadline that is no longer its own")
    func stale() {
        var rig = Self.unlocked()
        guard let old = rig.device.status.relockDeadline else { return }
        rig.pass(.seconds(20))
        rig.unlock()
        rig.send(.timer(.autoRelock, deadline: old))
        #expect(rig.state == .unlocked)
    }

    @Test("waits while the door is open, and begins anew when it is shut")
    func door() {
        var rig = Self.unlocked()
        rig.openDoor()
        #expect(rig.deadline(.autoRelock) == nil)
        rig.pass(.seconds(100))
        #expect(rig.state == .unlocked)
        rig.closeDoor()
        #expect(rig.deadline(.autoRelock) == rig.now + .seconds(30))
    }

    @Test("is cancelled by a lock, and by a hand that throws the bolt")
    func cancelled() {
        var rig = Self.unlocked()
        rig.lock()
        #expect(rig.deadline(.autoRelock) == nil)
        var turned = Self.unlocked()
        turned.turn(to: .between)
        turned.turn(to: .extended)
        #expect(turned.deadline(.autoRelock) == nil)
    }

    @Test("is off in passage mode and on again after it")
    func passage() {
        var rig = Self.unlocked()
        rig.configure(Settings(mode: .passage, autoRelockMilliseconds: 30_000))
        #expect(rig.deadline(.autoRelock) == nil)
        rig.configure(Self.settings)
        #expect(rig.deadline(.autoRelock) == rig.now + .seconds(30))
    }

    @Test("locks behind whoever left by the inside button in lock-out mode")
    func lockOut() {
        var rig = Rig(.extended) { $0.settings = Settings(mode: .lockOut, autoRelockMilliseconds: 30_000) }
        rig.pressButton()
        rig.rest()
        rig.pass(.seconds(31))
        #expect(rig.state == .locked)
    }

    @Test("that is refused leaves one entry and is not tried again until something changes")
    func suspended() {
        var rig = Self.unlocked()
        rig.battery(5)
        rig.pass(.seconds(300))
        #expect(rig.outcomes(of: .lock) == [.refused(.lowBattery)])
        #expect(rig.deadline(.autoRelock) == nil)
        rig.battery(90)
        rig.pass(.seconds(31))
        #expect(rig.state == .locked)
    }

    @Test("that a low battery refuses does not fill the log as the gauge wavers")
    func waveringGauge() {
        var rig = Self.unlocked()
        for minute in 0..<20 {
            rig.battery(5, millivolts: 5000 + minute % 2)
            rig.pass(.seconds(60))
        }
        #expect(rig.outcomes(of: .lock) == [.refused(.lowBattery)])
    }

    @Test("that is refused is tried again after a new setting, and after the door has been used")
    func resumed() {
        var rig = Self.unlocked()
        rig.journal = .fails
        rig.pass(.seconds(40))
        #expect(rig.outcomes(of: .lock) == [.refused(.journalUnavailable)])
        #expect(rig.deadline(.autoRelock) == nil)
        rig.openDoor()
        rig.closeDoor()
        #expect(rig.deadline(.autoRelock) != nil)
        rig.pass(.seconds(40))
        rig.configure(Self.settings)
        #expect(rig.deadline(.autoRelock) != nil)
    }

    @Test("that jams is not tried again by itself")
    func jams() {
        var rig = Self.unlocked()
        rig.answers = Array(repeating: .runsToCap(left: false), count: 3)
        rig.pass(.seconds(60))
        rig.rest()
        #expect(rig.state == .jammed(.notMoving))
        #expect(rig.deadline(.autoRelock) == nil)
    }

    @Test("gives way to an unlock, and begins anew")
    func superseded() {
        var rig = Self.unlocked()
        rig.pass(.seconds(30))
        rig.unlock()
        rig.rest()
        #expect(rig.state == .unlocked)
        #expect(rig.deadline(.autoRelock) != nil)
        rig.pass(.seconds(31))
        rig.rest()
        #expect(rig.state == .locked)
    }
}
