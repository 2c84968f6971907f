import LockCore
import Testing

@Suite struct ScheduleTests {
    /// 2026-11-23, a Monday, at midnight UTC.
    static let monday: Int64 = 1_795_392_000
    static let mondays: UInt8 = 1, sundays: UInt8 = 64

    private func obstacle(_ schedule: Schedule, _ day: Int64, _ hour: Int64, _ minute: Int64 = 0) -> FaultCode? {
        schedule.obstacle(
            unixSeconds: Self.monday + day * 86_400 + hour * 3_600 + minute * 60, utcOffsetSeconds: 0)
    }

    @Test func `a moment has its weekday and its minute, at the lock's wall clock`() {
        let utc = LocalTime(unixSeconds: Self.monday + 61, utcOffsetSeconds: 0)
        #expect((utc.weekday, utc.minute) == (0, 1))
        let west = LocalTime(unixSeconds: Self.monday + 61, utcOffsetSeconds: -3_600)
        #expect((west.weekday, west.minute) == (6, 23 * 60 + 1))
        let east = LocalTime(unixSeconds: Self.monday + 23 * 3_600, utcOffsetSeconds: 7_200)
        #expect((east.weekday, east.minute) == (1, 60))
        let before = LocalTime(unixSeconds: -1, utcOffsetSeconds: 0)
        #expect((before.weekday, before.minute) == (2, 1439), "1969-12-31 was a Wednesday")
    }

    @Test func `a window holds from its first minute to before its last`() {
        let schedule = Schedule(windows: [WeeklyWindow(weekdays: Self.mondays, start: 9 * 60, end: 17 * 60)])
        #expect(obstacle(schedule, 0, 8, 59) == .outOfSchedule)
        #expect(obstacle(schedule, 0, 9) == nil)
        #expect(obstacle(schedule, 0, 16, 59) == nil)
        #expect(obstacle(schedule, 0, 17) == .outOfSchedule)
        #expect(obstacle(schedule, 1, 12) == .outOfSchedule)
        #expect(obstacle(schedule, 7, 12) == nil, "every week")
    }

    @Test func `a window that crosses midnight belongs to the day on which it begins`() {
        let schedule = Schedule(windows: [WeeklyWindow(weekdays: Self.sundays, start: 22 * 60, end: 6 * 60)])
        #expect(obstacle(schedule, 6, 21, 59) == .outOfSchedule)
        #expect(obstacle(schedule, 6, 22) == nil)
        #expect(obstacle(schedule, 7, 5, 59) == nil, "Monday morning")
        #expect(obstacle(schedule, 7, 6) == .outOfSchedule)
        #expect(obstacle(schedule, 6, 5) == .outOfSchedule, "Sunday morning is Saturday night")
    }

    @Test func `a window that ends where it begins is a whole day`() {
        let schedule = Schedule(windows: [WeeklyWindow(weekdays: Self.mondays, start: 0, end: 0)])
        #expect(obstacle(schedule, 0, 0) == nil)
        #expect(obstacle(schedule, 0, 23, 59) == nil)
        #expect(obstacle(schedule, 1, 0) == .outOfSchedule)
        let shifted = Schedule(windows: [WeeklyWindow(weekdays: Self.mondays, start: 720, end: 720)])
        #expect(obstacle(shifted, 0, 11, 59) == .outOfSchedule)
        #expect(obstacle(shifted, 1, 11, 59) == nil)
    }

    @Test func `one of several windows is enough`() {
        let schedule = Schedule(windows: [
            WeeklyWindow(weekdays: Self.mondays, start: 60, end: 120),
            WeeklyWindow(weekdays: Self.mondays, start: 180, end: 240),
        ])
        #expect(obstacle(schedule, 0, 1, 30) == nil)
        #expect(obstacle(schedule, 0, 2, 30) == .outOfSchedule)
        #expect(obstacle(schedule, 0, 3, 30) == nil)
    }

    @Test func `a range of days begins with its first second and ends before its last`() {
        let schedule = Schedule(notBefore: Self.monday, notAfter: Self.monday + 86_400)
        #expect(obstacle(schedule, 0, 0) == nil)
        #expect(obstacle(schedule, 0, 0, -1) == .outOfSchedule)
        #expect(obstacle(schedule, 1, 0, -1) == nil)
        #expect(obstacle(schedule, 1, 0) == .expired)
    }

    @Test(
        arguments: [
            Schedule(windows: [WeeklyWindow(weekdays: 0, start: 0, end: 1)]),
            Schedule(windows: [WeeklyWindow(weekdays: 0x80, start: 0, end: 1)]),
            Schedule(windows: [WeeklyWindow(weekdays: 1, start: 1440, end: 1)]),
            Schedule(windows: [WeeklyWindow(weekdays: 1, start: 1, end: 1440)]),
            Schedule(windows: [WeeklyWindow](repeating: WeeklyWindow(weekdays: 1, start: 1, end: 2), count: 15)),
            Schedule(notBefore: 10, notAfter: 10), Schedule(notBefore: -1), Schedule(notAfter: 0),
        ])
    func `what is no schedule is refused in words`(_ schedule: Schedule) { #expect(schedule.complaint() != nil) }
}
