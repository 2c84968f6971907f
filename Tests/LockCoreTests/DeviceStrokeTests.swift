import Testing

@testable import LockCore

@Suite("A stroke")
struct DeviceStrokeTests {
    @Test("is a lock: journaled, driven, braked, coasted, put to sleep, verified")
    func lock() {
        var rig = Rig(.retracted)
        let id = rig.lock()
        #expect(rig.state == .locking)
        #expect(rig.phase == "journaling")
        #expect(rig.drives.isEmpty)
        for phase in ["waking", "driving", "braking", "coasting", "settling"] { rig.run(until: phase) }
        rig.rest()
        #expect(rig.state == .locked)
        #expect(rig.drives == [.extend])
        #expect(!rig.isAwake)
        #expect(rig.replies(to: id) == [.done(.locked)])
        #expect(rig.outcomes(of: .lock) == [.done(.locked)])
        #expect(rig.closed == rig.journaled.map(\.id))
        #expect(rig.deadline(.stroke) == nil)
    }

    @Test("is an unlock, the other way")
    func unlock() {
        var rig = Rig(.extended)
        let id = rig.unlock()
        #expect(rig.state == .unlocking)
        rig.rest()
        #expect(rig.state == .unlocked)
        #expect(rig.drives == [.retract])
        #expect(rig.replies(to: id) == [.done(.unlocked)])
    }

    @Test("that stalled at its stop because the edge was lost ends by what the switches say, without backing off")
    func lostEdge() {
        var rig = Rig(.retracted)
        rig.answers = [.stalls(after: .milliseconds(320), left: true)]
        let id = rig.lock()
        rig.run(until: "braking")
        rig.turn(to: .extended)
        rig.rest()
        #expect(rig.replies(to: id) == [.done(.locked)])
        #expect(rig.drives == [.extend])
        #expect(rig.state == .locked)
    }

    @Test("that leaves its limit on some attempts only is not called blocked")
    func slips() {
        var rig = Rig(.retracted)
        rig.answers = [.runsToCap(left: false), .runsToCap(left: true)]
        rig.answers += [.runsToCap(left: true), .runsToCap(left: true)]
        let id = rig.lock()
        rig.rest()
        #expect(rig.replies(to: id) == [.failed(.timeout)])
        #expect(rig.state == .jammed(.timeout))
    }

    @Test("begins from mid-travel as well")
    func fromBetween() {
        var rig = Rig(.between)
        #expect(rig.state == .between)
        rig.lock()
        rig.rest()
        #expect(rig.state == .locked)
    }

    @Test("says locked only after the switches have said so")
    func publishes() {
        var rig = Rig(.retracted)
        rig.lock()
        rig.rest()
        #expect(rig.published.first == .unlocked)
        #expect(rig.published.last == .locked)
        #expect(rig.published.filter { $0 == .locked }.count == 1)
    }

    @Test("moves nothing when the bolt is there already")
    func already() {
        var rig = Rig(.extended)
        let id = rig.lock()
        #expect(rig.device.stroke == nil)
        #expect(rig.replies(to: id) == [.done(.locked)])
        #expect(rig.outcomes(of: .lock) == [.already(.locked)])
        #expect(rig.drives.isEmpty)
    }

    @Test("waits until the motion is durable before the driver wakes")
    func waitsForJournal() {
        var rig = Rig(.retracted)
        rig.journal = .silence
        rig.lock()
        rig.pass(.milliseconds(149))
        #expect(!rig.isAwake)
        #expect(rig.phase == "journaling")
    }

    @Test("to lock is refused when the journal cannot be written", arguments: [JournalAnswer.fails, .silence])
    func lockWithoutJournal(_ answer: JournalAnswer) {
        var rig = Rig(.retracted)
        rig.journal = answer
        let id = rig.lock()
        rig.rest()
        #expect(rig.replies(to: id) == [.refused(.journalUnavailable)])
        #expect(rig.outcomes(of: .lock) == [.refused(.journalUnavailable)])
        #expect(rig.drives.isEmpty)
        #expect(!rig.device.status.isJournalAvailable)
        #expect(rig.state == .unlocked)
    }

    @Test("to unlock goes ahead without the journal, with a warning", arguments: [JournalAnswer.fails, .silence])
    func unlockWithoutJournal(_ answer: JournalAnswer) {
        var rig = Rig(.extended)
        rig.journal = answer
        let id = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: id) == [.done(.unlocked, warning: .journalUnavailable)])
        #expect(rig.outcomes(of: .unlock) == [.done(.unlocked, warning: .journalUnavailable)])
        #expect(rig.state == .unlocked)
    }

    @Test("ignores a journal answer that comes too late, or for another motion")
    func lateJournal() {
        var rig = Rig(.extended)
        rig.journal = .silence
        rig.unlock()
        rig.send(.journaled(MotionID(77), stored: true))
        #expect(rig.phase == "journaling")
        rig.run(until: "driving")
        rig.send(.journaled(MotionID(1), stored: true))
        #expect(rig.phase == "driving")
        #expect(rig.device.isJournalAvailable)
    }

    @Test("numbers its motions densely, from the first that was never used")
    func motionNumbers() {
        var rig = Rig(.retracted) { $0.nextMotion = MotionID(41) }
        rig.lock()
        rig.rest()
        rig.unlock()
        rig.rest()
        #expect(rig.journaled.map(\.id.rawValue) == [41, 42])
        #expect(rig.journaled.map(\.target) == [.locked, .unlocked])
        #expect(rig.closed.map(\.rawValue) == [41, 42])
    }

    @Test("drives nothing when a hand has finished it before the motor woke", arguments: ["journaling", "waking"])
    func handFinishesIt(_ phase: String) {
        var rig = Rig(.between)
        let id = rig.lock()
        rig.run(until: phase)
        rig.turn(to: .extended)
        rig.rest()
        #expect(rig.drives.isEmpty)
        #expect(rig.replies(to: id) == [.done(.locked)])
        #expect(!rig.isAwake)
    }

    @Test("believes the switches when the bolt thread finds the limit ahead active already")
    func limitActiveAtStart() {
        var rig = Rig(.between)
        rig.answers = [.refuses]
        let id = rig.lock()
        rig.run(until: "driving")
        rig.turn(to: .extended)
        rig.rest()
        // The report said that nothing was active ahead, so the driver would not; the switches say so later.
        #expect(rig.replies(to: id) == [.failed(.driverFault)])

        var raced = Rig(.between)
        raced.answers = [.silence]
        let other = raced.lock()
        raced.run(until: "driving")
        guard case .driving(_, let drive, _) = raced.device.stroke?.phase else { return }
        raced.send(
            .driveEnded(
                DriveEnd(
                    id: drive, reason: .notStarted, began: raced.now, ended: raced.now,
                    limits: LimitReading(.extended), leftStart: true)))
        raced.turn(to: .extended)
        raced.rest()
        #expect(raced.replies(to: other) == [.done(.locked)])
    }

    @Test("is refused by the switches when both become active while it waits")
    func conflictMeanwhile() {
        var rig = Rig(.retracted)
        let id = rig.lock()
        rig.turn(to: .conflict)
        rig.rest()
        #expect(rig.drives.isEmpty)
        #expect(rig.replies(to: id) == [.refused(.sensorConflict)])
        #expect(rig.state == .fault(.sensorConflict))
    }

    @Test("ends in a conflict when the starting switch never released although the bolt arrived")
    func startSwitchStuck() {
        var rig = Rig(.retracted)
        let id = rig.lock()
        rig.run(until: "braking")
        rig.turn(to: .conflict)
        rig.run(until: "settling")
        rig.turn(to: .conflict)
        rig.rest()
        #expect(rig.replies(to: id) == [.failed(.sensorStuck)])
        #expect(rig.state == .fault(.sensorStuck))
    }

    @Test("does not believe a full stroke that was too fast")
    func tooFast() {
        var rig = Rig(.retracted)
        rig.answers = [.arrives(after: .milliseconds(79))]
        let id = rig.lock()
        rig.rest()
        #expect(rig.replies(to: id) == [.failed(.sensorStuck)])
        #expect(rig.state == .fault(.sensorStuck))
    }

    @Test("does not believe one that took less than two fifths of the learned time")
    func tooFastForLearned() {
        let learned = Calibration(extendNanoseconds: 500_000_000, retractNanoseconds: 500_000_000)
        var rig = Rig(.retracted) { $0.calibration = learned }
        rig.answers = [.arrives(after: .milliseconds(199))]
        rig.lock()
        rig.rest()
        #expect(rig.state == .fault(.sensorStuck))
        var slower = Rig(.retracted) { $0.calibration = learned }
        slower.answers = [.arrives(after: .milliseconds(200))]
        slower.lock()
        slower.rest()
        #expect(slower.state == .locked)
    }

    @Test("reports a driver that faults, and coasts instead of braking through it")
    func driverFaults() {
        var rig = Rig(.retracted)
        rig.answers = [.driverFault(after: .milliseconds(100))]
        let id = rig.lock()
        rig.run(until: "coasting")
        #expect(!rig.effects.contains(.brake))
        rig.rest()
        #expect(rig.replies(to: id) == [.failed(.driverFault)])
        #expect(rig.state == .fault(.driverFault))
        #expect(!rig.isAwake)
    }

    @Test("gives up on a bolt thread that does not answer, and ignores what it says later")
    func silentBoltThread() throws {
        var rig = Rig(.retracted)
        rig.answers = [.silence]
        let id = rig.lock()
        rig.run(until: "driving")
        let began = rig.now
        guard case .driving(_, let drive, _) = rig.device.stroke?.phase else { return }
        rig.rest()
        #expect(rig.now - began >= .milliseconds(900) + Device.driveAnswerMargin)
        #expect(rig.replies(to: id) == [.failed(.driverFault)])
        #expect(!rig.isAwake)
        let before = rig.effects.count
        rig.send(
            .driveEnded(
                DriveEnd(
                    id: drive, reason: .cap, began: began, ended: began + .milliseconds(900),
                    limits: LimitReading(.between), leftStart: true)))
        #expect(rig.effects.count == before)
    }

    @Test("driven the wrong way from mid-travel is a driver fault")
    func wrongWay() {
        var rig = Rig(.between)
        rig.answers = [.wrongLimit(after: .milliseconds(200))]
        let id = rig.lock()
        rig.rest()
        #expect(rig.replies(to: id) == [.failed(.driverFault)])
        #expect(rig.drives.count == 1)
    }

    @Test("ignores timers that are no longer its own")
    func staleTimers() {
        var rig = Rig(.retracted)
        rig.lock()
        rig.run(until: "driving")
        let effects = rig.effects.count
        rig.send(.timer(.stroke, deadline: rig.now))
        rig.send(.timer(.autoRelock, deadline: rig.now))
        rig.send(.timer(.doorAjar, deadline: rig.now))
        #expect(rig.effects.count == effects)
        rig.rest()
        rig.send(.timer(.stroke, deadline: rig.now))
        #expect(rig.state == .locked)
    }

    @Test("follows the mechanics: a much slower stroke moves the learned time a quarter of the way, and is saved")
    func learns() {
        let learned = Calibration(extendNanoseconds: 300_000_000, retractNanoseconds: 300_000_000)
        var rig = Rig(.retracted) { $0.calibration = learned }
        rig.answers = [.arrives(after: .milliseconds(460))]
        rig.lock()
        rig.rest()
        #expect(rig.device.calibration?[.extend] == .milliseconds(340))
        #expect(rig.device.calibration?[.retract] == .milliseconds(300))
        let saved = rig.effects.contains(
            .saveCalibration(Calibration(extendNanoseconds: 340_000_000, retractNanoseconds: 300_000_000)))
        #expect(saved)
    }

    @Test("learns nothing from half a stroke, or from one that ended with its cap")
    func learnsNothing() {
        let learned = Calibration(extendNanoseconds: 300_000_000, retractNanoseconds: 300_000_000)
        var half = Rig(.between) { $0.calibration = learned }
        half.answers = [.arrives(after: .milliseconds(500))]
        half.lock()
        half.rest()
        #expect(half.device.calibration == learned)
        var capped = Rig(.retracted) { $0.calibration = learned }
        capped.answers = [.arrives(after: .milliseconds(550))]
        capped.lock()
        capped.rest()
        #expect(capped.state == .locked)
        #expect(capped.device.calibration == learned)
    }

    @Test("uses the cap of its direction")
    func caps() {
        let learned = Calibration(extendNanoseconds: 400_000_000, retractNanoseconds: 300_000_000)
        var rig = Rig(.retracted) { $0.calibration = learned }
        rig.lock()
        rig.rest()
        rig.unlock()
        rig.rest()
        #expect(rig.caps == [.milliseconds(700), .milliseconds(550)])
    }
}
