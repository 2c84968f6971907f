package import LockCore

/// What the storage thread can be asked to do.
package enum StoreOperation: Hashable, Sendable {
    case begin(Motion)
    case record(AuditEvent, closing: MotionID?)
    case saveSettings(Settings)
    case saveCalibration(Calibration?)
}

/// A store that keeps what it has committed through a power cut, and loses what it has not.
///
/// ## Fault model
/// Operations are carried out one after the other, each taking a latency. A power cut loses every operation that has not ended;
/// the one under way is committed or lost, as one draw decides, never half. The store can stand still (a busy or dying flash),
/// and it can fail (a full or read-only file system): a motion is then refused at once, and the rest is kept and carried out when
/// it works again, as the storage thread does; a power cut loses that too. Torn writes are SQLite's business, and are tested on the real store.
package struct SimulatedStore: Hashable, Sendable {
    /// What a power cut does not touch.
    package private(set) var settings: Settings?
    package private(set) var calibration: Calibration?
    /// Motions that no entry tells the end of, the oldest first.
    package private(set) var openMotions: [Motion] = []
    package private(set) var nextMotion = MotionID(1)
    package private(set) var auditCount = 0

    // Operations that wait, each with the moment of its commit in nanoseconds.
    private var queuedTimes: [Int64] = []
    private var queuedOperations: [StoreOperation] = []

    /// Until this moment nothing is committed.
    package var stalledUntil: Instant?
    /// Every operation ends in an error.
    package var isFailing = false {
        didSet {
            guard !isFailing else { return }
            queuedOperations.insert(contentsOf: kept, at: 0)
            queuedTimes.insert(contentsOf: kept.map { _ in 0 }, at: 0)
            kept = []
        }
    }
    /// What has failed and is to be tried again.
    private var kept: [StoreOperation] = []

    package init() {}

    /// When the next operation ends.
    package var nextCompletion: Instant? {
        guard let first = queuedTimes.first else { return nil }
        let due = Instant(nanoseconds: first)
        return stalledUntil.map { max($0, due) } ?? due
    }

    package var isIdle: Bool { queuedTimes.isEmpty }

    package mutating func enqueue(_ operation: StoreOperation, at now: Instant, latency: Duration) {
        let start = max(queuedTimes.last ?? 0, now.nanoseconds)
        queuedTimes.append(start + latency.wholeNanoseconds)
        queuedOperations.append(operation)
    }

    /// Ends the oldest operation; says what it was and whether it was committed.
    package mutating func completeNext() -> (operation: StoreOperation, stored: Bool)? {
        guard !queuedTimes.isEmpty else { return nil }
        queuedTimes.removeFirst()
        let operation = queuedOperations.removeFirst()
        guard !isFailing else {
            if case .begin = operation {} else { kept.append(operation) }
            return (operation, false)
        }
        commit(operation)
        return (operation, true)
    }

    private mutating func commit(_ operation: StoreOperation) {
        switch operation {
        case .begin(let motion):
            openMotions.append(motion)
            nextMotion = MotionID(max(nextMotion.rawValue, motion.id.rawValue + 1))
        case .record(_, let motion):
            auditCount += 1
            openMotions.removeAll { $0.id == motion }
        case .saveSettings(let new): settings = new
        case .saveCalibration(let new): calibration = new
        }
    }

    /// Power is lost: what has not been committed is gone. Returns the operation that was committed at the last moment.
    package mutating func cutPower(random: inout SplitMix64) -> StoreOperation? {
        var committed: StoreOperation?
        if let first = queuedOperations.first, stalledUntil == nil, !isFailing, random.draw(0...1) == 1 {
            commit(first)
            committed = first
        }
        queuedTimes = []
        queuedOperations = []
        kept = []
        return committed
    }
}
