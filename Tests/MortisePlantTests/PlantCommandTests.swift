import LockCore
import LockSimulation
import Testing

@testable import mortise_plant

@Suite struct PlantCommandTests {
    @Test func `hands and faults are worded as in scenarios`() throws {
        #expect(try PlantCommand(line: "door open") == .hand(.door(open: true)))
        #expect(try PlantCommand(line: "  thumbturn  to 9.5 ") == .hand(.thumbturn(to: 9.5)))
        #expect(try PlantCommand(line: "button press 300ms") == .hand(.button(holding: .milliseconds(300))))
        #expect(try PlantCommand(line: "tamper on") == .hand(.tamper(true)))
        #expect(try PlantCommand(line: "battery 12") == .hand(.battery(percent: 12)))
        #expect(try PlantCommand(line: "fault obstruction 12 hard") == .fault(.obstruction(at: 12, .hard)))
        #expect(try PlantCommand(line: "end obstruction 12") == .endFault(.obstruction(at: 12, .hard)))
        #expect(try PlantCommand(line: "end all") == .endAllFaults)
    }

    @Test func `questions`() throws {
        #expect(try PlantCommand(line: "status") == .status)
        #expect(try PlantCommand(line: "mark") == .mark)
        #expect(try PlantCommand(line: "drives since 12") == .drives(since: Instant(nanoseconds: 12)))
        #expect(try PlantCommand(line: "edges since 0") == .edges(since: .zero))
        #expect(try PlantCommand(line: "trace since 0") == .trace(since: .zero))
    }

    @Test(arguments: [
        ("driving", Condition.driving), ("extend", .drivingTo(.extend)), ("retract", .drivingTo(.retract)),
        ("brake", .braking), ("awake", .awake), ("off", .off), ("moving", .moving), ("rest", .rest),
        ("position above 9.5", .positionAbove(9.5)), ("position below 1", .positionBelow(1)),
        ("active extended-limit", .input(.extendedLimit, active: true)),
        ("inactive door", .input(.door, active: false)), ("brown-out", .brownOut),
        ("drives 3 since 7", .drives(3, since: Instant(nanoseconds: 7))),
    ])
    func `conditions`(words: String, condition: Condition) throws {
        #expect(try PlantCommand(line: "wait \(words) 1.5s") == .wait(condition, atMost: .milliseconds(1500)))
    }

    @Test func `a set-up in parts`() throws {
        #expect(try PlantCommand(line: "reset") == .reset(.usual))
        guard
            case .reset(let setup) = try PlantCommand(
                line: "reset position 9.5 door open seed 7 mechanism friction 20")
        else {
            Issue.record("not a reset")
            return
        }
        #expect(setup.position == 9.5)
        #expect(setup.isDoorOpen)
        #expect(setup.seed == 7)
        #expect(setup.parameters.friction == 20)
        #expect(try PlantCommand(line: "at-start position 9.5") == .atStart("position 9.5"))
        #expect(try PlantCommand(line: "at-start usual") == .atStart(nil))
    }

    @Test(arguments: [
        "", "   ", "dance", "status now", "mark 1", "drives", "drives since", "drives since yesterday",
        "drives since -1",
        "drives since 99999999999999999999", "wait", "wait moving", "wait moving 2", "wait moving -1s",
        "wait moving 61s",
        "wait dancing 1s", "wait position above 1s", "wait position beside 3 1s", "wait position above x 1s",
        "wait active motor 1s", "wait drives 0 since 0 1s", "wait drives 9999 since 0 1s", "reset position",
        "reset position 21", "reset position -1", "reset position nan", "reset door ajar", "reset seed -1",
        "reset mechanism", "reset mechanism friction", "reset mechanism friction 1000", "reset mechanism colour 3",
        "reset elbow 3", "at-start position 99", "door", "door ajar", "door open wide", "fault",
        "fault flood", "fault obstruction 200 hard", "fault lost-edges extended 3", "end", "end flood", "power-cut",
        "command lock", "expect state locked", "store stall 1s", "clock none", "bolt-thread held-up 1s", "clock-jump 3",
        "door open\tclose", "door \u{0}open", "\u{1B}[2J", "ドア open", String(repeating: "x", count: 1025),
    ])
    func `everything else is refused in words`(line: String) {
        let error = #expect(throws: CommandError.self) { try PlantCommand(line: line) }
        #expect((error?.description.count ?? 0) > 20)
    }

    @Test func `what an error says`() {
        func words(_ line: String) -> String {
            do throws(CommandError) {
                _ = try PlantCommand(line: line)
                return ""
            } catch {
                return error.description
            }
        }
        #expect(words("wait moving 2").contains("\"2\""))
        #expect(words("fault lost-edges extended 3").contains("real lines"))
        #expect(words("command lock").contains("not the lock"))
        #expect(words("dance").contains("drives since MARK"))
        #expect(words("reset position 21").contains("0 to 20 mm"))
    }
}
