internal import Glibc
package import LockCore

/// A key's schedule as people write it: `mon-fri 08:00-18:00, sat 22:00-02:00, until 2026-12-24`.
///
/// Parts are separated by commas. A part is days with hours, or `from` or `until` with a day. Days are `mon` to `sun`, ranges of them, or
/// `daily`; several are separated by blanks, and so are several hours of the same days. Hours that end at or before their beginning end
/// on the next day. Dates are by the clock on the wall of whoever reads them, which is the lock's own where this runs on the lock.
package enum ScheduleNotation {
    /// For the help of commands.
    package static let help = """
        SCHEDULES:
          mon-fri 08:00-18:00    Days and hours, by the clock on the lock's wall.
          sat 22:00-02:00        Past midnight: it begins on Saturday.
          mon wed 08:00-12:00    Several days; hours can be several too.
          daily 07:00-24:00      Every day.
          from 2026-12-01        From the beginning of a day, or from 2026-12-01T09:30.
          until 2026-12-24       To the end of a day, or until 2026-12-24T18:00.
          always                 Without any of it.
        Parts are separated by commas: mon-fri 08:00-18:00, until 2026-12-24.
        """

    /// What is wrong with a schedule as it was written, for whoever wrote it.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
        init(_ description: String) { self.description = description }
    }

    private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let minutesOfDay = 1_440

    // MARK: Reading

    package static func parse(_ text: String) throws(Failure) -> Schedule {
        var schedule = Schedule()
        let parts = text.lowercased().split(separator: ",", omittingEmptySubsequences: false).map {
            $0.split(whereSeparator: \.isWhitespace).map(String.init)
        }
        if parts == [["always"]] { return schedule }
        for words in parts {
            switch words.first {
            case nil:
                throw Failure(
                    text.allSatisfy(\.isWhitespace)
                        ? "The schedule is empty; without limits it is “always”."
                        : "There is nothing between two commas, or before or after one.")
            case "always": throw Failure("“always” stands alone: it is a schedule without any part.")
            case "from":
                guard schedule.notBefore == nil else { throw Failure("There are two parts with “from”.") }
                schedule.notBefore = try moment(words, isEnd: false)
            case "until":
                guard schedule.notAfter == nil else { throw Failure("There are two parts with “until”.") }
                schedule.notAfter = try moment(words, isEnd: true)
            default: schedule.windows += try windows(words)
            }
        }
        if let first = schedule.notBefore, let end = schedule.notAfter, end <= first {
            throw Failure("It ends before it begins: from \(date(first)), until \(date(end, isEnd: true)).")
        }
        if let complaint = schedule.complaint() { throw Failure("The lock would refuse it: \(complaint).") }
        return schedule
    }

    private static func windows(_ words: [String]) throws(Failure) -> [WeeklyWindow] {
        let part = words.joined(separator: " ")
        var weekdays: UInt8 = 0
        var hours: [(start: UInt16, end: UInt16)] = []
        for word in words {
            if word.contains(":") || word.first?.isNumber == true {
                guard weekdays != 0 else {
                    throw Failure("“\(part)” begins with hours; days come first, as in “mon-fri \(word)”.")
                }
                hours.append(try range(word))
            } else {
                guard hours.isEmpty else {
                    throw Failure("“\(part)” has “\(word)” behind the hours; a comma begins another part.")
                }
                weekdays |= try bits(word)
            }
        }
        guard !hours.isEmpty else {
            throw Failure("“\(part)” has no hours, as in “\(part) 08:00-18:00”; the whole day is 00:00-24:00.")
        }
        return hours.map { WeeklyWindow(weekdays: weekdays, start: $0.start, end: $0.end) }
    }

    /// `mon`, `mon-fri`, `fri-mon`, `daily`.
    private static func bits(_ word: String) throws(Failure) -> UInt8 {
        if word == "daily" { return 0x7f }
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard ends.count <= 2, let first = days.firstIndex(of: ends[0]),
            let last = days.firstIndex(of: ends[ends.count - 1])
        else {
            throw Failure("“\(word)” is no day: mon, tue, wed, thu, fri, sat, sun, a range such as mon-fri, or daily.")
        }
        var result: UInt8 = 0
        for offset in 0...(last - first + 7) % 7 { result |= 1 << ((first + offset) % 7) }
        return result
    }

    /// `08:00-18:00`
    private static func range(_ word: String) throws(Failure) -> (start: UInt16, end: UInt16) {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard ends.count == 2 else { throw Failure("“\(word)” are no hours, which are written as 08:00-18:00.") }
        let start = try minute(ends[0], of: word)
        let end = try minute(ends[1], of: word)
        guard start < minutesOfDay else { throw Failure("“\(word)” begins at 24:00; that is 00:00 of the next day.") }
        return (UInt16(start), UInt16(end % minutesOfDay))
    }

    /// Minutes since midnight, 24:00 among them.
    private static func minute(_ text: String, of word: String) throws(Failure) -> Int {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) && isDigits($0) }),
            parts[1].count == 2, let hour = UInt(parts[0]), let minute = UInt(parts[1]), minute < 60,
            hour < 24 || hour == 24 && minute == 0
        else { throw Failure("“\(text)” in “\(word)” is no time of day, 00:00 to 24:00.") }
        return Int(hour * 60 + minute)
    }

    private static func isDigits(_ text: Substring) -> Bool { text.allSatisfy { $0.isASCII && $0.isNumber } }

    private static func moment(_ words: [String], isEnd: Bool) throws(Failure) -> Int64 {
        let what = words.dropFirst().joined(separator: " ")
        let complaint = Failure(
            "“\(words.joined(separator: " "))” names no day, as “\(words[0]) 2026-12-24” or “\(words[0]) 2026-12-24T18:00” does."
        )
        let pieces = what.split(whereSeparator: { $0 == "t" || $0 == " " }).map(String.init)
        guard (1...2).contains(pieces.count) else { throw complaint }
        let numbers = pieces[0].split(separator: "-", omittingEmptySubsequences: false).map {
            isDigits($0) ? Int32($0) : nil
        }
        guard numbers.count == 3, let year = numbers[0], let month = numbers[1], let day = numbers[2],
            (1970...9999).contains(year)
        else { throw complaint }
        var minutes = 0
        if pieces.count == 2 { minutes = try minute(pieces[1], of: what) }
        guard let midnight = seconds(year, month, day, 0) else {
            throw Failure("There is no day \(pieces[0]).")
        }
        // Days are not always 24 hours long.
        let moment = pieces.count == 2 ? seconds(year, month, day, Int32(minutes)) : nil
        if let moment { return moment }
        guard isEnd else { return midnight }
        guard let next = seconds(year, month, day + 1, 0, isNormalised: false) else { throw complaint }
        return next
    }

    /// nil: there is no such day.
    private static func seconds(
        _ year: Int32, _ month: Int32, _ day: Int32, _ minutes: Int32, isNormalised: Bool = true
    ) -> Int64? {
        var parts = tm()
        parts.tm_year = year - 1900
        parts.tm_mon = month - 1
        parts.tm_mday = day
        parts.tm_hour = minutes / 60
        parts.tm_min = minutes % 60
        parts.tm_isdst = -1
        let result = mktime(&parts)
        guard result >= 0 else { return nil }
        // mktime turns the 31st of February into one of March. (24:00 is the next day's on purpose.)
        if isNormalised, minutes < minutesOfDay, parts.tm_mday != day || parts.tm_mon != month - 1 { return nil }
        return Int64(result)
    }

    // MARK: Writing

    /// The schedule so that ``parse(_:)`` reads the same.
    package static func text(_ schedule: Schedule) -> String {
        var parts: [String] = []
        for window in schedule.windows {
            let hours = "\(time(window.start))-\(window.end == 0 ? "24:00" : time(window.end))"
            // Those of the same days that follow each other share them.
            parts.append("\(names(window.weekdays)) \(hours)")
        }
        if let first = schedule.notBefore { parts.append("from \(date(first))") }
        if let end = schedule.notAfter { parts.append("until \(date(end, isEnd: true))") }
        return parts.isEmpty ? "always" : parts.joined(separator: ", ")
    }

    private static func names(_ weekdays: UInt8) -> String {
        if weekdays & 0x7f == 0x7f { return "daily" }
        var runs: [String] = []
        var day = 0
        while day < 7 {
            guard weekdays & (1 << day) != 0 else {
                day += 1
                continue
            }
            let first = day
            while day < 7, weekdays & (1 << day) != 0 { day += 1 }
            runs.append(day - first > 1 ? "\(days[first])-\(days[day - 1])" : days[first])
        }
        return runs.joined(separator: " ")
    }

    private static func time(_ minute: UInt16) -> String { "\(padded(Int(minute) / 60)):\(padded(Int(minute) % 60))" }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// - Parameter isEnd: midnight is the end of the day before.
    private static func date(_ unixSeconds: Int64, isEnd: Bool = false) -> String {
        guard let whole = TimeText.civil(unixSeconds: unixSeconds) else { return "@\(unixSeconds)" }
        guard whole.hasSuffix(" 00:00:00") else {
            // What was set by a phone may have seconds, which this notation leaves out.
            return whole.prefix(16).split(separator: " ").joined(separator: "T")
        }
        // Noon before that midnight is surely in that day, however long it was.
        return String((isEnd ? TimeText.civil(unixSeconds: unixSeconds - 43_200) ?? whole : whole).prefix(10))
    }
}
