import FoundationEssentials
import Testing

@testable import LockCore

/// Recorded logs that must replay to the byte. `MORTISE_RECORD=1 swift test --filter GoldenTests` writes them anew, to be
/// read before they are committed; a missing one is written and fails.
@Suite("A recorded log")
struct GoldenTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var start: BoltPosition
        var play: @Sendable (inout Rig) -> Void
    }

    static let cases = [
        Case(testDescription: "lock", start: .retracted) { rig in
            rig.lock()
            rig.rest()
        },
        Case(testDescription: "jam", start: .retracted) { rig in
            rig.answers = Array(
                repeating: [.stalls(after: .milliseconds(200), left: true), .arrives(after: .milliseconds(150))],
                count: 3
            ).flatMap { $0 }.dropLast()
            rig.lock()
            rig.rest()
            rig.lock()
            rig.unlock()
            rig.rest()
        },
        Case(testDescription: "superseded", start: .retracted) { rig in
            rig.lock()
            rig.run(until: "driving")
            rig.unlock(from: .key(2))
            rig.lock(from: .key(3))
            rig.pressButton()
            rig.rest()
        },
        Case(testDescription: "calibration", start: .between) { rig in
            rig.calibrate()
            rig.rest()
            rig.lock()
            rig.rest()
        },
    ]

    private static func path(of name: String) -> String {
        var folder = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        folder.removeLast()
        return folder.joined(separator: "/") + "/Golden/\(name).log"
    }

    @Test("replays to byte-identical effects", arguments: cases)
    func replays(_ golden: Case) throws {
        let path = Self.path(of: golden.testDescription)
        let isRecording = ProcessInfo.processInfo.environment["MORTISE_RECORD"] == "1"
        guard !isRecording, FileManager.default.fileExists(atPath: path) else {
            var rig = Rig(golden.start)
            golden.play(&rig)
            let text = ReplayLog.text(of: rig.log, configuration: DeviceConfiguration())
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            if !isRecording { Issue.record("\(path) was missing; it has been recorded: read it, then commit it") }
            return
        }
        let recorded = try String(contentsOfFile: path, encoding: .utf8)
        let inputs = try #require(ReplayLog.inputs(of: recorded), "\(path) has a line that cannot be read")
        let replayed = ReplayLog.text(of: inputs, configuration: DeviceConfiguration())
        let difference = zip(recorded.split(separator: "\n"), replayed.split(separator: "\n")).first { $0 != $1 }
        #expect(difference == nil)
        #expect(recorded == replayed)
    }

    @Test("is read back as it was written", arguments: cases)
    func readBack(_ golden: Case) {
        var rig = Rig(golden.start)
        golden.play(&rig)
        let text = ReplayLog.text(of: rig.log, configuration: DeviceConfiguration())
        let inputs = ReplayLog.inputs(of: text)
        #expect(inputs?.map(\.input) == rig.log.map(\.input))
        #expect(inputs?.map(\.at) == rig.log.map(\.at))
    }
}
