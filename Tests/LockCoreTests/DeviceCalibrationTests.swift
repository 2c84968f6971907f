import Testing

@testable import LockCore

@Suite("A calibration")
struct DeviceCalibrationTests {
    @Test("measures one stroke each way and ends where it began", arguments: [BoltPosition.retracted, .extended])
    func fromLimit(_ position: BoltPosition) {
        var rig = Rig(position)
        rig.answers =
            position == .retracted
            ? [.arrives(after: .milliseconds(310)), .arrives(after: .milliseconds(290))]
            : [.arrives(after: .milliseconds(290)), .arrives(after: .milliseconds(310))]
        let id = rig.calibrate()
        #expect(rig.state == .calibrating)
        rig.rest()
        let learned = Calibration(extendNanoseconds: 310_000_000, retractNanoseconds: 290_000_000)
        #expect(rig.device.calibration == learned)
        let isSaved = rig.effects.contains(.saveCalibration(learned))
        #expect(isSaved)
        #expect(rig.device.limits.position == position)
        #expect(rig.replies(to: id) == [.done(rig.state)])
        #expect(rig.drives.count == 2)
        #expect(rig.outcomes(of: .calibrate) == [.done(rig.state)])
    }

    @Test("seeks the retracted limit first when it begins in mid-travel")
    func fromBetween() {
        var rig = Rig(.between)
        rig.calibrate()
        rig.rest()
        #expect(rig.drives == [.retract, .extend, .retract])
        #expect(rig.state == .unlocked)
    }

    @Test("drives for up to the board's maximum, because nothing is learned yet")
    func cap() {
        var rig = Rig(.retracted)
        rig.calibrate()
        rig.rest()
        #expect(rig.caps == [.milliseconds(1500), .milliseconds(1500)])
    }

    @Test("finds a reversed motor out from mid-travel")
    func reversed() {
        var rig = Rig(.between)
        rig.answers = [.wrongLimit(after: .milliseconds(200))]
        let id = rig.calibrate()
        rig.rest()
        #expect(rig.replies(to: id) == [.failed(.driverFault, finding: .reversedMotor)])
        #expect(rig.state == .fault(.driverFault))
    }

    @Test("of a reversed motor at its limit asks for a hand, and finds it out then")
    func reversedAtLimit() {
        var rig = Rig(.extended)
        rig.answers = [.stalls(after: .milliseconds(100), left: false), .wrongLimit(after: .milliseconds(200))]
        let id = rig.calibrate()
        rig.run(until: "awaitingHand")
        #expect(!rig.isAwake)
        rig.pass(.seconds(5))
        rig.turn(to: .between)
        rig.rest()
        #expect(rig.replies(to: id) == [.failed(.driverFault, finding: .reversedMotor)])
    }

    @Test("goes on when the hand has freed a bolt that was merely stuck")
    func freed() {
        var rig = Rig(.retracted)
        rig.answers = [.runsToCap(left: false)]
        let id = rig.calibrate()
        rig.run(until: "awaitingHand")
        rig.turn(to: .between)
        rig.rest()
        #expect(rig.replies(to: id) == [.done(.unlocked)])
    }

    @Test("waits thirty seconds for the hand, and no longer")
    func handDoesNotCome() {
        var rig = Rig(.retracted)
        rig.answers = [.runsToCap(left: false)]
        let id = rig.calibrate()
        rig.run(until: "awaitingHand")
        rig.turn(to: .retracted)
        rig.turn(to: .conflict)
        rig.turn(to: .retracted)
        rig.pass(Device.handWait - .milliseconds(1))
        #expect(rig.replies(to: id).isEmpty)
        rig.pass(.milliseconds(1))
        #expect(rig.replies(to: id) == [.failed(.notMoving, finding: .didNotLeave)])
        #expect(rig.device.stroke == nil)
    }

    @Test("that no hand has helped says whether the motor stalled or the bolt merely stood still")
    func standstill() {
        let cases: [(DriveAnswer, FaultCode)] = [
            (.stalls(after: .milliseconds(100), left: false), .stalled), (.runsToCap(left: false), .notMoving),
        ]
        for (answer, code) in cases {
            var rig = Rig(.retracted)
            rig.answers = [answer]
            let id = rig.calibrate()
            rig.rest()
            #expect(rig.replies(to: id) == [.failed(code, finding: .didNotLeave)])
            #expect(rig.state == .jammed(code))
        }
    }

    @Test("asks for the hand only once")
    func handOnce() {
        var rig = Rig(.retracted)
        rig.answers = [.runsToCap(left: false), .runsToCap(left: false)]
        let id = rig.calibrate()
        rig.run(until: "awaitingHand")
        rig.turn(to: .between)
        rig.turn(to: .extended)
        rig.rest()
        #expect(rig.replies(to: id) == [.failed(.notMoving, finding: .didNotLeave)])
    }

    @Test("ends in words for what went wrong")
    func findings() {
        let cases: [(DriveAnswer, FaultCode, CalibrationFinding?)] = [
            (.stalls(after: .milliseconds(200), left: true), .blocked, .didNotArrive),
            (.runsToCap(left: true), .timeout, .didNotArrive),
            (.wrongLimit(after: .milliseconds(200)), .blocked, .didNotArrive),
            (.arrives(after: .milliseconds(79)), .sensorStuck, .implausiblyFast),
            (.arrives(after: .milliseconds(1500)), .notCalibrated, .didNotArrive),
            (.driverFault(after: .milliseconds(100)), .driverFault, nil),
            (.refuses, .notCalibrated, .didNotArrive),
        ]
        for (answer, code, finding) in cases {
            var rig = Rig(.retracted)
            rig.answers = [answer]
            let id = rig.calibrate()
            rig.rest()
            #expect(rig.replies(to: id) == [.failed(code, finding: finding)])
            #expect(rig.state.cause == code)
            #expect(rig.device.calibration == nil)
            #expect(!rig.isAwake)
        }
    }

    @Test("does not learn from a lost edge, which is only found at the cap")
    func lostEdge() {
        var rig = Rig(.retracted)
        rig.answers = [.arrives(after: .milliseconds(1500))]
        rig.calibrate()
        rig.rest()
        #expect(rig.device.calibration == nil)
    }

    @Test("ends when the bolt springs back, or the switches contradict each other")
    func settlesElsewhere() {
        for (position, code) in [(BoltPosition.between, FaultCode.blocked), (.conflict, .sensorStuck)] {
            var rig = Rig(.retracted)
            let id = rig.calibrate()
            rig.run(until: "settling")
            rig.turn(to: position)
            rig.pass(.milliseconds(60))
            #expect(rig.replies(to: id) == [.failed(code, finding: .didNotArrive)])
        }
    }

    @Test(
        "is refused when the switches contradict each other before it moves, whether or not they still do when it ends")
    func conflictBeforeMoving() {
        for isPassing in [false, true] {
            var rig = Rig(.retracted)
            let id = rig.calibrate()
            rig.turn(to: .conflict)
            rig.run(until: "settling")
            if isPassing { rig.turn(to: .retracted) }
            rig.rest()
            #expect(rig.replies(to: id) == [.refused(.sensorConflict)])
            #expect(rig.state == (isPassing ? .unlocked : .fault(.sensorConflict)))
        }
    }

    @Test("that the switches stop leaves the jam that it was to clear")
    func conflictKeepsJam() {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = 0
        var rig = Rig(.retracted, configuration: configuration)
        rig.answers = [.runsToCap(left: false)]
        rig.lock()
        rig.rest()
        let id = rig.calibrate()
        rig.turn(to: .conflict)
        rig.rest()
        #expect(rig.replies(to: id) == [.refused(.sensorConflict)])
        #expect(rig.state == .jammed(.notMoving))
    }

    @Test("does not drive into a limit that a hand reached while the driver woke")
    func handWhileWaking() {
        var rig = Rig(.retracted)
        rig.answers = []
        let id = rig.calibrate()
        rig.run(until: "waking")
        rig.turn(to: .between)
        rig.turn(to: .extended)
        rig.rest()
        #expect(rig.drives.isEmpty)
        #expect(rig.replies(to: id) == [.failed(.notCalibrated, finding: .didNotArrive)])
    }

    @Test("clears a jam when it succeeds")
    func clearsJam() {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = 0
        var rig = Rig(.retracted, configuration: configuration)
        rig.answers = [.runsToCap(left: false)]
        rig.lock()
        rig.rest()
        rig.calibrate()
        rig.rest()
        #expect(rig.state == .unlocked)
    }

    @Test("that fails keeps what an earlier one has learned")
    func keepsOld() {
        let learned = Calibration(extendNanoseconds: 300_000_000, retractNanoseconds: 300_000_000)
        var rig = Rig(.retracted) { $0.calibration = learned }
        rig.answers = [.runsToCap(left: true)]
        rig.calibrate()
        rig.rest()
        #expect(rig.device.calibration == learned)
    }

    @Test("may be joined, is not taken over by a lock, and takes over nothing")
    func others() {
        var rig = Rig(.retracted)
        let first = rig.calibrate()
        let second = rig.calibrate()
        let lock = rig.lock()
        #expect(rig.replies(to: lock) == [.refused(.busy)])
        rig.rest()
        #expect(rig.replies(to: first) == [.done(.unlocked)])
        #expect(rig.replies(to: second) == [.done(.unlocked)])
        rig.lock()
        let during = rig.calibrate()
        #expect(rig.replies(to: during) == [.refused(.busy)])
    }

    @Test("gives way to an unlock in every phase", arguments: phasesOfAStroke + ["pausing", "awaitingHand"])
    func unlockTakesOver(_ phase: String) {
        var rig = Rig(.retracted)
        if phase == "awaitingHand" { rig.answers = [.runsToCap(left: false)] }
        let id = rig.calibrate()
        rig.run(until: phase)
        let unlock = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: id) == [.refused(.cancelled)])
        #expect(rig.replies(to: unlock) == [.done(.unlocked)])
        #expect(rig.state == .unlocked)
    }
}
