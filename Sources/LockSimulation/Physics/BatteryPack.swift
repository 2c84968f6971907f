import LockCore

/// Four alkaline cells: an open-circuit voltage that falls with the charge, behind an internal resistance that rises.
///
/// Standby drain is a function of the time and not of the number of steps, so that rest costs nothing to simulate.
struct BatteryPack: Hashable, Sendable {
    /// Open-circuit voltage of the pack by percent of charge; four times a typical AA alkaline cell's.
    static let curve: [(percent: Double, volts: Double)] = [
        (0, 3.6), (10, 4.6), (25, 4.92), (50, 5.2), (75, 5.6), (100, 6.4),
    ]

    private var capacity: Double
    private var standbyCurrent: Double
    private var initialPercent: Double
    private var since: Int64
    /// Drawn by the motor, in C.
    var motorCharge = 0.0

    init(_ parameters: PhysicalParameters, percent: Double, at now: Int64) {
        capacity = parameters.capacity * 3.6
        standbyCurrent = parameters.standbyCurrent
        initialPercent = min(max(percent, 0), 100)
        since = now
    }

    /// Drawn since the pack was put in, in C.
    func charge(at now: Int64) -> Double { motorCharge + standbyCurrent * Double(now - since) * 1e-9 }

    /// What is left, 0...100.
    func percent(at now: Int64) -> Double { max(0, initialPercent - 100 * charge(at: now) / capacity) }

    static func openCircuit(percent: Double) -> Double {
        var below = (percent: 0.0, volts: 3.6)
        for point in curve {
            if percent <= point.percent {
                let span = point.percent - below.percent
                guard span > 0 else { return point.volts }
                return below.volts + (point.volts - below.volts) * (percent - below.percent) / span
            }
            below = point
        }
        return below.volts
    }
}
