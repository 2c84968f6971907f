import Testing

@testable import LockCore

@Suite("A driver fault")
struct DeviceDriverFaultTests {
    /// A lock whose bolt thread has not answered its last drive, and that drive.
    private static func unanswered(_ position: BoltPosition) -> (rig: Rig, drive: DriveID)? {
        var rig = Rig(position)
        rig.answers = [.silence]
        if position == .extended { rig.unlock() } else { rig.lock() }
        rig.run(until: "driving")
        guard case .driving(_, let drive, _) = rig.device.stroke?.phase else { return nil }
        rig.rest()
        return (rig, drive)
    }

    private static func answer(_ drive: DriveID, _ rig: inout Rig, _ position: BoltPosition) {
        rig.send(
            .driveEnded(
                DriveEnd(
                    id: drive, reason: .cap, began: rig.now, ended: rig.now, limits: LimitReading(position),
                    leftStart: true)))
    }

    @Test(
        "of a bolt thread that does not answer refuses everything until it does",
        arguments: [
            BoltPosition.retracted, .extended, .between,
        ])
    func unansweredRefuses(_ position: BoltPosition) throws {
        var (rig, drive) = try #require(Self.unanswered(position))
        #expect(rig.state == .fault(.driverFault))
        let driven = rig.drives.count
        for _ in 0..<2 {
            for id in [rig.lock(), rig.unlock(), rig.calibrate()] {
                #expect(rig.replies(to: id) == [.refused(.driverFault)])
            }
            rig.pressButton()
            #expect(rig.records.last?.outcome == .refused(.driverFault))
            // Another drive's end is not its answer, nor is the switches' news.
            Self.answer(DriveID(drive.rawValue &+ 7), &rig, position)
            rig.turn(to: position == .between ? .extended : .between)
        }
        #expect(rig.drives.count == driven)
        #expect(rig.state == .fault(.driverFault))
        Self.answer(drive, &rig, .between)
        let unlock = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: unlock) == [.done(.unlocked)])
    }

    @Test("of a bolt thread that answers late, but before the stroke is over, refuses nothing after it")
    func lateButInTime() {
        var rig = Rig(.extended)
        rig.answers = [.silence]
        let first = rig.unlock()
        rig.run(until: "driving")
        guard case .driving(_, let drive, _) = rig.device.stroke?.phase else { return }
        rig.run(until: "coasting")
        Self.answer(drive, &rig, .extended)
        rig.rest()
        #expect(rig.replies(to: first) == [.failed(.driverFault)])
        let second = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: second) == [.done(.unlocked)])
    }

    @Test("of a bolt thread that does not answer refuses what was to supersede the stroke")
    func unansweredSuccessor() {
        var rig = Rig(.retracted)
        rig.answers = [.silence]
        let lock = rig.lock()
        rig.run(until: "driving")
        let unlock = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: lock) == [.failed(.driverFault)])
        #expect(rig.replies(to: unlock) == [.refused(.driverFault)])
        #expect(rig.state == .fault(.driverFault))
    }

    @Test("seen while the stroke is being superseded is latched all the same")
    func whileInterrupted() {
        var rig = Rig(.extended)
        rig.answers = [.driverFault(after: .milliseconds(100))]
        let unlock = rig.unlock()
        rig.run(until: "coasting")
        let lock = rig.lock(from: .key(2))
        rig.rest()
        #expect(rig.replies(to: unlock) == [.failed(.driverFault)])
        #expect(rig.replies(to: lock) == [.refused(.driverFault)])
        #expect(rig.state == .fault(.driverFault))
    }

    @Test("is also a reversed motor seen while it is being superseded", arguments: ["braking", "coasting"])
    func reversedWhileInterrupted(_ phase: String) {
        var rig = Rig(.between)
        rig.answers = [.wrongLimit(after: .milliseconds(200))]
        let unlock = rig.unlock()
        rig.run(until: phase)
        let lock = rig.lock(from: .key(2))
        rig.rest()
        #expect(rig.replies(to: unlock) == [.failed(.driverFault)])
        #expect(rig.replies(to: lock) == [.refused(.driverFault)])
        #expect(rig.state == .fault(.driverFault))
    }

    @Test("is not a bolt that was held and came back to where it had begun")
    func heldWhileInterrupted() {
        var rig = Rig(.extended)
        rig.answers = [.wrongLimit(after: .milliseconds(200))]
        let unlock = rig.unlock()
        rig.run(until: "coasting")
        let lock = rig.lock(from: .key(2))
        rig.rest()
        #expect(rig.replies(to: unlock) == [.refused(.cancelled)])
        #expect(rig.replies(to: lock) == [.done(.locked)])
    }

    @Test("at rest leaves one entry, however the line chatters, until a stroke has ended well")
    func recordedOnce() {
        var rig = Rig(.retracted)
        func chatter() {
            for _ in 0..<20 {
                rig.send(.driverFault(true))
                rig.send(.driverFault(false))
            }
        }
        chatter()
        #expect(rig.outcomes(of: .fault) == [.failed(.driverFault)])
        #expect(rig.records.last?.origin == .device)
        rig.lock()
        rig.rest()
        chatter()
        #expect(rig.outcomes(of: .fault) == [.failed(.driverFault), .failed(.driverFault)])
    }

    @Test("during a stroke is the stroke's own entry, and one that fails does not make room for another")
    func recordedByStroke() {
        var rig = Rig(.retracted)
        rig.send(.driverFault(true))
        rig.send(.driverFault(false))
        rig.answers = [.driverFault(after: .milliseconds(100))]
        rig.lock()
        rig.run(until: "driving")
        rig.send(.driverFault(true))
        rig.rest()
        rig.send(.driverFault(false))
        rig.send(.driverFault(true))
        #expect(rig.outcomes(of: .fault) == [.failed(.driverFault)])
        #expect(rig.outcomes(of: .lock) == [.failed(.driverFault)])
    }

    @Test("on a line that the board does not have is never written down")
    func noLine() {
        var configuration = DeviceConfiguration()
        configuration.equipment.driverFault = false
        var rig = Rig(.retracted, configuration: configuration) { $0.hasDriverFault = true }
        rig.send(.driverFault(true))
        #expect(rig.outcomes(of: .fault).isEmpty)
    }
}

@Suite("Switches that contradict each other")
struct DeviceConflictTests {
    private static func refusals(_ rig: inout Rig) -> [Reply] {
        [rig.lock(), rig.unlock(), rig.calibrate()].flatMap { rig.replies(to: $0) }
    }

    @Test("refuse as a conflict, whatever else is latched")
    func conflict() {
        for answer in [DriveAnswer.runsToCap(left: false), .driverFault(after: .milliseconds(100))] {
            var configuration = DeviceConfiguration()
            configuration.retry.retries = 0
            var rig = Rig(.retracted, configuration: configuration)
            rig.answers = [answer]
            rig.lock()
            rig.rest()
            rig.turn(to: .conflict)
            #expect(Self.refusals(&rig) == Array(repeating: .refused(.sensorConflict), count: 3))
        }
    }

    @Test("refuse as a stuck switch when that is what a stroke has shown")
    func stuck() {
        var rig = Rig(.retracted)
        rig.lock()
        rig.run(until: "settling")
        rig.turn(to: .conflict)
        rig.rest()
        #expect(rig.state == .fault(.sensorStuck))
        #expect(Self.refusals(&rig) == Array(repeating: .refused(.sensorStuck), count: 3))
    }
}
