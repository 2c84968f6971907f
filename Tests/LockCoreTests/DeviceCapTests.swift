import Testing

@testable import LockCore

@Suite("The cap of a stroke")
struct DeviceCapTests {
    private static let learned = Calibration(extendNanoseconds: 300_000_000, retractNanoseconds: 300_000_000)

    /// A board that gives up at the first jam.
    private static func impatient(_ position: BoltPosition, calibration: Calibration? = learned) -> Rig {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = 0
        return Rig(position, configuration: configuration) { $0.calibration = calibration }
    }

    @Test("that ends a stroke on its way may be too short: once more with the board's own, even without retries")
    func widens() {
        var rig = Self.impatient(.retracted)
        rig.answers = [
            .runsToCap(left: true), .arrives(after: .milliseconds(150)), .arrives(after: .milliseconds(1000)),
        ]
        let id = rig.lock()
        rig.rest()
        #expect(rig.replies(to: id) == [.done(.locked)])
        #expect(rig.drives == [.extend, .retract, .extend])
        #expect(rig.caps == [.milliseconds(550), .milliseconds(550), .milliseconds(1500)])
    }

    @Test("is widened from mid-travel as well, and before calibration")
    func widensElsewhere() {
        for position in [BoltPosition.between, .retracted] {
            var rig = Self.impatient(position, calibration: nil)
            rig.answers = [.runsToCap(left: true), .arrives(after: .milliseconds(150))]
            rig.lock()
            rig.rest()
            #expect(rig.state == .locked)
            #expect(rig.caps == [.milliseconds(900), .milliseconds(900), .milliseconds(1500)])
        }
    }

    @Test("is not blamed for a bolt that never left, or that stalled")
    func notBlamed() {
        for answer in [DriveAnswer.runsToCap(left: false), .stalls(after: .milliseconds(200), left: true)] {
            var rig = Self.impatient(.retracted)
            rig.answers = [answer]
            rig.lock()
            rig.rest()
            #expect(rig.drives == [.extend])
            #expect(rig.state.cause != nil)
            #expect(rig.device.cap(.extend) == .milliseconds(550))
        }
    }

    @Test("that was the board's own is a jam after that one attempt, and the next stroke begins with it")
    func widenedAndJammed() {
        var rig = Self.impatient(.retracted)
        rig.answers = [.runsToCap(left: true), .arrives(after: .milliseconds(150)), .runsToCap(left: true)]
        let id = rig.lock()
        rig.rest()
        #expect(rig.replies(to: id) == [.failed(.blocked)])
        #expect(rig.drives == [.extend, .retract, .extend])
        rig.unlock()
        rig.rest()
        rig.lock()
        rig.rest()
        #expect(rig.caps.last == .milliseconds(1500))
        #expect(rig.device.cap(.extend) == .milliseconds(550))
        #expect(rig.device.cap(.retract) == .milliseconds(550))
    }

    @Test("gives no more attempts than the profile does where that tries again anyway")
    func noExtraRetry() {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = 1
        var rig = Rig(.retracted, configuration: configuration) { $0.calibration = Self.learned }
        rig.answers = [.runsToCap(left: true), .arrives(after: .milliseconds(150)), .runsToCap(left: true)]
        rig.lock()
        rig.rest()
        #expect(rig.drives == [.extend, .retract, .extend])
        #expect(rig.state == .jammed(.blocked))
    }

    @Test("stays the board's own until a full stroke has arrived")
    func staysWidened() {
        var rig = Self.impatient(.retracted)
        rig.answers = [.runsToCap(left: true)]
        rig.lock()
        rig.run(until: "pausing")
        rig.turn(to: .between)
        rig.rest()
        #expect(rig.state == .locked)
        // Half a stroke says nothing.
        #expect(rig.device.cap(.extend) == .milliseconds(1500))
        rig.unlock()
        rig.rest()
        rig.lock()
        rig.rest()
        #expect(rig.device.cap(.extend) == .milliseconds(550))
    }
}

@Suite("The learned time")
struct DeviceLearningTests {
    private static let learned = Calibration(extendNanoseconds: 300_000_000, retractNanoseconds: 300_000_000)

    private static func strokes(_ durations: [Int64], from calibration: Calibration = learned) -> Rig {
        var rig = Rig(.retracted) { $0.calibration = calibration }
        for duration in durations {
            rig.answers = [.arrives(after: .milliseconds(duration))]
            rig.lock()
            rig.rest()
            rig.unlock()
            rig.rest()
        }
        return rig
    }

    @Test("follows each full stroke in memory, and is saved once it has drifted by a tenth")
    func slowDrift() {
        let four = Self.strokes([340, 340, 340, 340])
        #expect(four.device.calibration?.extendNanoseconds == 327_343_750)
        #expect(four.saved.isEmpty)
        let five = Self.strokes([340, 340, 340, 340, 340])
        #expect(five.saved == [Calibration(extendNanoseconds: 330_507_812, retractNanoseconds: 300_000_000)])
        // The next tenth is counted from what was saved last.
        let more = Self.strokes([340, 340, 340, 340, 340, 340, 340, 340])
        #expect(more.saved.count == 1)
    }

    @Test("follows the mechanics as they become faster, too")
    func faster() {
        let rig = Self.strokes([260, 260, 260, 260, 260])
        #expect(rig.device.calibration?.extendNanoseconds == 269_492_187)
        #expect(rig.saved == [Calibration(extendNanoseconds: 269_492_187, retractNanoseconds: 300_000_000)])
    }

    @Test("is at once the stroke's own where the cap had proved too short")
    func contradicted() {
        var rig = Rig(.retracted) { $0.calibration = Self.learned }
        rig.answers = [
            .runsToCap(left: true), .arrives(after: .milliseconds(150)), .arrives(after: .milliseconds(400)),
        ]
        rig.lock()
        rig.rest()
        let followed = Calibration(extendNanoseconds: 400_000_000, retractNanoseconds: 300_000_000)
        #expect(rig.device.calibration == followed)
        #expect(rig.saved == [followed])
    }

    @Test("is never half as long again at once: the bolt may have been held up")
    func bounded() {
        var rig = Rig(.retracted) { $0.calibration = Self.learned }
        rig.answers = [
            .runsToCap(left: true), .arrives(after: .milliseconds(150)), .arrives(after: .milliseconds(1400)),
        ]
        rig.lock()
        rig.rest()
        #expect(rig.device.calibration?[.extend] == .milliseconds(450))
        #expect(rig.device.cap(.extend) == .milliseconds(775))
        let slow = Self.strokes(
            [295], from: Calibration(extendNanoseconds: 80_000_000, retractNanoseconds: 300_000_000))
        #expect(slow.device.calibration?[.extend] == .milliseconds(120))
    }

    @Test("vouches for an arrival that is too early for neither way, however often it is repeated")
    func early() {
        // 500 ms out and 300 ms home: not believed below 180 ms, three fifths of the way home.
        let learned = Calibration(extendNanoseconds: 500_000_000, retractNanoseconds: 300_000_000)
        var rig = Rig(.retracted) { $0.calibration = learned }
        for _ in 0..<3 {
            rig.answers = [.arrives(after: .milliseconds(179))]
            let lock = rig.lock()
            rig.rest()
            #expect(rig.replies(to: lock) == [.failed(.sensorStuck)])
            #expect(rig.state == .fault(.sensorStuck))
            #expect(rig.device.calibration?[.extend] == .milliseconds(500))
            rig.unlock()
            rig.rest()
            #expect(rig.state == .unlocked)
        }
        rig.answers = [.arrives(after: .milliseconds(180))]
        let lock = rig.lock()
        rig.rest()
        #expect(rig.replies(to: lock) == [.done(.locked)])
    }

    @Test("that was measured while a hand held the bolt does not keep the next strokes from being believed")
    func heldUp() {
        let heldUp = Calibration(extendNanoseconds: 1_420_000_000, retractNanoseconds: 400_000_000)
        var rig = Rig(.retracted) { $0.calibration = heldUp }
        rig.answers = [.arrives(after: .milliseconds(434))]
        let lock = rig.lock()
        rig.rest()
        #expect(rig.replies(to: lock) == [.done(.locked)])
    }

    @Test("distrusted does not make the impossible believable")
    func stillImpossible() {
        var rig = Rig(.retracted) { $0.calibration = Self.learned }
        for _ in 0..<2 {
            rig.answers = [.arrives(after: .milliseconds(79))]
            let lock = rig.lock()
            rig.rest()
            #expect(rig.replies(to: lock) == [.failed(.sensorStuck)])
            rig.unlock()
            rig.rest()
        }
        #expect(rig.device.calibration == Self.learned)
    }

    @Test("of a calibration is measured drift from, and trusted, at once")
    func afterCalibration() {
        var rig = Rig(.retracted) { $0.calibration = Self.learned }
        rig.answers = [.runsToCap(left: true)]
        rig.lock()
        rig.run(until: "pausing")
        rig.unlock()
        rig.rest()
        #expect(rig.device.cap(.extend) == .milliseconds(1500))
        rig.answers = [.arrives(after: .milliseconds(400)), .arrives(after: .milliseconds(400))]
        rig.calibrate()
        rig.rest()
        #expect(rig.device.cap(.extend) == .milliseconds(700))
        rig.answers = [.arrives(after: .milliseconds(400))]
        rig.lock()
        rig.rest()
        #expect(rig.saved.count == 1)
    }
}

@Suite("Times that were both learned while a hand held the bolt")
struct WrongCalibrationTests {
    @Test("make the first stroke a fault, and are given up when the way back is as fast")
    func givenUp() {
        var rig = Rig(.retracted)
        rig.answers = [.arrives(after: .milliseconds(1_300)), .arrives(after: .milliseconds(1_250))]
        rig.calibrate()
        rig.rest()
        #expect(rig.state == .unlocked)
        rig.answers = [430, 400, 430, 400].map { .arrives(after: .milliseconds($0)) }
        let lock = rig.lock()
        rig.rest()
        #expect(rig.replies(to: lock) == [.failed(.sensorStuck)])
        let unlock = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: unlock) == [.done(.unlocked)])
        #expect(rig.device.calibration?[.retract] == .milliseconds(400))
        let again = rig.lock()
        rig.rest()
        #expect(rig.replies(to: again) == [.done(.locked)])
        let last = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: last) == [.done(.unlocked)])
    }

    @Test("are kept while the doubted switch has not released, or the bolt arrives faster than any board's")
    func kept() {
        for answer in [DriveAnswer.arrives(after: .milliseconds(30)), .arrives(after: .milliseconds(79))] {
            var rig = Rig(.retracted)
            rig.answers = [.arrives(after: .milliseconds(1_300)), .arrives(after: .milliseconds(1_250))]
            rig.calibrate()
            rig.rest()
            rig.answers = [.arrives(after: .milliseconds(430)), answer]
            rig.lock()
            rig.rest()
            let unlock = rig.unlock()
            rig.rest()
            #expect(rig.replies(to: unlock) == [.failed(.sensorStuck)])
            #expect(rig.state == .fault(.sensorStuck))
        }
    }
}
