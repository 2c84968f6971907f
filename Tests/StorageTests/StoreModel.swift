import LockCore

/// What a lock's store is, in memory and without any disk: the contract that every store keeps.
///
/// It knows nothing of SQLite and shares no code with the store it is compared with, its bounds included.
struct StoreModel {
    enum Refusal: Error, Hashable {
        case outOfBounds
        case motionReused
    }

    private(set) var settings: Settings?
    private(set) var calibration: Calibration?
    private var motions: [(motion: Motion, isOpen: Bool)] = []
    private var log: [AuditRecordModel] = []
    private var lastSeq: Int64 = 0
    private var lastMotion: Int64 = 0

    struct AuditRecordModel: Hashable {
        var seq: Int64
        var event: AuditEvent
    }

    mutating func save(_ new: Settings) throws(Refusal) {
        if new.complaint() != nil { throw .outOfBounds }
        settings = new
    }

    mutating func save(_ new: Calibration?) throws(Refusal) {
        if let new {
            for time in [new.extendNanoseconds, new.retractNanoseconds] where time < 1 || time > 60_000_000_000 {
                throw .outOfBounds
            }
        }
        calibration = new
    }

    mutating func begin(_ motion: Motion) throws(Refusal) {
        if motion.id.rawValue <= lastMotion { throw .motionReused }
        lastMotion = motion.id.rawValue
        motions.append((motion, true))
    }

    mutating func finish(_ id: MotionID?, _ event: AuditEvent) -> Int64 {
        if let id {
            for index in motions.indices where motions[index].motion.id == id { motions[index].isOpen = false }
            motions.removeAll { $0.motion.id.rawValue <= lastMotion - 64 }
        }
        lastSeq += 1
        log.append(AuditRecordModel(seq: lastSeq, event: event))
        prune()
        return lastSeq
    }

    mutating func interruptedMotions() -> [Motion] {
        let newest = motions.filter(\.isOpen).map(\.motion).suffix(32)
        for index in motions.indices where !newest.contains(motions[index].motion) { motions[index].isOpen = false }
        return Array(newest)
    }

    var nextMotion: MotionID { MotionID(lastMotion + 1) }
    var first: Int64 { log.first?.seq ?? 1 }
    var last: Int64 { lastSeq }

    func entries(since: Int64, limit: Int) -> [AuditRecordModel] {
        Array(log.filter { $0.seq > since }.prefix(min(max(limit, 1), 500)))
    }

    /// Too many, or too old by a clock that two of the newest four entries agree has come so far; 64 at most.
    private mutating func prune() {
        var doomed = max(0, log.count - 10_000)
        let recent = log.suffix(4).compactMap { Self.time($0.event) }
        if recent.count >= 2, let now = recent.min() {
            let young = log.firstIndex { Self.time($0.event).map { $0 <= now && $0 >= now - 7_776_000 } ?? false }
            let old = log[..<(young ?? log.endIndex)]
                .lastIndex { Self.time($0.event).map { $0 < now - 7_776_000 } ?? false }
            if let old { doomed = max(doomed, old + 1) }
        }
        log.removeFirst(min(doomed, 64, log.count - 1))
    }

    /// The time of an entry, if somebody vouched for it and it lies between 2024 and 2099.
    private static func time(_ event: AuditEvent) -> Int64? {
        guard event.isTimeTrusted, let seconds = event.unixSeconds else { return nil }
        return seconds >= 1_704_067_200 && seconds < 4_102_444_800 ? seconds : nil
    }
}
