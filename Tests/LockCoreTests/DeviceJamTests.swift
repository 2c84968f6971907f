import Testing

@testable import LockCore

@Suite("A jam")
struct DeviceJamTests {
    private static let jam = [
        DriveAnswer.stalls(after: .milliseconds(200), left: true), .arrives(after: .milliseconds(150)),
    ]

    @Test("is backed off from and tried again, and is nothing when that helps")
    func retried() {
        var rig = Rig(.retracted)
        rig.answers = Self.jam
        let id = rig.lock()
        rig.rest()
        #expect(rig.drives == [.extend, .retract, .extend])
        #expect(rig.replies(to: id) == [.done(.locked)])
        #expect(rig.state == .locked)
    }

    @Test("is latched after the last retry, once for everybody", arguments: 0...3)
    func latched(_ retries: Int) {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = retries
        var rig = Rig(.retracted, configuration: configuration)
        rig.answers = Array(repeating: Self.jam, count: 5).flatMap { $0 }
        let id = rig.lock()
        rig.rest()
        #expect(rig.drives.filter { $0 == .extend }.count == retries + 1)
        #expect(rig.drives.filter { $0 == .retract }.count == retries)
        #expect(rig.state == .jammed(.blocked))
        #expect(rig.replies(to: id) == [.failed(.blocked)])
        #expect(rig.outcomes(of: .lock) == [.failed(.blocked)])
        #expect(!rig.isAwake)
        #expect(rig.deadline(.stroke) == nil)
    }

    @Test("rests between backing off and trying again")
    func pauses() {
        var rig = Rig(.retracted)
        rig.answers = Self.jam
        rig.lock()
        rig.run(until: "pausing")
        #expect(!rig.isAwake)
        let began = rig.now
        rig.run(until: "waking")
        #expect(rig.now - began == .milliseconds(250))
    }

    @Test("names what was seen: stalled before it left, not moving, timed out, blocked")
    func codes() {
        let cases: [(DriveAnswer, FaultCode)] = [
            (.stalls(after: .milliseconds(100), left: false), .stalled),
            (.stalls(after: .milliseconds(100), left: true), .blocked),
            (.runsToCap(left: false), .notMoving),
            (.runsToCap(left: true), .timeout),
            (.wrongLimit(after: .milliseconds(200)), .blocked),
        ]
        var configuration = DeviceConfiguration()
        configuration.retry.retries = 0
        // The cap cannot be widened, so there is no second attempt to name it by.
        configuration.stroke.uncalibratedCap = configuration.stroke.capMaximum
        for (answer, code) in cases {
            var rig = Rig(.retracted, configuration: configuration)
            rig.answers = [answer]
            rig.lock()
            rig.rest()
            #expect(rig.state == .jammed(code))
            #expect(rig.drives == [.extend])
        }
    }

    @Test("that shows only as caps in mid-travel is called blocked once it has happened again")
    func timeoutTwice() {
        var rig = Rig(.retracted)
        rig.answers = Array(repeating: [.runsToCap(left: true), .arrives(after: .milliseconds(150))], count: 3)
            .flatMap { $0 }
        rig.lock()
        rig.rest()
        #expect(rig.state == .jammed(.blocked))
    }

    @Test("at the starting limit is tried again without backing off, because there is no room to")
    func neverLeft() {
        var rig = Rig(.retracted)
        rig.answers = [.stalls(after: .milliseconds(100), left: false)]
        rig.lock()
        rig.rest()
        #expect(rig.drives == [.extend, .extend])
        #expect(rig.state == .locked)
    }

    @Test("is a silent switch when backing off takes a whole stroke")
    func silentSwitch() {
        let learned = Calibration(extendNanoseconds: 300_000_000, retractNanoseconds: 300_000_000)
        var rig = Rig(.retracted) { $0.calibration = learned }
        rig.answers = Array(repeating: [.runsToCap(left: true), .arrives(after: .milliseconds(300))], count: 3)
            .flatMap { $0 }
        let id = rig.lock()
        rig.rest()
        #expect(rig.state == .fault(.sensorStuck))
        #expect(rig.replies(to: id) == [.failed(.sensorStuck)])
    }

    @Test("refuses a lock and takes an unlock")
    func unlockWhileJammed() {
        var rig = Rig(.retracted)
        rig.answers = Array(repeating: Self.jam, count: 3).flatMap { $0 }.dropLast()
        rig.lock()
        rig.rest()
        #expect(rig.state == .jammed(.blocked))
        let again = rig.lock()
        #expect(rig.replies(to: again) == [.refused(.blocked)])
        let unlock = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: unlock) == [.done(.unlocked)])
        #expect(rig.state == .unlocked)
        let lock = rig.lock()
        rig.rest()
        #expect(rig.replies(to: lock) == [.done(.locked)])
    }

    @Test("is cleared by an unlock that finds the bolt drawn already")
    func unlockAlready() {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = 0
        var rig = Rig(.retracted, configuration: configuration)
        rig.answers = [.runsToCap(left: false)]
        rig.lock()
        rig.rest()
        #expect(rig.state == .jammed(.notMoving))
        let id = rig.unlock()
        #expect(rig.replies(to: id) == [.done(.unlocked)])
        #expect(rig.state == .unlocked)
    }

    @Test("is cleared by a hand that turns the bolt to a limit, not by half a turn")
    func clearedByHand() {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = 0
        var rig = Rig(.retracted, configuration: configuration)
        rig.answers = [.runsToCap(left: false)]
        rig.lock()
        rig.rest()
        rig.turn(to: .between)
        #expect(rig.state == .jammed(.notMoving))
        rig.turn(to: .extended)
        #expect(rig.state == .locked)
        #expect(rig.outcomes(of: .faultCleared) == [.done(.locked)])
        #expect(rig.outcomes(of: .movedByHand) == [.done(.locked)])
    }

    @Test("that an unlock has not solved is not interrupted by a lock that would be refused")
    func lockDuringUnlockFromJam() {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = 0
        var rig = Rig(.retracted, configuration: configuration)
        rig.answers = [.stalls(after: .milliseconds(200), left: true)]
        rig.lock()
        rig.rest()
        let unlock = rig.unlock()
        rig.run(until: "driving")
        let lock = rig.lock(from: .key(2))
        #expect(rig.replies(to: lock) == [.refused(.blocked)])
        rig.rest()
        #expect(rig.replies(to: unlock) == [.done(.unlocked)])
    }

    @Test("of a bolt that arrives and springs back is bounded too")
    func springsBack() {
        var rig = Rig(.retracted)
        let id = rig.lock()
        for _ in 0..<3 {
            rig.run(until: "settling")
            rig.turn(to: .between)
            rig.pass(.milliseconds(60))
        }
        rig.rest()
        #expect(rig.replies(to: id) == [.failed(.blocked)])
        #expect(rig.state == .jammed(.blocked))
    }

    @Test("whose back-off is hindered is tried again all the same")
    func hinderedBackOff() {
        let answers: [DriveAnswer] = [
            .stalls(after: .milliseconds(100), left: true), .refuses, .wrongLimit(after: .milliseconds(200)),
        ]
        for answer in answers {
            var rig = Rig(.retracted)
            rig.answers = [.stalls(after: .milliseconds(200), left: true), answer]
            rig.lock()
            rig.run(until: "pausing")
            rig.rest()
            #expect(rig.state == .locked)
        }
    }

    @Test("whose back-off a hand turned round is no driver fault for whatever supersedes it")
    func hinderedBackOffSuperseded() {
        var rig = Rig(.extended)
        rig.answers = [.stalls(after: .milliseconds(200), left: true), .wrongLimit(after: .milliseconds(100))]
        let unlock = rig.unlock()
        rig.run(until: "driving", times: 2)
        rig.run(until: "coasting")
        let lock = rig.lock(from: .key(2))
        rig.rest()
        #expect(rig.replies(to: unlock) == [.refused(.cancelled)])
        #expect(rig.replies(to: lock) == [.done(.locked)])
    }

    @Test("ends at once when the driver faults while backing off")
    func faultWhileBackingOff() {
        var rig = Rig(.retracted)
        rig.answers = [.stalls(after: .milliseconds(200), left: true), .driverFault(after: .milliseconds(100))]
        rig.lock()
        rig.rest()
        #expect(rig.state == .fault(.driverFault))
    }

    @Test("does not back off into a limit that a hand has reached meanwhile")
    func handReachesLimit() {
        var rig = Rig(.retracted)
        rig.answers = [.stalls(after: .milliseconds(200), left: true)]
        rig.lock()
        rig.run(until: "coasting")
        rig.turn(to: .retracted)
        rig.rest()
        #expect(rig.drives == [.extend, .extend])
        #expect(rig.state == .locked)
    }
}
