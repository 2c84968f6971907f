import LockCore
import LockSimulation
import Testing

@Suite("The words of a scenario")
struct PhysicsTextTests {
    @Test("name every fault, and read back as the same", arguments: Fault.allCases)
    func faults(fault: Fault) throws {
        #expect(try Fault(text: fault.description) == fault)
        #expect(Fault.syntax.contains { $0.split(separator: " ").first.map(String.init) == fault.name })
    }

    @Test("name faults with any figures")
    func figures() throws {
        let faults: [Fault] = [
            .obstruction(at: 12.345678, .soft), .obstruction(at: 0.1, .hard), .limitStuck(.retracted, active: true),
            .limitNoise(.retracted), .lateEdges(by: .microseconds(1500)), .lateEdges(by: .zero),
            .lostEdges(.retracted, count: 1), .weakBattery(percent: 0),
        ]
        for fault in faults { #expect(try Fault(text: fault.description) == fault) }
        #expect(try Fault(text: "obstruction 12") == .obstruction(at: 12, .hard))
        #expect(try Fault(text: "late-edges 1.5ms") == .lateEdges(by: .microseconds(1500)))
    }

    @Test("name every action of a hand")
    func hands() throws {
        let hands: [Hand] = [
            .door(open: true), .door(open: false), .thumbturn(to: 7.5), .thumbturnToEnd(.extend),
            .thumbturnToEnd(.retract), .releaseThumbturn, .button(holding: .milliseconds(300)), .tamper(true),
            .tamper(false), .battery(percent: 40),
        ]
        for hand in hands { #expect(try Hand(text: hand.description) == hand) }
        #expect(try Hand(text: "  button   press 0.3s ") == .button(holding: .milliseconds(300)))
    }

    @Test("name what befalls the device")
    func world() throws {
        for event in [WorldEvent.powerCut, .clockJump(seconds: -3600), .clockJump(seconds: 86_400)] {
            #expect(try WorldEvent(text: event.description) == event)
        }
    }

    @Test(
        "are refused with the input and what would be right",
        arguments: [
            ("", "missing"), ("jam", "there is no such fault"), ("obstruction", "position in mm is missing"),
            ("obstruction nan", "\"nan\""), ("obstruction -1", "0 to 100"), ("obstruction 5 mushy", "hard or soft"),
            ("limit-stuck left active", "extended, retracted"), ("limit-stuck extended on", "active, inactive"),
            ("late-edges 20", "250ms"), ("late-edges 2s", "1s at most"), ("late-edges -1ms", "250ms"),
            ("lost-edges extended 0", "1 to 1000000"), ("weak-battery 101", "0 to 100"), ("brown-out now", "too many"),
        ])
    func refused(text: String, hint: String) {
        let error = #expect(throws: PhraseError.self) { try Fault(text: text) }
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\"\(text)\"") == true)
    }

    @Test("give durations exactly")
    func durations() {
        #expect(DurationText.parse("250ms") == .milliseconds(250))
        #expect(DurationText.parse("0.000000001s") == .nanoseconds(1))
        #expect(DurationText.parse("-1.5s") == .milliseconds(-1500))
        for bad in [
            "", "s", "ms", "1", "1.s", ".5s", "1e3s", "1.5ns", "0.0000000001s", "+1s", "1 s", "9999999999s", "١s",
        ] {
            #expect(DurationText.parse(bad) == nil, "\(bad)")
        }
        for nanoseconds in [0, 1, 999, 1000, 1_500_000, 2_000_000_000, -7_000_000] as [Int64] {
            let duration = Duration.nanoseconds(nanoseconds)
            #expect(DurationText.parse(DurationText.format(duration)) == duration)
        }
    }

    @Test("give numbers the same everywhere")
    func numbers() {
        #expect(Decimal.fixed(1.0005) == "1.001" || Decimal.fixed(1.0005) == "1.000")
        #expect(Decimal.fixed(-0.0001) == "0.000")
        #expect(Decimal.fixed(-1.5, 1) == "-1.5")
        #expect(Decimal.fixed(12.34, 0) == "12")
        #expect(Decimal.fixed(0.05, 2) == "0.05")
        #expect(Decimal.fixed(.nan) == "-" && Decimal.fixed(.infinity) == "-" && Decimal.fixed(1e12) == "-")
        #expect(Decimal.trimmed(2.5) == "2.5" && Decimal.trimmed(20) == "20" && Decimal.trimmed(0) == "0")
    }
}
