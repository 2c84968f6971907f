/// What must be true of the queue, without a disk: the storage adapter is held against it, step by step.
///
/// At all times `recorded = acknowledged + queued + leased + parked + quarantined + dropped + expired + erased`, at most
/// ``QueueLimits/rows`` rows and ``QueueLimits/bytes`` bytes are there, and no row and no batch is of another epoch than the queue's.
package struct TelemetryQueue: Hashable, Sendable {
    /// In their order.
    package private(set) var rows: [Row] = []
    /// Oldest first; at most one of them is open.
    package private(set) var batches: [Batch] = []
    package private(set) var counters = QueueCounters()
    /// See ``QueueMemory``.
    package private(set) var memory = QueueMemory()
    /// nil: there is no consent, and nothing may be here.
    package private(set) var epoch: ConsentEpoch?
    package private(set) var nextSequence: UInt64 = 1
    /// Rows of the next batch; halved when one was too large.
    package private(set) var batchRows = QueueLimits.batchRows

    package init() {}

    /// As it was stored; nil: no queue was ever like that.
    package init?(_ stored: StoredQueue) {
        rows = stored.rows
        batches = stored.batches
        counters = stored.counters
        memory = QueueMemory(stored.memory)
        epoch = stored.epoch
        nextSequence = stored.nextSequence
        batchRows = stored.batchRows
        guard stored.isPossible, imbalance == 0, bytes <= QueueLimits.bytes else { return nil }
        booted()
    }

    // MARK: Epochs

    /// Everything of another epoch is dead, leased or not, on the wire or not.
    @discardableResult
    package mutating func scrub(keeping epoch: ConsentEpoch?) -> Int {
        if epoch == nil || epoch != self.epoch { memory = QueueMemory() }
        self.epoch = epoch
        batches.removeAll { $0.epoch != epoch }
        return erase { $0.epoch != epoch }
    }

    /// What the owner wants gone. The consent goes on.
    @discardableResult
    package mutating func eraseAll() -> Int {
        batches = []
        memory = QueueMemory()
        return erase { _ in true }
    }

    private mutating func erase(where isGone: (Row) -> Bool) -> Int {
        let before = rows.count
        rows.removeAll(where: isGone)
        counters.erased += UInt64(before - rows.count)
        return before - rows.count
    }

    // MARK: Recording

    package enum RecordResult: Hashable, Sendable {
        case recorded(Row)
        /// The same is queued for this day already: nothing was written.
        case unchanged
        /// The permit is for another item, or for an epoch that is over.
        case notPermitted
    }

    /// `new` may have been noted on an earlier day than today; a later one is clamped. `freeBytes`: what the file system has left.
    package mutating func record(
        _ new: DatedValue, freeBytes: UInt64, permit: consuming RecordPermit
    ) -> RecordResult {
        guard permit.item == new.value.item, permit.epoch == epoch else { return .notPermitted }
        let (value, day) = (new.value, min(new.day, permit.day))
        let bound = boundSequences
        let same = rows.lastIndex {
            $0.day == day && $0.value.series == value.series && !bound.contains($0.sequence)
        }
        if let same, rows[same].value == value || rows[same].value.outcounts(value) { return .unchanged }
        if let same, value.isCorrected {
            rows.remove(at: same)
            counters.dropped[.superseded, default: 0] += 1
        }
        let row = Row(sequence: nextSequence, epoch: permit.epoch, value: value, day: day)
        nextSequence += 1
        counters.recorded += 1
        rows.append(row)
        memory.note(DatedValue(value, on: day))
        if freeBytes < QueueLimits.headroom {
            // The file may not grow: an older one makes room, or this one is not written.
            drop(oldest(but: row.sequence) ?? [row.sequence], .headroom)
        }
        while rows.count > QueueLimits.rows || isOverBytes {
            drop(oldest(but: nil) ?? [row.sequence], .quota)
        }
        return .recorded(row)
    }

    /// Bytes of rows and of the batches' fixed bodies.
    package var bytes: Int { rows.reduce(0) { $0 + $1.cost } + batches.reduce(0) { $0 + $1.bytes.count } }

    private var isOverBytes: Bool {
        // Adding up is only worth it when it could be too much.
        let most = rows.count * (Row.overhead + Row.textLimit) + batches.reduce(0) { $0 + $1.bytes.count }
        return most > QueueLimits.bytes && bytes > QueueLimits.bytes
    }

    private var boundSequences: Set<UInt64> { Set(batches.flatMap(\.sequences)) }

    /// The oldest record, with the whole batch that it is in. What may be on the wire is left alone.
    private func oldest(but sequence: UInt64?) -> [UInt64]? {
        let begun = Set(batches.filter(\.isBegun).flatMap(\.sequences))
        guard let first = rows.first(where: { $0.sequence != sequence && !begun.contains($0.sequence) }) else {
            return nil
        }
        return batches.first { $0.sequences.contains(first.sequence) }?.sequences ?? [first.sequence]
    }

    private mutating func drop(_ sequences: [UInt64], _ reason: DropReason) {
        let gone = Set(sequences)
        batches.removeAll { !gone.isDisjoint(with: $0.sequences) }
        let before = rows.count
        rows.removeAll { gone.contains($0.sequence) }
        counters.dropped[reason, default: 0] += UInt64(before - rows.count)
    }

    // MARK: Leases

    package enum LeaseResult: Hashable, Sendable {
        case leased(Batch)
        /// There is nothing that may leave.
        case nothing
        /// Somebody has one in hand.
        case busy
        /// The file system has no room for a new batch's bytes.
        case noHeadroom
        case notPermitted
    }

    /// A batch that was leased before is leased again as it was; else a new one is made. `encode` is asked once for each batch.
    /// `freeBytes`: what the file system has left.
    package mutating func lease(
        _ id: BatchID, at uptime: Duration, freeBytes: UInt64, permit: consuming LeasePermit,
        encode: (InstallID, [Row]) -> [UInt8]
    ) -> LeaseResult {
        guard permit.epoch == epoch else { return .notPermitted }
        endLeases(at: uptime)
        // Nothing leaves that is too old to be here.
        age(.trusted(permit.day))
        let until = uptime + QueueLimits.leaseTime
        if let index = batches.firstIndex(where: \.isOpen) {
            guard batches[index].stage == .waiting else { return .busy }
            if batches[index].items.isSubset(of: permit.items) {
                batches[index].stage = .leased(until: until)
                return .leased(batches[index])
            }
            // An item of it may not leave any more; the others may, in another batch.
            batches.remove(at: index)
        }
        guard !batches.contains(where: { $0.id == id }) else { return .notPermitted }
        let bound = boundSequences
        let picked = rows.filter {
            !bound.contains($0.sequence) && permit.items.contains($0.value.item) && $0.isFinal(on: permit.day)
        }.prefix(batchRows)
        guard !picked.isEmpty else { return .nothing }
        guard freeBytes >= QueueLimits.headroom + UInt64(QueueLimits.batchBytes) else { return .noHeadroom }
        let batch = Batch(
            id: id, epoch: permit.epoch, items: Set(picked.map(\.value.item)).union([.installID, .day]),
            sequences: picked.map(\.sequence), bytes: encode(permit.installID, Array(picked)),
            stage: .leased(until: until))
        guard batch.bytes.count <= QueueLimits.batchBytes else {
            batchRows = max(1, picked.count / 2)
            return picked.count > 1 ? .nothing : giveUp(picked.map(\.sequence))
        }
        batches.append(batch)
        makeRoom(for: batch)
        return .leased(batch)
    }

    /// Its fixed bytes count too.
    private mutating func makeRoom(for batch: Batch) {
        let own = Set(batch.sequences)
        while isOverBytes, let other = rows.first(where: { !own.contains($0.sequence) }) {
            let holder = batches.first { $0.sequences.contains(other.sequence) }
            drop(holder?.sequences ?? [other.sequence], .quota)
        }
    }

    /// One record alone makes a body that is too large: it can never leave.
    private mutating func giveUp(_ sequences: [UInt64]) -> LeaseResult {
        drop(sequences, .rejected)
        return .nothing
    }

    package enum BeginResult: Hashable, Sendable {
        /// These bytes, and no others, may go now.
        case go([UInt8])
        /// The lease has run out, or the batch is no more.
        case noLease
        case notPermitted
    }

    /// Immediately before connecting.
    package mutating func begin(_ id: BatchID, at uptime: Duration, permit: consuming SendPermit) -> BeginResult {
        endLeases(at: uptime)
        guard let index = batches.firstIndex(where: { $0.id == id }), case .leased(let until) = batches[index].stage
        else {
            return .noLease
        }
        guard permit.epoch == epoch, batches[index].epoch == permit.epoch,
            batches[index].items.isSubset(of: permit.items)
        else { return .notPermitted }
        batches[index].stage = .begun(until: until)
        batches[index].wasBegun = true
        return .go(batches[index].bytes)
    }

    /// What came of it; false: there is no such batch (any more), or it was never begun, and nothing changes. Handing back a batch that
    /// was not begun is ``TransferOutcome/retry``.
    @discardableResult
    package mutating func report(_ id: BatchID, _ outcome: TransferOutcome, at uptime: Duration) -> Bool {
        // Late, and the lease has run out: the answer of a receiver is true all the same.
        guard let index = batches.firstIndex(where: { $0.id == id }), batches[index].isOpen,
            batches[index].wasBegun || outcome == .retry
        else { return false }
        switch outcome {
        case .accepted(let rejected): acknowledge(index, rejected: rejected)
        case .retry: batches[index].stage = .waiting
        case .unauthorised: batches[index].stage = .parked
        case .tooLarge where batches[index].sequences.count > 1:
            batchRows = max(1, batches[index].sequences.count / 2)
            batches.remove(at: index)
        case .tooLarge, .rejected: batches[index].stage = .quarantined
        }
        return true
    }

    private mutating func acknowledge(_ index: Int, rejected: Int) {
        let gone = Set(batches[index].sequences)
        let lost = min(max(0, rejected), gone.count)
        rows.removeAll { gone.contains($0.sequence) }
        batches.remove(at: index)
        counters.acknowledged += UInt64(gone.count - lost)
        if lost > 0 { counters.dropped[.rejected, default: 0] += UInt64(lost) }
        batchRows = QueueLimits.batchRows
    }

    /// Somebody has changed something: what was parked may be tried again, one batch at a time.
    package mutating func unpark() {
        guard !batches.contains(where: \.isOpen), let index = batches.firstIndex(where: { $0.stage == .parked }) else {
            return
        }
        batches[index].stage = .waiting
    }

    /// After a boot nobody has a lease.
    package mutating func booted() {
        for index in batches.indices where batches[index].deadline != nil { batches[index].stage = .waiting }
    }

    package mutating func endLeases(at uptime: Duration) {
        for index in batches.indices {
            if let deadline = batches[index].deadline, deadline <= uptime { batches[index].stage = .waiting }
        }
    }

    // MARK: Ageing

    /// Records from the future are clamped to today, and what is too old goes. A batch with such a record in it is undone, unless it may
    /// be on the wire: then at the next look.
    package mutating func age(_ today: Today) {
        guard let day = today.day else { return }
        if let trusted = today.trusted { memory.clamp(to: trusted) }
        let begun = Set(batches.filter(\.isBegun).flatMap(\.sequences))
        var touched: Set<UInt64> = []
        for index in rows.indices where !begun.contains(rows[index].sequence) {
            let row = rows[index]
            // Only a clock that is vouched for can say that a record is from the future.
            if let trusted = today.trusted, row.day > trusted {
                rows[index].day = trusted
                touched.insert(row.sequence)
            } else if row.isTooOld(on: day) {
                touched.insert(row.sequence)
            }
        }
        guard !touched.isEmpty else { return }
        batches.removeAll { !touched.isDisjoint(with: $0.sequences) }
        let before = rows.count
        rows.removeAll { touched.contains($0.sequence) && $0.isTooOld(on: day) }
        counters.expired += UInt64(before - rows.count)
    }

    // MARK: Conservation

    package var contents: QueueContents {
        var contents = QueueContents()
        for batch in batches {
            switch batch.stage {
            case .waiting, .leased, .begun: contents.leased += batch.sequences.count
            case .parked: contents.parked += batch.sequences.count
            case .quarantined: contents.quarantined += batch.sequences.count
            }
        }
        contents.queued = rows.count - contents.leased - contents.parked - contents.quarantined
        return contents
    }

    /// 0, at all times: what was recorded, less everything that has become of it.
    package var imbalance: Int64 {
        let gone = counters.acknowledged + counters.totalDropped + counters.expired + counters.erased
        return Int64(counters.recorded) - Int64(gone) - Int64(contents.total)
    }
}

extension Row {
    /// What a later value of its day takes the place of is final when the day after it is over too, because the last of a day is written
    /// within an hour of the next: no batch holds a count that could still rise, or a battery that has fallen since.
    func isFinal(on today: Day) -> Bool { !value.isCorrected || today.days(since: day) > 1 }

    package func isTooOld(on today: Day) -> Bool {
        guard let entry = Registry.entry(for: value.item) else { return true }
        if today > entry.expires { return true }
        return entry.retentionDays.map { today.days(since: day) > $0 } ?? false
    }
}
