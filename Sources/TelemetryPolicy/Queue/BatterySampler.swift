/// Decides which readings of the battery are recorded: one a day, and one more on falling to a threshold.
package struct BatterySampler: Hashable, Sendable {
    private var lastDay: Day?
    private var lastLevel: BatteryLevel?
    /// Thresholds that were reached and not left again.
    private var reached: Set<UInt8> = []

    /// Ours: when people should buy batteries, and when they must. Falling only, and once for each charge.
    package static let thresholds: [UInt8] = [20, 10]
    /// A resting battery recovers a little; a new one does more.
    package static let rearm: UInt8 = 15

    package init() {}

    /// Goes on from what was recorded last: a boot does not make a day twice.
    package init(resuming last: DatedValue?) {
        guard let last, case .battery(let level) = last.value else { return }
        (lastDay, lastLevel) = (last.day, level)
        reached = Set(Self.thresholds.filter { level.percent <= $0 })
    }

    package enum Sample: Hashable, Sendable {
        case leaveOut
        case note(BatteryLevel)
        /// Written at once: the last thing a dying battery says should not wait an hour.
        case threshold(BatteryLevel)
    }

    package mutating func take(percent: Int, on day: Day) -> Sample {
        guard let level = BatteryLevel(percent: percent) else { return .leaveOut }
        reached = reached.filter { level.percent < $0 + Self.rearm }
        let fallen = Self.thresholds.filter { level.percent <= $0 && !reached.contains($0) }
        reached.formUnion(fallen)
        let isFirst = lastDay == nil
        if !fallen.isEmpty, !isFirst {
            (lastDay, lastLevel) = (day, level)
            return .threshold(level)
        }
        if let lastDay, day <= lastDay {
            // A clock that is set back does not make a day twice; one that was far ahead does not end it all.
            if lastDay.days(since: day) > 1 { self.lastDay = day }
            return .leaveOut
        }
        defer { (lastDay, lastLevel) = (day, level) }
        return .note(level)
    }
}
