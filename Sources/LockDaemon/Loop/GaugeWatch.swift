internal import LockCore
internal import SystemdRuntime

/// Reads the battery gauge when there is reason to: at boot, after every drive, and when the gauge says that it has news. One
/// that does not say so is also read once an hour: a cell at rest loses less than a percent in that time even when it is cold
/// and old, and one wake-up an hour is no load.
final class GaugeWatch<Meter: Gauge> {
    static var interval: Duration { .seconds(3_600) }

    private let gauge: Meter
    private let isFitted: Bool
    private let told: (BatteryReading) -> Void
    private var source: EventSource?
    private var timer: LoopTimer?
    private(set) var last: BatteryReading = .unknown

    /// `isFitted`: whether the profile names a battery.
    init(
        _ gauge: Meter, isFitted: Bool, on loop: EventLoop, told: @escaping (BatteryReading) -> Void
    ) throws(SystemdError) {
        self.gauge = gauge
        self.isFitted = isFitted
        self.told = told
        guard isFitted else { return }
        last = gauge.read()
        if let descriptor = gauge.changeDescriptor {
            source = try loop.watch(descriptor, for: .readable) { [unowned self] _ in
                self.gauge.takeChange()
                read()
            }
        } else {
            timer = try loop.timer { [unowned self] in
                read()
                arm()
            }
            arm()
        }
    }

    private func arm() { timer?.arm(atBootNanoseconds: (BootClock.now() + Self.interval).nanoseconds) }

    /// Reads, and tells what is new.
    func read() {
        guard isFitted else { return }
        let reading = gauge.read()
        guard reading != last else { return }
        last = reading
        told(reading)
    }
}
