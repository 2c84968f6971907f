/// What is left in the battery, in steps of 5 %. A finer figure would tell of every use of the bolt.
package struct BatteryLevel: Hashable, Comparable, Sendable {
    /// 0, 5, … 100.
    package let percent: UInt8

    /// Ours, with the registry's precision.
    package static let step = 5

    /// Rounded down, so that "20" never means less; nil: not a percentage.
    package init?(percent: Int) {
        guard (0...100).contains(percent) else { return nil }
        self.percent = UInt8(percent / Self.step * Self.step)
    }

    package static func < (left: BatteryLevel, right: BatteryLevel) -> Bool { left.percent < right.percent }
}
