/// How the lock behaves toward the people who use it.
package enum OperatingMode: String, Hashable, Sendable, CaseIterable, Codable {
    case normal
    /// Auto-relock is suspended: the door is in use.
    case passage
    /// Only the inside button unlocks.
    case lockOut
}

/// What an owner or administrator may set. Durable.
package struct Settings: Hashable, Sendable, Codable {
    package var mode: OperatingMode
    /// Milliseconds from unlocked (and the door closed) to locking again; nil is never. Bounds: ``relockBounds``.
    package var autoRelockMilliseconds: Int64?
    /// Milliseconds that a door may stand open before the door-ajar alarm; nil is no alarm. Bounds: ``ajarBounds``.
    package var doorAjarMilliseconds: Int64?

    package init(
        mode: OperatingMode = .normal, autoRelockMilliseconds: Int64? = nil, doorAjarMilliseconds: Int64? = 120_000
    ) {
        self.mode = mode
        self.autoRelockMilliseconds = autoRelockMilliseconds
        self.doorAjarMilliseconds = doorAjarMilliseconds
    }

    /// 5 s (a person with a bag needs that long to open the door) to 4 h.
    package static let relockBounds: ClosedRange<Int64> = 5_000...14_400_000
    /// 10 s to 4 h.
    package static let ajarBounds: ClosedRange<Int64> = 10_000...14_400_000

    /// Which value is out of its bounds, in words; nil when all are within.
    package func complaint() -> String? {
        if let autoRelockMilliseconds, !Self.relockBounds.contains(autoRelockMilliseconds) {
            return "auto-relock \(autoRelockMilliseconds) ms is outside 5 s to 4 h"
        }
        if let doorAjarMilliseconds, !Self.ajarBounds.contains(doorAjarMilliseconds) {
            return "door-ajar \(doorAjarMilliseconds) ms is outside 10 s to 4 h"
        }
        return nil
    }
}

/// What calibration learned. Durable.
package struct Calibration: Hashable, Sendable, Codable {
    /// Nanoseconds from energising to the extended limit, from the retracted limit.
    package var extendNanoseconds: Int64
    /// Nanoseconds from energising to the retracted limit, from the extended limit.
    package var retractNanoseconds: Int64

    package init(extendNanoseconds: Int64, retractNanoseconds: Int64) {
        self.extendNanoseconds = extendNanoseconds
        self.retractNanoseconds = retractNanoseconds
    }

    package subscript(direction: Direction) -> Duration {
        get { .nanoseconds(direction == .extend ? extendNanoseconds : retractNanoseconds) }
        set {
            if direction == .extend {
                extendNanoseconds = newValue.wholeNanoseconds
            } else {
                retractNanoseconds = newValue.wholeNanoseconds
            }
        }
    }
}
