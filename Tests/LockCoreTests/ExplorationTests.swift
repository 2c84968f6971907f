import Glibc
import Testing

@testable import LockCore

/// Breadth-first over everything that can happen to small locks.
@Suite("Explored exhaustively, a small lock")
struct ExplorationTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout DeviceConfiguration) -> Void
        var settings = Settings()
        var calibration: Calibration?
        var alphabet = World.Alphabet()
        /// The phases that this lock can be in.
        var phases = Set(phasesOfAStroke)
    }

    private static let learned = Calibration(extendNanoseconds: 300_000_000, retractNanoseconds: 300_000_000)

    static let cases = [
        Case(
            testDescription: "with nothing but its switches and one retry",
            change: {
                $0.equipment.doorSensor = false
                $0.equipment.stallSensor = false
                $0.retry.retries = 1
            },
            calibration: learned,
            alphabet: World.Alphabet(calibrates: false, driverFaults: false, switchesConflict: true),
            phases: Set(phasesOfAStroke + ["pausing"])),
        Case(
            testDescription: "with a door, a stall sensor and auto-relock, without retries",
            change: { $0.retry.retries = 0 }, settings: Settings(autoRelockMilliseconds: 30_000), calibration: learned,
            alphabet: World.Alphabet(
                calibrates: false, driverFaults: false, batteryEmpties: true, switchesConflict: false),
            phases: Set(phasesOfAStroke + ["pausing"])),
        Case(
            testDescription: "that must be calibrated first, without a door",
            change: {
                $0.requiresCalibration = true
                $0.equipment.doorSensor = false
                $0.retry.retries = 0
            },
            alphabet: World.Alphabet(calibrates: true, driverFaults: false, switchesConflict: true),
            phases: Set(phasesOfAStroke + ["pausing", "awaitingHand"])),
        Case(
            testDescription: "with a fault line, a stall sensor and one retry",
            change: {
                $0.equipment.doorSensor = false
                $0.retry.retries = 1
            },
            calibration: learned,
            alphabet: World.Alphabet(calibrates: false, driverFaults: true, switchesConflict: false),
            phases: Set(phasesOfAStroke + ["pausing"])),
    ]

    /// A test of an unoptimised build must end; what it has not seen by then it says.
    private static let maximumStates = 600_000

    @Test("keeps its promises in every state", arguments: cases)
    func explore(_ small: Case) {
        var configuration = DeviceConfiguration()
        configuration.duty.burst = .seconds(100_000)
        small.change(&configuration)
        var worlds = BoltPosition.allCases.map {
            World($0, configuration: configuration, settings: small.settings, calibration: small.calibration)
        }
        var trail: [(from: Int, event: World.Event?)] = worlds.indices.map { ($0, nil) }
        var known = Set(worlds.map(\.key))
        var transitions = 0
        var deepest = 0
        var depth = Array(repeating: 0, count: worlds.count)
        var phases: Set<String> = []
        var states = Set(worlds.map(\.device.state.name))
        var index = 0
        while index < worlds.count {
            let world = worlds[index]
            for event in world.events(of: small.alphabet) {
                var next = world
                transitions += 1
                for complaint in next.happen(event) {
                    Issue.record("\(complaint), after \(Self.story(to: index, trail)), \(event)")
                    return
                }
                guard known.count < Self.maximumStates, known.insert(next.key).inserted else { continue }
                if let phase = next.device.stroke?.phase.name { phases.insert(phase) }
                states.insert(next.device.state.name)
                worlds.append(next)
                trail.append((index, event))
                depth.append(depth[index] + 1)
                deepest = depth[index] + 1
            }
            if index % Self.restsLookedAt == 0, let complaint = Self.rests(world) {
                Issue.record("\(complaint), after \(Self.story(to: index, trail))")
                return
            }
            index += 1
        }
        let isComplete = known.count < Self.maximumStates
        print(
            "explored \(small.testDescription): \(known.count) states, \(transitions) transitions, depth \(deepest), "
                + (isComplete ? "all there are" : "and no further"))
        #expect(phases == small.phases)
        #expect(isComplete)
        #expect(states.isSuperset(of: ["locked", "unlocked", "locking", "unlocking", "between", "jammed", "fault"]))
    }

    /// Every 16th state, or each of them under `scripts/test --full`.
    private static let restsLookedAt = getenv("MORTISE_FULL") == nil ? 16 : 1

    /// From anywhere, the stroke's timer alone brings the lock to rest: nothing waits for an answer for ever.
    private static func rests(_ world: World) -> String? {
        var world = world
        for _ in 0..<100 {
            guard world.device.stroke != nil else { return nil }
            if let complaint = world.happen(.timer(.stroke)).first { return complaint }
        }
        return "it does not come to rest"
    }

    private static func story(to index: Int, _ trail: [(from: Int, event: World.Event?)]) -> String {
        var events: [String] = []
        var at = index
        while let event = trail[at].event {
            events.append("\(event)")
            at = trail[at].from
        }
        return "(start \(at)) " + events.reversed().joined(separator: ", ")
    }
}
