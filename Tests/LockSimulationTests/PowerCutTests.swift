import LockCore
import LockSimulation
import Testing

/// The power is cut after every effect of a story and between any two of its turns; each boot must tell the truth.
@Suite("A power cut")
struct PowerCutTests {
    /// Something that happens at an instant.
    struct Event: Sendable {
        var at: Duration
        var act: @Sendable (inout VirtualLock, inout RunRecorder) -> Void

        /// Somebody asks, under an origin of their own.
        static func asks(_ command: Command, at: Duration, id: UInt64) -> Event {
            Event(at: at) { lock, recorder in
                let origin = Origin.key(UInt32(id))
                recorder.monitor.asked(command, from: origin, id: RequestID(id), at: lock.now)
                lock.send(command, from: origin, id: RequestID(id))
            }
        }

        static func hand(_ hand: Hand, at: Duration) -> Event { Event(at: at) { lock, _ in lock.perform(hand) } }
        static func fault(_ fault: Fault, at: Duration) -> Event { Event(at: at) { lock, _ in lock.inject(fault) } }
    }

    struct Story: Sendable, CustomTestStringConvertible {
        var name: String
        var position = 0.0
        var configuration = DeviceConfiguration()
        var events: [Event]
        var end: Duration
        var testDescription: String { name }
    }

    private static let completing: DeviceConfiguration = {
        var completing = DeviceConfiguration()
        completing.recovery = .complete
        return completing
    }()

    static let stories = strokes + people + troubles

    private static let strokes: [Story] = [
        Story(name: "lock", events: [.asks(.lock, at: .milliseconds(100), id: 1)], end: .seconds(1)),
        Story(
            name: "unlock", position: 20, events: [.asks(.unlock, at: .milliseconds(100), id: 1)], end: .seconds(1)),
        Story(
            name: "lock, completed at boot", configuration: completing,
            events: [.asks(.lock, at: .milliseconds(100), id: 1)], end: .seconds(1)),
        Story(
            name: "superseded",
            events: [.asks(.lock, at: .milliseconds(100), id: 1), .asks(.unlock, at: .milliseconds(350), id: 2)],
            end: .seconds(2)),
        Story(
            name: "superseded, completed at boot", configuration: completing,
            events: [.asks(.lock, at: .milliseconds(100), id: 1), .asks(.unlock, at: .milliseconds(350), id: 2)],
            end: .seconds(2)),
        Story(name: "calibrate", events: [.asks(.calibrate, at: .milliseconds(100), id: 1)], end: .seconds(3)),
        Story(
            name: "auto-relock", position: 20,
            events: [
                .asks(.configure(Settings(autoRelockMilliseconds: 5_000)), at: .milliseconds(100), id: 1),
                .asks(.unlock, at: .milliseconds(200), id: 2),
            ],
            end: .seconds(8)),
    ]

    private static let people: [Story] = [
        Story(
            name: "joined, while the journal is waited for and in mid-stroke",
            events: [
                .asks(.lock, at: .milliseconds(100), id: 1), .asks(.lock, at: .milliseconds(101), id: 2),
                .asks(.lock, at: .milliseconds(350), id: 3),
            ],
            end: .seconds(1)),
        Story(
            name: "joined, completed at boot", configuration: completing,
            events: [.asks(.lock, at: .milliseconds(100), id: 1), .asks(.lock, at: .milliseconds(350), id: 2)],
            end: .seconds(1)),
        Story(
            name: "joined, and superseded by two",
            events: [
                .asks(.lock, at: .milliseconds(100), id: 1), .asks(.lock, at: .milliseconds(200), id: 2),
                .asks(.unlock, at: .milliseconds(350), id: 3), .asks(.unlock, at: .milliseconds(360), id: 4),
            ],
            end: .seconds(2)),
        Story(
            name: "the inside button at rest", position: 20,
            events: [.hand(.button(holding: .milliseconds(150)), at: .milliseconds(100))], end: .seconds(1)),
        Story(
            name: "the inside button in mid-lock, and a phone that joins",
            events: [
                .asks(.lock, at: .milliseconds(100), id: 1),
                .hand(.button(holding: .milliseconds(150)), at: .milliseconds(350)),
                .asks(.unlock, at: .milliseconds(600), id: 2),
            ],
            end: .seconds(2)),
        Story(
            name: "the inside button in mid-lock, completed at boot", configuration: completing,
            events: [
                .asks(.lock, at: .milliseconds(100), id: 1),
                .hand(.button(holding: .milliseconds(150)), at: .milliseconds(350)),
            ],
            end: .seconds(2)),
        Story(
            name: "the door opens in mid-stroke",
            events: [.asks(.lock, at: .milliseconds(100), id: 1), .hand(.door(open: true), at: .milliseconds(350))],
            end: .seconds(2)),
        Story(
            name: "the door opens in mid-stroke, completed at boot", configuration: completing,
            events: [.asks(.lock, at: .milliseconds(100), id: 1), .hand(.door(open: true), at: .milliseconds(350))],
            end: .seconds(2)),
        Story(
            name: "turned by hand at rest",
            events: [
                .hand(.thumbturnToEnd(.extend), at: .milliseconds(100)), .hand(.thumbturn(to: 10), at: .seconds(1)),
                .hand(.thumbturnToEnd(.retract), at: .milliseconds(1_500)),
                .hand(.thumbturnToEnd(.extend), at: .seconds(2)),
                .hand(.thumbturnToEnd(.retract), at: .milliseconds(2_600)),
            ],
            end: .milliseconds(3_200)),
        Story(
            name: "turned back by hand in mid-stroke",
            events: [
                .asks(.lock, at: .milliseconds(100), id: 1),
                .hand(.thumbturnToEnd(.retract), at: .milliseconds(400)),
            ],
            end: .seconds(4)),
    ]

    private static let troubles: [Story] = [
        Story(
            name: "jam",
            events: [
                .fault(.obstruction(at: 12, .hard), at: .milliseconds(50)),
                .asks(.lock, at: .milliseconds(100), id: 1),
            ],
            end: .seconds(4)),
        Story(
            name: "the journal stands still for an unlock and a lock", position: 20,
            events: [
                Event(at: .milliseconds(50)) { lock, _ in lock.store.stalledUntil = lock.now + .milliseconds(1_500) },
                .asks(.unlock, at: .milliseconds(100), id: 1), .asks(.unlock, at: .milliseconds(400), id: 2),
                .asks(.lock, at: .milliseconds(1_200), id: 3),
            ],
            end: .seconds(3)),
        Story(
            name: "the journal fails and works again", position: 20,
            events: [
                Event(at: .milliseconds(50)) { lock, _ in lock.store.isFailing = true },
                .asks(.unlock, at: .milliseconds(100), id: 1), .asks(.lock, at: .milliseconds(1_000), id: 2),
                Event(at: .milliseconds(1_100)) { lock, _ in lock.store.isFailing = false },
                .asks(.lock, at: .milliseconds(1_200), id: 3),
            ],
            end: .seconds(3)),
        Story(
            name: "calibrate with a hand at the thumbturn",
            events: [
                .fault(.motorDisconnected, at: .milliseconds(50)),
                .asks(.calibrate, at: .milliseconds(100), id: 1),
                Event(at: .milliseconds(2_300)) { lock, _ in lock.removeAllFaults() },
                .hand(.thumbturn(to: 10), at: .milliseconds(2_500)),
            ],
            end: .seconds(6)),
        Story(
            name: "the driver's fault in mid-stroke",
            events: [
                .asks(.lock, at: .milliseconds(100), id: 1), .fault(.driverFault, at: .milliseconds(350)),
                .asks(.unlock, at: .milliseconds(400), id: 2),
            ],
            end: .seconds(2)),
    ]

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
                dark.judge(story, again: cuts % 5, "seed \(seed), after \(world.recorder.turns) turns")
                cuts += 1
                // …and after each effect of the next one.
                let before = world
                guard world.step() else { break }
                for effect in 0..<world.lastEffects {
                    var forked = before
                    forked.lock.effectsUntilPowerCut = effect + 1
                    _ = forked.step()
                    #expect(!forked.lock.isPowered, "the power was not cut")
                    forked.judge(
                        story, again: cuts % 5, "seed \(seed), turn \(before.recorder.turns + 1), effect \(effect + 1)")
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
                if lock.now >= bound, !coming.isEmpty { coming.removeFirst().act(&lock, &recorder) }
            }
            return false
        }

        mutating func cut() { lock.cutPower(for: .milliseconds(500), observer: &recorder) }

        /// Boots, and asks whether what is said is so. The power is cut once more after so many effects of the boot, if any.
        mutating func judge(_ story: Story, again: Int, _ place: String) {
            let owed = lock.store.openMotions
            let closedBefore = recorder.closings.count
            let entriesBefore = recorder.audits.count
            lock.removeAllFaults()
            lock.store.isFailing = false
            lock.store.stalledUntil = nil
            lock.perform(.releaseThumbturn)
            lock.effectsUntilPowerCut = again > 0 ? again : nil
            // Half a second of darkness and the boot, twice; a completed stroke besides.
            lock.run(
                until: lock.now + .milliseconds(story.configuration.recovery == .complete ? 3_500 : 1_900),
                observer: &recorder)
            lock.effectsUntilPowerCut = nil
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
            #expect(lock.store.openMotions.isEmpty, "\(place): \(lock.store.openMotions) were left open")
            // Each that the store knew of has one entry, about whoever had asked for it.
            let closings = recorder.closings.dropFirst(closedBefore)
            let entries = recorder.audits.dropFirst(entriesBefore)
            for motion in owed {
                let count = closings.count { $0 == motion.id }
                #expect(count == 1, "\(place): motion \(motion.id.rawValue) was closed \(count) times")
                let told = entries.filter { $0.origin == motion.origin && $0.action == AuditAction(of: motion.target) }
                #expect(!told.isEmpty, "\(place): \(motion.origin) was not told of")
            }
            // Nothing is completed but what was wanted last.
            if let last = owed.last {
                let completed = entries.filter { $0.origin == .recovery }.map(\.action)
                #expect(
                    completed.allSatisfy { $0 == AuditAction(of: last.target) }, "\(place): \(completed), not \(last)")
            }
            let id = RequestID(1_000)
            recorder.monitor.asked(.unlock, from: .local(user: 0), id: id, at: lock.now)
            lock.send(.unlock, from: .local(user: 0), id: id)
            lock.run(until: lock.now + .seconds(3), observer: &recorder)
            #expect(recorder.monitor.replies[id] == .done(.unlocked), "\(place)")
            #expect(recorder.monitor.owedMotions.isEmpty, "\(place)")
            #expect(recorder.monitor.violations.isEmpty, "\(place)")
        }
    }

    /// Counts the effects of the last turn.
    struct TurnCounter: VirtualLockObserver {
        var recorder: RunRecorder
        var effects = 0

        mutating func decided(_ turn: Turn, lock: borrowing VirtualLock) { recorder.decided(turn, lock: lock) }
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
