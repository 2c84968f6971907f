/// A calendar day in UTC: the finest time that any record carries.
///
/// Days are counted in UTC, not in the lock's zone: where a day begins would tell of the zone.
package struct Day: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    package let number: Int32

    /// 1970-01-01 to 2099-12-31.
    package static let days: ClosedRange<Int32> = 0...47_481
    /// From 2024-01-01, as the lock's clock can be set: a clock that says less has merely been counting since its own beginning.
    package static let firstOfAnyClock: Int32 = 19_723

    static let secondsPerDay: Int64 = 86_400

    /// nil: outside ``days``.
    package init?(number: Int32) {
        guard Self.days.contains(number) else { return nil }
        self.number = number
    }

    /// The day of a clock's reading, in seconds since 1970-01-01T00:00:00Z; nil: no clock of a lock can truly say that.
    package init?(unixSeconds: Int64) {
        guard let number = Int32(exactly: unixSeconds.flooredQuotient(by: Self.secondsPerDay)),
            number >= Self.firstOfAnyClock
        else { return nil }
        self.init(number: number)
    }

    /// Reads `YYYY-MM-DD`; nil: anything else, a day that the calendar lacks, or one outside ``days``.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Digits.value(of: $0.utf8) }
        guard text.utf8.count == 10, parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        self.init(number: Int32(Self.daysSince1970(year: year, month: month, day: day)))
        // 30 February would be read as 1 or 2 March.
        guard self.text == text else { return nil }
    }

    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    /// Whole days from the other to this one; negative when this one is earlier.
    package func days(since other: Day) -> Int { Int(number) - Int(other.number) }

    /// `YYYY-MM-DD`.
    package var text: String {
        let (year, month, day) = civil
        return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }

    /// Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`, for days after 1970.
    private var civil: (year: Int, month: Int, day: Int) {
        let shifted = Int(number) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// The same source, `days_from_civil`.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int64 {
    /// Division that rounds down, so that the second before 1970 is on the day before.
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
