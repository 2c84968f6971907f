import LockCore
import LockSimulation

/// How much simulated time a real second holds.
enum SimulationBench {
    /// Strokes of one measurement.
    private static let strokeCount = 200
    /// From one command to the next: a stroke and its settling take 0.7 s, so the lock is hardly at rest.
    private static let spacing: Duration = .milliseconds(720)
    /// Simulated idle time of one measurement: a year, asked for hour by hour.
    private static let idleHours = 8_760

    struct Result {
        var text: String
    }

    /// A whole lock that locks and unlocks without a pause.
    static func strokes(rounds: Int) -> Result {
        var driven = 0.0
        var steps = 0
        let ratio = median(rounds) {
            var configuration = DeviceConfiguration()
            // The motor's rest would be a rest of the simulation too.
            configuration.duty.burst = .seconds(3_600)
            var lock = VirtualLock(configuration: configuration, seed: 1)
            var watch = DriveWatch()
            lock.run(until: .zero + .milliseconds(100), observer: &watch)
            let begin = lock.now
            let elapsed = seconds {
                for number in 0..<strokeCount {
                    lock.send(number % 2 == 0 ? .lock : .unlock, from: .key(1), id: RequestID(UInt64(number)))
                    lock.run(until: lock.now + spacing, observer: &watch)
                }
            }
            let simulated = Double((lock.now - begin).wholeNanoseconds) * 1e-9
            driven = Double(watch.driven.wholeNanoseconds) * 1e-9 / simulated
            steps = lock.mechanism.stepCount
            return simulated / elapsed
        }
        let share = Decimal.fixed(100 * driven, 0)
        return Result(
            text: "\(figure(ratio)) (\(strokeCount) strokes, the motor driven \(share) % of the time, \(steps) steps)")
    }

    /// A whole lock for a year in which nobody comes.
    static func idle(rounds: Int) -> Result {
        let ratio = median(rounds) {
            var lock = VirtualLock(seed: 1)
            var observer = NoObserver()
            lock.run(until: .zero + .milliseconds(100), observer: &observer)
            let elapsed = seconds {
                for _ in 0..<idleHours { lock.run(until: lock.now + .seconds(3_600), observer: &observer) }
            }
            return Double(idleHours) * 3_600 / max(elapsed, 1e-9)
        }
        return Result(
            text: "\(figure(ratio)) (a year, hour by hour; rest takes no steps, so an hour costs what a second does)")
    }
}

/// Adds up how long the motor was driven.
private struct DriveWatch: VirtualLockObserver {
    var driven: Duration = .zero
    private var since: Instant?

    mutating func outputChanged(to output: BridgeOutput, levels: BoltLevels, at now: Instant) {
        if let since { driven += now - since }
        since = output.isAwake && output.bridge.direction != nil ? now : nil
    }
}
