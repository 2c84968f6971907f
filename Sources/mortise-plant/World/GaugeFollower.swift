import LockCore
import LockSimulation

/// What the battery's gauge shows, and when it looks: as often as real gauges convert, and at a change that matters.
struct GaugeFollower: Sendable {
    struct Reading: Hashable, Sendable {
        var percent: Int
        /// At the terminals, under the present load.
        var millivolts: Int
        /// Whether the battery is in its holder; what a gauge that does not answer is shown as.
        var isPresent: Bool
    }

    /// Between two conversions while the motor runs.
    static let interval: Duration = .milliseconds(100)
    /// A smaller change is noise.
    private static let grainMillivolts = 50

    private(set) var shown: Reading?
    private var shownAt = Instant.zero

    /// What the gauge is to show from now on; nil: what it shows already.
    mutating func look(at model: PhysicalModel, now: Instant) -> Reading? {
        var reading = Reading(
            percent: shown?.percent ?? 0, millivolts: Int((model.terminalVoltage * 1000).rounded()), isPresent: false)
        if case .level(let percent, _) = model.battery {
            reading.percent = percent
            reading.isPresent = true
        }
        guard let shown else { return show(reading, now) }
        let isNews =
            reading.isPresent != shown.isPresent || reading.percent != shown.percent
            || abs(reading.millivolts - shown.millivolts) >= Self.grainMillivolts
        // At rest the gauge has all the time in the world, and shows the cells' own voltage again.
        guard isNews, !model.isEnergised || now - shownAt >= Self.interval else { return nil }
        return show(reading, now)
    }

    private mutating func show(_ reading: Reading, _ now: Instant) -> Reading {
        shown = reading
        shownAt = now
        return reading
    }
}
