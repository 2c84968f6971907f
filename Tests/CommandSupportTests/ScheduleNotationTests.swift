import CommandSupport
import Glibc
import LockCore
import Testing

/// Dates are by the process's time zone, so nothing else runs beside these.
@Suite(.serialized) struct ScheduleNotationTests {
    init() {
        setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
        tzset()
    }

    private static func complaint(_ text: String) -> String? {
        do throws(ScheduleNotation.Failure) {
            _ = try ScheduleNotation.parse(text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `days and hours become weekly windows`() throws {
        let schedule = try ScheduleNotation.parse("mon-fri 08:00-18:00, sat 22:00-02:00")
        #expect(
            schedule.windows == [
                WeeklyWindow(weekdays: 0b0001_1111, start: 480, end: 1080),
                WeeklyWindow(weekdays: 0b0010_0000, start: 1320, end: 120),
            ])
        #expect(schedule.notBefore == nil && schedule.notAfter == nil)
    }

    @Test func `days wrap around the week, and several days and hours share a part`() throws {
        let schedule = try ScheduleNotation.parse("sat-mon wed 8:00-12:00 13:00-24:00")
        #expect(
            schedule.windows == [
                WeeklyWindow(weekdays: 0b0110_0101, start: 480, end: 720),
                WeeklyWindow(weekdays: 0b0110_0101, start: 780, end: 0),
            ])
    }

    @Test func `a date is a whole day of the lock's wall clock, also the day on which the clock is changed`() throws {
        // 2026-10-25 has 25 hours in Central Europe.
        let schedule = try ScheduleNotation.parse("from 2026-10-25, until 2026-10-25")
        #expect(schedule.notBefore == 1_792_879_200)
        #expect(schedule.notAfter == 1_792_969_200)
        let hours = try ScheduleNotation.parse("from 2026-12-01T09:30, until 2026-12-24 18:00")
        #expect(hours.notBefore == 1_796_113_800 && hours.notAfter == 1_798_131_600)
    }

    @Test(arguments: [
        "always", "mon-fri 08:00-18:00", "mon-fri 08:00-18:00, sat 22:00-02:00", "daily 00:00-24:00",
        "mon wed fri-sun 08:05-12:00, until 2026-12-24", "from 2026-10-25, until 2026-10-25",
        "from 2026-12-01T09:30, until 2026-12-24T18:00", "sun 23:59-24:00",
    ])
    func `what is written is read as the same, and written the same`(_ text: String) throws {
        #expect(ScheduleNotation.text(try ScheduleNotation.parse(text)) == text)
    }

    @Test func `every schedule of one window is written so that it is read as the same`() throws {
        for weekdays in UInt8(1)...127 {
            for (start, end) in [(0, 0), (480, 1080), (1320, 120), (600, 600), (1439, 0)] as [(UInt16, UInt16)] {
                let schedule = Schedule(windows: [WeeklyWindow(weekdays: weekdays, start: start, end: end)])
                #expect(try ScheduleNotation.parse(ScheduleNotation.text(schedule)) == schedule)
            }
        }
    }

    @Test(arguments: [
        ("", "empty"), ("mon-fri", "has no hours"), ("mon-fri 08:00", "are no hours"),
        ("mon-fri 08:00-25:00", "“25:00” in “08:00-25:00” is no time of day"),
        ("mon-fri 24:00-08:00", "begins at 24:00"),
        ("mon-fri 8-18", "“8” in “8-18” is no time"), ("08:00-18:00", "days come first, as in “mon-fri 08:00-18:00”"),
        ("monday 08:00-18:00", "“monday” is no day"), ("mon-fri-sun 08:00-18:00", "is no day"),
        ("mon 08:00-18:00 tue", "a comma begins another part"), ("mon 08:00-18:00,", "between two commas"),
        ("until tomorrow", "names no day"), ("until 2026-02-30", "no day 2026-02-30"), ("until", "names no day"),
        ("from 2026-12-24, until 2026-12-01", "ends before it begins"),
        ("from 2026-12-24, from 2026-12-25", "two parts"),
        ("always, mon 08:00-12:00", "stands alone"), ("until 2026-12-24T25:00", "is no time of day"),
        ("until 99999999999999-01-01", "names no day"), ("mon ::-:", "is no time of day"),
        ("mon -1:00-08:00", "are no hours"),
    ])
    func `what is wrong is named`(_ text: String, _ words: String) {
        let complaint = Self.complaint(text)
        #expect(complaint?.contains(words) == true, "“\(text)”: \(complaint ?? "accepted")")
    }

    @Test func `more windows than a lock holds are refused here already`() {
        let text = (0...14).map { "mon 0\($0 % 10):00-0\($0 % 10):30" }.joined(separator: ", ")
        #expect(Self.complaint(text)?.contains("more than 14") == true)
    }
}
