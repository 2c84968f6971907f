/// When a key may be used. Held by the lock against its own clock; what a phone says of the time counts for nothing.
package struct Schedule: Hashable, Sendable {
    /// The times of the week, at the lock's wall clock; none at all is always. At most ``windowLimit``.
    package var windows: [WeeklyWindow]
    /// Seconds since 1970: not before. nil: from the beginning.
    package var notBefore: Int64?
    /// Seconds since 1970: not from this second on. nil: without an end.
    package var notAfter: Int64?

    /// Two for each day of the week.
    package static let windowLimit = 14

    package init(windows: [WeeklyWindow] = [], notBefore: Int64? = nil, notAfter: Int64? = nil) {
        self.windows = windows
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// At any time.
    package static let always = Schedule()

    package var isAlways: Bool { self == .always }

    /// What is wrong with it, in words; nil: nothing.
    package func complaint() -> String? {
        if windows.count > Self.windowLimit {
            return "\(windows.count) weekly windows are more than \(Self.windowLimit)"
        }
        for window in windows {
            if let complaint = window.complaint() { return complaint }
        }
        if let notBefore, notBefore < 0 { return "the first day \(notBefore) is before 1970" }
        if let notAfter, notAfter <= (notBefore ?? 0) {
            return "it ends (\(notAfter)) before it begins (\(notBefore ?? 0))"
        }
        return nil
    }

    /// Why a key is of no use now; nil: it is.
    package func obstacle(unixSeconds: Int64, utcOffsetSeconds: Int32) -> FaultCode? {
        if let notAfter, unixSeconds >= notAfter { return .expired }
        if let notBefore, unixSeconds < notBefore { return .outOfSchedule }
        guard !windows.isEmpty else { return nil }
        let local = LocalTime(unixSeconds: unixSeconds, utcOffsetSeconds: utcOffsetSeconds)
        return windows.contains { $0.contains(local) } ? nil : .outOfSchedule
    }
}

/// The same hours on some days of the week.
package struct WeeklyWindow: Hashable, Sendable {
    /// The days on which it begins: bit 0 is Monday, bit 6 is Sunday.
    package var weekdays: UInt8
    /// Minutes since midnight, 0...1439: from this minute on.
    package var start: UInt16
    /// Minutes since midnight, 0...1439: to this minute, which is not in it. At or before ``start`` it is the next day's.
    package var end: UInt16

    package init(weekdays: UInt8, start: UInt16, end: UInt16) {
        self.weekdays = weekdays
        self.start = start
        self.end = end
    }

    package static let minutes: ClosedRange<UInt16> = 0...1439

    func complaint() -> String? {
        if weekdays == 0 || weekdays > 0x7f {
            return "the weekdays \(weekdays) are not one to seven of the bits 0 (Monday) to 6"
        }
        if !Self.minutes.contains(start) || !Self.minutes.contains(end) {
            return "\(start) to \(end) are not minutes of a day, 0 to 1439"
        }
        return nil
    }

    package func contains(_ time: LocalTime) -> Bool {
        let minute = UInt16(time.minute)
        if start < end { return begins(on: time.weekday) && minute >= start && minute < end }
        return begins(on: time.weekday) && minute >= start || begins(on: (time.weekday + 6) % 7) && minute < end
    }

    private func begins(on weekday: Int) -> Bool { weekdays & (1 << weekday) != 0 }
}
