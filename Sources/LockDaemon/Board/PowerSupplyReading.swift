package import LockCore

/// What the attributes of a power supply say, in the daemon's terms. Pure.
package enum PowerSupplyReading: Hashable, Sendable {
    case level(percent: Int, millivolts: Int)
    /// Nothing that could be believed, and why: for people.
    case unreadable(String)

    /// What an attribute's file gave.
    package enum Attribute: Hashable, Sendable {
        case text(String)
        /// It could not be read.
        case failed(errno: Int32, words: String)
    }

    /// Nothing that runs this program has less at its battery, or more: below one volt or above 100 V the gauge counts in other
    /// units, or measures nothing.
    package static let plausibleMillivolts = 1_000...100_000

    /// `capacity` in percent and `voltage_now` in microvolts (Documentation/ABI/testing/sysfs-class-power). `present`, where there is
    /// such a file, is 0 while no battery is in its holder.
    package init(capacity: Attribute, voltage: Attribute, present: Attribute?) {
        if case .text(let text) = present, Self.number(text) == 0 {
            self = .unreadable("present is 0: there is no battery in its holder")
            return
        }
        var found: [Int] = []
        for (name, attribute) in [("capacity", capacity), ("voltage_now", voltage)] {
            switch attribute {
            case .failed(_, let words):
                self = .unreadable("\(name) could not be read: \(words)")
                return
            case .text(let text):
                guard let number = Self.number(text) else {
                    self = .unreadable("\(name) is not a number: \"\(Self.excerpt(text))\"")
                    return
                }
                found.append(number)
            }
        }
        let (percent, microvolts) = (found[0], found[1])
        guard (0...100).contains(percent) else {
            self = .unreadable("capacity is \(percent), not 0 to 100 percent")
            return
        }
        // Fine for every integer: dividing does not overflow.
        guard Self.plausibleMillivolts.contains(microvolts / 1_000) else {
            self = .unreadable(
                """
                voltage_now is \(microvolts) µV, which no battery of a lock has; expected is \
                \(Self.plausibleMillivolts.lowerBound / 1_000) to \(Self.plausibleMillivolts.upperBound / 1_000) V in microvolts
                """)
            return
        }
        self = .level(percent: percent, millivolts: microvolts / 1_000)
    }

    package var reading: BatteryReading {
        switch self {
        case .level(let percent, let millivolts): .level(percent: percent, millivolts: millivolts)
        case .unreadable: .unreadable
        }
    }

    /// Sysfs ends a value with a line feed.
    private static func number(_ text: String) -> Int? {
        Int(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }

    private static func excerpt(_ text: String) -> String {
        String(text.prefix(40).map { $0.isASCII && !$0.isNewline && $0 >= " " ? $0 : "?" })
    }
}
