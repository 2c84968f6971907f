import LockCore
import LockSimulation

/// What a lock and an unlock put into the core, to be put there again and again.
struct CoreReplay {
    private let log: [(at: Instant, input: Input)]
    private let start = Device(configuration: DeviceConfiguration())

    /// Inputs of one replay.
    var count: Int { log.count }

    init() {
        var lock = VirtualLock(seed: 1)
        var recorder = InputRecorder()
        lock.run(until: .zero + .milliseconds(100), observer: &recorder)
        for (number, command) in [Command.lock, .unlock].enumerated() {
            lock.send(command, from: .key(1), id: RequestID(UInt64(number)))
            lock.run(until: lock.now + .seconds(1), observer: &recorder)
        }
        log = recorder.log
    }

    /// Replays so many times; says how many effects there were, so that nothing is left out as unused.
    func replay(_ times: Int) -> Int {
        var effects = 0
        for _ in 0..<times {
            var device = start
            for (at, input) in log { effects += device.handle(input, at: at).count }
        }
        return effects
    }

    /// The baseline: as many updates of a small dictionary, which is what a program does without a thought.
    func baseline(_ times: Int) -> Int {
        var counts: [UInt64: Int] = [:]
        for time in 0..<times {
            for number in 0..<log.count { counts[UInt64((time &+ number) & 63), default: 0] += 1 }
        }
        return counts.count
    }

    struct Speed {
        var text: String
    }

    /// Replays of one measurement.
    private static let replays = 5_000

    func speed(rounds: Int) -> Speed {
        var sum = 0
        let perSecond = median(rounds) {
            Double(Self.replays * log.count) / seconds { sum += replay(Self.replays) }
        }
        let baseline = median(rounds) {
            Double(Self.replays * log.count) / seconds { sum += self.baseline(Self.replays) }
        }
        let ratio = figure(baseline / perSecond)
        return Speed(
            text: "\(figure(perSecond)) inputs a second, \(figure(1e9 / perSecond)) ns each; "
                + "a dictionary update takes \(figure(1e9 / baseline)) ns, so \(ratio) of them (checked: \(sum > 0))")
    }
}

private struct InputRecorder: VirtualLockObserver {
    var log: [(at: Instant, input: Input)] = []
    mutating func turned(_ turn: Turn, lock: borrowing VirtualLock) { log.append((turn.bootTime, turn.input)) }
}
