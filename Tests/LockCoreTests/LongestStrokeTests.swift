import Testing

@testable import LockCore

/// What is derived from how long a stroke may take holds only if none takes longer.
@Suite struct LongestStrokeTests {
    /// Of the reference board, of one whose mechanism is slow and tried often, and of one without a retry.
    static let boards: [DeviceConfiguration] = {
        var slow = DeviceConfiguration()
        slow.stroke.wake = .milliseconds(50)
        slow.stroke.capMaximum = .seconds(5)
        slow.stroke.brake = .milliseconds(500)
        slow.stroke.deadTime = .seconds(1)
        slow.stroke.settle = .seconds(1)
        slow.retry.retries = 5
        slow.retry.pause = .seconds(5)
        slow.duty.burst = .seconds(120)
        var once = DeviceConfiguration()
        once.retry.retries = 0
        return [DeviceConfiguration(), slow, once].map {
            var board = $0
            board.stroke.uncalibratedCap = board.stroke.capMaximum
            return board
        }
    }()

    /// From the command to the answer.
    private func time(_ rig: inout Rig, _ id: RequestID, since began: Instant) -> Duration? {
        for _ in 0..<500 where rig.replies(to: id).isEmpty { rig.step() }
        return rig.replies(to: id).isEmpty ? nil : rig.now - began
    }

    @Test(arguments: boards)
    func `a stroke that runs into every one of its limits takes as long as is said, and none longer`(
        board: DeviceConfiguration
    ) throws {
        var rig = Rig(.extended, configuration: board)
        rig.journal = .silence
        rig.answers = Array(repeating: .runsToCap(left: true), count: 20)
        let began = rig.now
        let id = rig.unlock()
        let took = try #require(time(&rig, id, since: began))
        // It superseded nothing, and every drive was answered in time.
        let rest = board.stroke.brake + board.stroke.deadTime + Device.driveAnswerMargin
        if board.retry.retries > 0 {
            #expect(took == board.longestStroke - rest)
        } else {
            // A cap that cannot be widened is no reason for another attempt.
            #expect(took < board.longestStroke - rest)
        }
    }

    @Test(arguments: boards)
    func `one that supersedes another, and whose last drive nobody answers, is no longer either`(
        board: DeviceConfiguration
    ) throws {
        for silent in 0..<12 {
            var rig = Rig(.retracted, configuration: board)
            rig.lock()
            rig.run(until: "driving")
            rig.pass(.milliseconds(60))
            rig.answers = Array(repeating: .runsToCap(left: true), count: silent) + [.silence]
            rig.journal = .silence
            let began = rig.now
            let id = rig.unlock()
            let took = try #require(time(&rig, id, since: began))
            #expect(took <= board.longestStroke)
        }
    }

    @Test(arguments: boards)
    func `a calibration that waits for a hand to the last moment is no longer than is said`(board: DeviceConfiguration)
        throws
    {
        var rig = Rig(.retracted, configuration: board)
        rig.answers = [.runsToCap(left: false)]
        let began = rig.now
        let id = rig.calibrate()
        rig.run(until: "awaitingHand")
        rig.answers = Array(repeating: .arrives(after: board.stroke.capMaximum - .milliseconds(1)), count: 5)
        rig.pass(Device.handWait - .milliseconds(1))
        rig.turn(to: .between)
        let took = try #require(time(&rig, id, since: began))
        #expect(rig.replies(to: id).contains { if case .done = $0 { true } else { false } })
        #expect(took <= board.longestCalibration)
        #expect(took > board.longestCalibration - .seconds(2))
    }
}
