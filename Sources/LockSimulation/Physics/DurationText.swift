import LockCore

/// Durations as people write them: `250ms`, `1.5s`, `40us`.
package enum DurationText {
    private static let units: [(suffix: String, nanoseconds: Int64, digits: Int)] = [
        ("ns", 1, 0), ("us", 1_000, 3), ("ms", 1_000_000, 6), ("s", 1_000_000_000, 9),
    ]

    /// nil: no number with one of the units `ns`, `us`, `ms`, `s`, or finer than a nanosecond, or beyond 10⁹ of the unit.
    /// Exact: no floating point is involved.
    package static func parse(_ text: some StringProtocol) -> Duration? {
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        var number = text.dropLast(unit.suffix.count)
        let isNegative = number.first == "-"
        if isNegative { number = number.dropFirst() }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ isDigits($0) && $0.count <= 9 }) else { return nil }
        guard let whole = Int64(parts[0]) else { return nil }
        var nanoseconds = whole * unit.nanoseconds
        if parts.count == 2 {
            guard parts[1].count <= unit.digits, let fraction = Int64(parts[1]) else { return nil }
            var scale = unit.nanoseconds
            for _ in 0..<parts[1].count { scale /= 10 }
            nanoseconds += fraction * scale
        }
        return .nanoseconds(isNegative ? -nanoseconds : nanoseconds)
    }

    private static func isDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// The shortest exact form in whole units: `250ms`, `1500us`, `2s`. Reads back as the same duration.
    package static func format(_ duration: Duration) -> String {
        let nanoseconds = duration.wholeNanoseconds
        for unit in units.reversed() where nanoseconds % unit.nanoseconds == 0 {
            return "\(nanoseconds / unit.nanoseconds)\(unit.suffix)"
        }
        return "\(nanoseconds)ns"
    }
}
