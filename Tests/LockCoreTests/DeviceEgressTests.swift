import Testing

@testable import LockCore

@Suite("The inside button")
struct DeviceEgressTests {
    @Test("unlocks without a reply, with an entry of its own")
    func unlocks() {
        var rig = Rig(.extended)
        rig.pressButton()
        rig.rest()
        #expect(rig.state == .unlocked)
        #expect(rig.records.filter { $0.action == .unlock }.map(\.origin) == [.insideButton])
        let hasReplied = rig.effects.contains { if case .reply = $0 { true } else { false } }
        #expect(!hasReplied)
    }

    @Test("takes over a lock in every phase", arguments: phasesOfAStroke)
    func takesOver(_ phase: String) {
        var rig = Rig(.retracted)
        let lock = rig.lock()
        rig.run(until: phase)
        rig.pressButton()
        rig.rest()
        #expect(rig.state == .unlocked)
        #expect(rig.replies(to: lock) == [.refused(.cancelled)])
    }

    @Test("cannot be taken over by a lock", arguments: phasesOfAStroke)
    func isNotTakenOver(_ phase: String) {
        var rig = Rig(.extended)
        rig.pressButton()
        rig.run(until: phase)
        let lock = rig.lock()
        #expect(rig.replies(to: lock) == [.refused(.busy)])
        rig.rest()
        #expect(rig.state == .unlocked)
    }

    @Test("takes over a calibration")
    func calibration() {
        var rig = Rig(.retracted)
        let id = rig.calibrate()
        rig.run(until: "driving")
        rig.pressButton()
        rig.rest()
        #expect(rig.state == .unlocked)
        #expect(rig.replies(to: id) == [.refused(.cancelled)])
    }

    @Test("unlocks a jammed bolt and a faulty driver that works again")
    func latched() {
        for answer in [DriveAnswer.runsToCap(left: false), .driverFault(after: .milliseconds(100))] {
            var configuration = DeviceConfiguration()
            configuration.retry.retries = 0
            var rig = Rig(.extended, configuration: configuration)
            rig.answers = [answer]
            rig.unlock()
            rig.rest()
            #expect(rig.state.cause != nil)
            rig.pressButton()
            rig.rest()
            #expect(rig.state == .unlocked)
        }
    }

    @Test("works with the journal dead, the battery low, the door open and the lock-out on")
    func everythingElseDead() {
        var rig = Rig(.extended)
        rig.configure(Settings(mode: .lockOut))
        rig.journal = .silence
        rig.battery(1, millivolts: 4400)
        rig.openDoor()
        rig.pressButton()
        rig.rest()
        #expect(rig.state == .unlocked)
    }

    @Test("does nothing on release, or on a board that has none")
    func nothing() {
        var rig = Rig(.extended)
        rig.send(.insideButton(isPressed: false))
        #expect(rig.device.stroke == nil)
        var configuration = DeviceConfiguration()
        configuration.equipment.insideButton = false
        var other = Rig(.extended, configuration: configuration)
        other.pressButton()
        #expect(other.device.stroke == nil)
    }
}
