import Testing

@testable import LockCore

@Suite("The motor's duty")
struct DeviceDutyTests {
    private static func configuration(burst: Duration) -> DeviceConfiguration {
        var configuration = DeviceConfiguration()
        configuration.duty.burst = burst
        configuration.duty.restPerDrive = 1_000_000
        configuration.retry.retries = 0
        return configuration
    }

    @Test("leaves every lock the share of the unlock that must be able to follow it")
    func reserve() {
        // A cap each way is 1.8 s; each stroke takes 0.3 s.
        var rig = Rig(.retracted, configuration: Self.configuration(burst: .milliseconds(2300)))
        rig.lock()
        rig.rest()
        rig.unlock()
        rig.rest()
        let refused = rig.lock()
        #expect(rig.replies(to: refused) == [.refused(.overheated)])
        #expect(rig.state == .unlocked)
    }

    @Test("is enough for an unlock that supersedes a lock, whenever it comes", arguments: phasesOfAStroke)
    func superseding(_ phase: String) {
        var rig = Rig(.retracted, configuration: Self.configuration(burst: .milliseconds(1801)))
        rig.lock()
        rig.run(until: phase)
        let unlock = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: unlock) == [.done(.unlocked)])
    }

    @Test("refuses a superseding lock that would leave too little")
    func supersedingLock() {
        var rig = Rig(.extended, configuration: Self.configuration(burst: .milliseconds(2000)))
        rig.unlock()
        rig.run(until: "driving")
        let lock = rig.lock()
        #expect(rig.replies(to: lock) == [.refused(.overheated)])
        rig.rest()
        #expect(rig.state == .unlocked)
    }

    @Test("stops the retries before it stops the next unlock")
    func retries() {
        var configuration = Self.configuration(burst: .seconds(3))
        configuration.retry.retries = 5
        var rig = Rig(.retracted, configuration: configuration)
        rig.answers = Array(repeating: [.runsToCap(left: true), .arrives(after: .milliseconds(300))], count: 6)
            .flatMap { $0 }
        rig.lock()
        rig.rest()
        #expect(rig.drives.count < 5)
        #expect(rig.state.cause != nil)
        let unlock = rig.unlock()
        #expect(rig.replies(to: unlock).isEmpty)
        rig.answers = []
        rig.rest()
        #expect(rig.state == .unlocked)
    }

    @Test("stops a calibration whose bolt is turned back by hand again and again")
    func calibrationIsBounded() {
        var rig = Rig(.retracted, configuration: Self.configuration(burst: .seconds(8)))
        let id = rig.calibrate()
        for _ in 0..<200 where rig.device.stroke != nil {
            if rig.phase == "pausing" { rig.turn(to: .retracted) }
            rig.step()
        }
        #expect(rig.replies(to: id) == [.refused(.overheated)])
        #expect(rig.device.duty.available(at: rig.now) >= rig.device.cap(.retract))
        #expect(!rig.isAwake)
    }

    @Test("counts drives and gives back while the motor rests")
    func rest() {
        var configuration = DeviceConfiguration()
        configuration.duty.burst = .milliseconds(2000)
        var rig = Rig(.retracted, configuration: configuration)
        rig.lock()
        rig.rest()
        rig.unlock()
        rig.rest()
        let refused = rig.lock()
        #expect(rig.replies(to: refused) == [.refused(.overheated)])
        rig.pass(.seconds(10))
        rig.lock()
        rig.rest()
        #expect(rig.state == .locked)
    }
}
