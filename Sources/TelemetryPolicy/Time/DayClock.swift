/// What day it is, as far as the lock knows.
package enum Today: Hashable, Sendable {
    /// It has never had a clock that somebody vouched for.
    case unknown
    /// At least this day: the last that was vouched for, and what has run since.
    case estimated(Day)
    case trusted(Day)

    /// The day to measure ages with.
    package var day: Day? {
        switch self {
        case .unknown: nil
        case .estimated(let day), .trusted(let day): day
        }
    }

    /// The day that may be written into a record, or that a transfer may rely on: an estimate would be a false statement.
    package var trusted: Day? { if case .trusted(let day) = self { day } else { nil } }
}

/// Keeps the day going over boots without a clock: such a boot neither expires everything nor keeps everything for ever.
///
/// The mark is durable (``ConsentState/dayMark``). While nobody vouches for the civil clock, the day moves on from the mark by the time
/// that the lock has run, and by ``bootAllowance`` for every such boot.
package struct DayClock: Hashable, Sendable {
    /// The last known time, in seconds since 1970. Only its day is ever shown or sent.
    private var mark: Int64?
    /// The uptime at which it was so.
    private var markedAt: Duration
    private var isTrusted = false

    /// Ours. A lock that loses its clock with every power cut, and is cut off daily, still lets its records grow old; a thousand
    /// crashes in a row do not make them old at once.
    package static let bootAllowance: Int64 = 3_600

    /// As the lock boots.
    package init(mark: Int64?, at now: Moment) {
        // A store's number is not trusted: what no clock can say is no mark.
        self.mark = mark.flatMap { Day(unixSeconds: $0) == nil ? nil : $0 + Self.bootAllowance }
        markedAt = now.uptime
        take(now)
    }

    package mutating func take(_ now: Moment) {
        let seconds = seconds(at: now)
        isTrusted = now.trustedDay != nil
        mark = isTrusted ? now.unixSeconds : seconds
        markedAt = now.uptime
    }

    /// What to store, so that the next boot can go on from it.
    package func mark(at now: Moment) -> Int64? { now.trustedDay != nil ? now.unixSeconds : seconds(at: now) }

    package func today(at now: Moment) -> Today {
        if let day = now.trustedDay { return .trusted(day) }
        return seconds(at: now).flatMap(Day.init(unixSeconds:)).map(Today.estimated) ?? .unknown
    }

    private func seconds(at now: Moment) -> Int64? {
        mark.map { $0 + max(0, (now.uptime - markedAt).components.seconds) }
    }
}
