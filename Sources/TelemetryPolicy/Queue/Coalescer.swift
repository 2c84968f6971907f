/// Keeps what is noted in memory until it is worth a write: at most one an hour besides thresholds, and none when nothing changed.
///
/// What is in here is lost with the power; that is meant. It is of one epoch, as the queue is.
package struct Coalescer: Hashable, Sendable {
    private var epoch: ConsentEpoch?
    /// At most ``QueueLimits/noted``, one for each series and day.
    private var noted: [DatedValue] = []
    /// The last value of everything that does not change by the day.
    private var last: [ItemID: ItemValue] = [:]
    private var failures: [ServiceFailure: Tally] = [:]
    private var lastFlush: Duration
    private var isUrgent = false

    struct Tally: Hashable, Sendable {
        var day: Day
        var count: Int
    }

    /// `startedAt`: the uptime at which the daemon started. The first flush is an hour later, because nobody knows when the last one was:
    /// a lock that starts again and again must not write each time.
    package init(startedAt: Duration) { lastFlush = startedAt }

    /// Goes on from what the queue holds, so that what has not changed is not said again, and a day's counts go on.
    package mutating func resume(from queue: TelemetryQueue) {
        scrub(keeping: queue.epoch)
        guard epoch != nil else { return }
        for (item, entry) in queue.memory.entries where last[item] == nil { last[item] = entry.value }
        for row in queue.rows {
            guard case .serviceFailure(let failure, let count) = row.value else { continue }
            if let tally = failures[failure], (tally.day, tally.count) > (row.day, Int(count.value)) { continue }
            failures[failure] = Tally(day: row.day, count: Int(count.value))
        }
    }

    /// What is noted and not written, for its owner to see.
    package var pending: [DatedValue] { noted }

    package var isEmpty: Bool { noted.isEmpty }

    /// Everything that was noted under another consent is forgotten.
    package mutating func scrub(keeping epoch: ConsentEpoch?) {
        guard epoch != self.epoch || epoch == nil else { return }
        // A new consent is no way around the interval.
        self = Coalescer(startedAt: lastFlush)
        self.epoch = epoch
    }

    /// The owner erased what was recorded: it is forgotten here too, and said anew from now on.
    package mutating func eraseAll() {
        let epoch = epoch
        self = Coalescer(startedAt: lastFlush)
        self.epoch = epoch
    }

    /// A value that was read. `isUrgent`: a threshold was reached.
    package mutating func note(_ value: ItemValue, isUrgent: Bool = false, permit: consuming RecordPermit) {
        guard permit.item == value.item, permit.epoch == epoch else { return }
        // A battery is dated by its day; the rest is news only when it changes.
        if value.item != .battery, last[value.item] == value { return }
        last[value.item] = value
        put(DatedValue(value, on: permit.day))
        self.isUrgent = self.isUrgent || isUrgent
    }

    /// A failure that happened once more.
    package mutating func count(_ failure: ServiceFailure, permit: consuming RecordPermit) {
        guard permit.item == .serviceFailures, permit.epoch == epoch else { return }
        let before = failures[failure].flatMap { $0.day == permit.day ? $0.count : nil } ?? 0
        guard before < DailyCount.values.upperBound else { return }
        failures[failure] = Tally(day: permit.day, count: before + 1)
        guard let count = DailyCount(before + 1) else { return }
        put(DatedValue(.serviceFailure(failure, count), on: permit.day))
    }

    private mutating func put(_ new: DatedValue) {
        noted.removeAll { $0.value.series == new.value.series && $0.day == new.day }
        // Older than the bound holds is older than anybody will miss.
        if noted.count >= QueueLimits.noted { noted.removeFirst() }
        noted.append(new)
    }

    /// It was flushed and could not be recorded: the gate had shut meanwhile, or there was no room. It is news again.
    package mutating func notRecorded(_ lost: DatedValue) {
        if last[lost.value.item] == lost.value { last[lost.value.item] = nil }
    }

    /// When to write; nil: there is nothing to write, and no timer is needed.
    package func flushDue(at now: Duration) -> Duration? {
        if noted.isEmpty { return nil }
        if isUrgent { return now }
        return max(now, lastFlush + QueueLimits.flushInterval)
    }

    /// What is due now, and is forgotten here: each is to be given to the gate once more and to the queue. Empty: nothing is due.
    package mutating func flush(at now: Duration) -> [DatedValue] {
        guard let due = flushDue(at: now), due <= now else { return [] }
        // A threshold does not win the rest an earlier hour; it takes it along.
        lastFlush = now
        isUrgent = false
        defer { noted = [] }
        return noted
    }
}
