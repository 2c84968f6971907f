internal import LockCore
internal import SystemdRuntime

/// Reads the battery gauge when there is reason to, and when the pack is at rest: at boot, some time after every drive, when the
/// gauge says that it has news, and once an hour, because many gauges never say so. A cell at rest loses less than a percent in
/// that time even when it is cold and old, and one wake-up an hour is no load.
final class GaugeWatch<Meter: Gauge> {
    static var interval: Duration { .seconds(3_600) }

    /// What the motor takes from the pack.
    private enum Load {
        case none, driving
        /// Let go, and not recovered yet.
        case recovering
    }

    private let gauge: Meter
    private let isFitted: Bool
    private let recovery: Duration
    private let told: (BatteryReading) -> Void
    private var source: EventSource?
    private var timer: LoopTimer?
    private var load = Load.none
    private(set) var last: BatteryReading = .unknown

    /// - Parameters:
    ///   - isFitted: whether the profile names a battery.
    ///   - recovery: how long the pack is left alone after a drive.
    ///   - told: gets what is new, and now and then what is not.
    init(
        _ gauge: Meter, isFitted: Bool, recovery: Duration, on loop: EventLoop,
        told: @escaping (BatteryReading) -> Void
    ) throws(SystemdError) {
        self.gauge = gauge
        self.isFitted = isFitted
        self.recovery = recovery
        self.told = told
        guard isFitted else { return }
        last = gauge.read()
        if let descriptor = gauge.changeDescriptor {
            source = try loop.watch(descriptor, for: .readable) { [unowned self] _ in
                guard self.gauge.takeChange(), load == .none else { return }
                read()
            }
        }
        timer = try loop.timer { [unowned self] in due() }
        arm(in: Self.interval)
    }

    /// The motor is about to be driven. What the gauge says of that is looked at later.
    func loadBegan() { load = .driving }

    /// The motor has been let go.
    func loadEnded() {
        load = .recovering
        arm(in: recovery)
    }

    /// Reads at once; nil: nothing is new.
    func news() -> BatteryReading? {
        guard isFitted else { return nil }
        let reading = gauge.read()
        guard reading != last else { return nil }
        last = reading
        return reading
    }

    private func due() {
        guard load != .driving else { return arm(in: recovery) }
        load = .none
        arm(in: Self.interval)
        // Also what is not new: the core may owe the log something.
        told(news() ?? last)
    }

    private func read() {
        guard let reading = news() else { return }
        told(reading)
    }

    private func arm(in delay: Duration) { timer?.arm(atBootNanoseconds: (BootClock.now() + delay).nanoseconds) }
}
