import LockCore
import LockSimulation
import Testing

/// The power is cut after every effect of a story and between any two of its turns; each boot must tell the truth.
@Suite("A power cut")
struct PowerCutTests {
    /// Something that happens at an instant.
    struct Event: Sendable {
        var at: Duration
        var act: @Sendable (inout VirtualLock) -> Void
    }

    struct Story: Sendable, CustomTestStringConvertible {
        var name: String
        var position = 0.0
        var configuration = DeviceConfiguration()
        var events: [Event]
        var end: Duration
        var testDescription: String { name }
    }

    private static func asks(_ command: Command, at: Duration, id: UInt64) -> Event {
        Event(at: at) { $0.send(command, from: .key(UInt32(id)), id: RequestID(id)) }
    }

    static let stories: [Story] = {
        var completing = DeviceConfiguration()
        completing.recovery = .complete
        let jam: [Event] = [
            Event(at: .milliseconds(50)) { $0.inject(.obstruction(at: 12, .hard)) },
            asks(.lock, at: .milliseconds(100), id: 1),
        ]
        let relock = Settings(autoRelockMilliseconds: 5_000)
        return [
            Story(name: "lock", events: [asks(.lock, at: .milliseconds(100), id: 1)], end: .seconds(1)),
            Story(
                name: "unlock", position: 20, events: [asks(.unlock, at: .milliseconds(100), id: 1)], end: .seconds(1)),
            Story(
                name: "lock, completed at boot", configuration: completing,
                events: [asks(.lock, at: .milliseconds(100), id: 1)], end: .seconds(1)),
            Story(name: "jam", events: jam, end: .seconds(4)),
            Story(
                name: "superseded",
                events: [asks(.lock, at: .milliseconds(100), id: 1), asks(.unlock, at: .milliseconds(350), id: 2)],
                end: .seconds(2)),
            Story(name: "calibrate", events: [asks(.calibrate, at: .milliseconds(100), id: 1)], end: .seconds(3)),
            Story(
                name: "auto-relock", position: 20,
                events: [
                    asks(.configure(relock), at: .milliseconds(100), id: 1),
                    asks(.unlock, at: .milliseconds(200), id: 2),
                ],
                end: .seconds(8)),
        ]
    }()

    @Test(
        "at any effect and between any two turns leaves a lock that boots, tells the truth and opens",
        arguments: stories)
    func everywhere(story: Story) {
        var cuts = 0
        for seed in UInt64(1)...2 {
            var world = World(story, seed: seed)
            while true {
                // Between two turns…
                var dark = world
                dark.cut()
                dark.judge(story, "seed \(seed), after \(world.recorder.turns) turns")
                cuts += 1
                // …and after each effect of the next one.
                let before = world
                guard world.step() else { break }
                for effect in 0..<world.lastEffects {
                    var forked = before
                    forked.lock.effectsUntilPowerCut = effect + 1
                    _ = forked.step()
                    #expect(!forked.lock.isPowered, "the power was not cut")
                    forked.judge(story, "seed \(seed), turn \(before.recorder.turns + 1), effect \(effect + 1)")
                    cuts += 1
                }
            }
        }
        print("\(story.name): \(cuts) cut points")
        #expect(cuts > 40)
    }

    /// A lock in the middle of a story.
    struct World {
        var lock: VirtualLock
        var recorder: RunRecorder
        var lastEffects = 0
        private var coming: [Event]
        private let end: Instant

        init(_ story: Story, seed: UInt64) {
            lock = VirtualLock(configuration: story.configuration, seed: seed, position: story.position)
            recorder = RunRecorder(monitor: SafetyMonitor(configuration: story.configuration))
            coming = story.events
            end = .zero + story.end
        }

        /// Runs to the next turn; false at the story's end.
        mutating func step() -> Bool {
            while lock.now < end {
                let bound = coming.first.map { Instant.zero + $0.at } ?? end
                var counter = TurnCounter(recorder: recorder)
                let hadTurn = lock.step(until: bound, observer: &counter)
                recorder = counter.recorder
                lastEffects = counter.effects
                if hadTurn { return true }
                if lock.now >= bound, !coming.isEmpty { coming.removeFirst().act(&lock) }
            }
            return false
        }

        mutating func cut() { lock.cutPower(for: .milliseconds(500), observer: &recorder) }

        /// Boots, and asks whether what is said is so.
        mutating func judge(_ story: Story, _ place: String) {
            let durable = lock.store.openMotions.last
            let closedBefore = recorder.closings
            lock.removeAllFaults()
            // Half a second of darkness and the boot; a completed stroke besides.
            lock.run(
                until: lock.now + .milliseconds(story.configuration.recovery == .complete ? 2_500 : 900),
                observer: &recorder)
            #expect(lock.isPowered, "\(place): no boot")
            guard let device = lock.computer?.device else { return }
            let limits = lock.mechanism.levels.limits
            #expect(device.limits == limits, "\(place): the switches are \(limits), not \(device.limits)")
            let truth: LockState =
                switch limits.position {
                case .extended: .locked
                case .retracted: .unlocked
                case .between: .between
                case .conflict: .fault(.sensorConflict)
                }
            #expect(device.state == truth, "\(place)")
            #expect(lock.store.openMotions.lasts.isEmpty, "\(place): a motion was left open")
            if let durable {
                let closings = recorder.closings.dropFirst(closedBefore.count).filter { $0 == durable.id }
                #expect(
                    closings.count == 1, "\(place): motion \(durable.id.rawValue) was closed \(closings.count) times")
            }
            let id = RequestID(1_000)
            recorder.monitor.asked(.unlock, from: .local(user: 0), id: id, at: lock.now)
            lock.send(.unlock, from: .local(user: 0), id: id)
            lock.run(until: lock.now + .seconds(3), observer: &recorder)
            #expect(recorder.monitor.replies[id] == .done(.unlocked), "\(place)")
            // Only what this test has asked itself was announced to the monitor.
            let found = recorder.monitor.violations.filter { $0.rule != .oneReply }
            #expect(found.isEmpty, "\(place)")
        }
    }

    /// Counts the effects of the last turn.
    struct TurnCounter: VirtualLockObserver {
        var recorder: RunRecorder
        var effects = 0

        mutating func turned(_ turn: Turn, lock: borrowing VirtualLock) {
            effects = turn.effects.count
            recorder.turned(turn, lock: lock)
        }
        mutating func willPerform(_ effect: Effect, at now: Instant) { recorder.willPerform(effect, at: now) }
        mutating func outputChanged(to output: BridgeOutput, levels: BoltLevels, at now: Instant) {
            recorder.outputChanged(to: output, levels: levels, at: now)
        }
        mutating func saw(_ edge: ModelEdge) { recorder.saw(edge) }
        mutating func storeCompleted(_ operation: StoreOperation, stored: Bool, at now: Instant) {
            recorder.storeCompleted(operation, stored: stored, at: now)
        }
        mutating func lostPower(committing last: StoreOperation?, at now: Instant) {
            recorder.lostPower(committing: last, at: now)
        }
    }
}
