import TelemetryPolicy

extension PolicyWalk {
    // MARK: Recording

    mutating func note() -> String? { note(anyValue()) }

    mutating func note(_ value: ItemValue) -> String? {
        var sampler = sampler
        let result = consent.recording(value.item, at: now) { permit in
            if case .serviceFailure(let failure, _) = value {
                coalescer.count(failure, permit: permit)
            } else if case .battery(let level) = value {
                switch sampler.take(percent: Int(level.percent), on: permit.day) {
                case .leaveOut: break
                case .note(let level): coalescer.note(.battery(level), permit: permit)
                case .threshold(let level): coalescer.note(.battery(level), isUrgent: true, permit: permit)
                }
            } else {
                coalescer.note(value, permit: permit)
            }
        }
        if case .failure(let denial) = result {
            count("no: \(denial.rawValue)")
            return nil
        }
        self.sampler = sampler
        return objection(to: [value.item], "noted")
    }

    mutating func anyValue() -> ItemValue {
        switch below(6) {
        case 0: .deviceModel(.virtualBoard)
        case 1: .osVersion(Samples.version(13, below(3), 0))
        case 2: .softwareVersion(Samples.version(0, below(9), below(9)))
        case 3: .battery(Samples.level(below(101)))
        case 4: .location(Samples.cell("u33db"))
        default: .serviceFailure(ServiceFailure.allCases[below(ServiceFailure.allCases.count)], Samples.count(1))
        }
    }

    mutating func flush() -> String? {
        let freeBytes: UInt64 = chance(5) ? 1_000 : 1 << 30
        // Many at once now and then, so that the bounds are met.
        let extra = chance(40) ? 1 + below(2_500) : 0
        for noted in coalescer.flush(at: uptime) {
            if let broken = record(noted, freeBytes) { return broken }
        }
        guard extra > 0, let today = now.trustedDay else { return nil }
        for number in 0..<extra {
            let value = ItemValue.softwareVersion(Samples.version(number / 100, number % 100, below(2)))
            if let broken = record(DatedValue(value, on: today), 1 << 30) { return broken }
        }
        return nil
    }

    mutating func record(_ noted: DatedValue, _ freeBytes: UInt64) -> String? {
        let value = noted.value
        let result = consent.recording(value.item, at: now) { queue.record(noted, freeBytes: freeBytes, permit: $0) }
        guard case .success(let outcome) = result else {
            coalescer.notRecorded(noted)
            return nil
        }
        guard case .recorded(let row) = outcome else { return nil }
        lines[row.sequence] = ledger.line
        hasGrown = true
        count("recorded")
        if value.item == .location { count("location") }
        return objection(to: [value.item], "recorded")
    }

    // MARK: Sending

    mutating func lease() -> String? {
        let id = Samples.batchID(next)
        let encode: (InstallID, [Row]) -> [UInt8] = { install, rows in
            install.id.bytes + rows.flatMap { Array("\($0.sequence) \($0.value.text) \($0.day.text);".utf8) }
        }
        let due = batchToLeaseAgain
        let freeBytes: UInt64 = chance(20) ? 1_000 : 1 << 30
        let result = consent.leasing(at: now) {
            queue.lease(id, at: uptime, freeBytes: freeBytes, permit: $0, encode: encode)
        }
        if case .failure(let denial) = result { count("no: \(denial.rawValue)") }
        if case .success(let outcome) = result, let due,
            outcome.batch?.id != due.id || outcome.batch?.bytes != due.bytes
        {
            return "a batch that waits was not leased again as it was"
        }
        guard case .success(.leased(let batch)) = result else { return nil }
        count("leased")
        hasGrown = true
        if let before = bodies[batch.id], before != batch.bytes { return "a batch's bytes changed" }
        if batch.wasBegun { count("sent again") }
        bodies[batch.id] = batch.bytes
        inHand = batch.id
        if stored?.erasures.contains(where: { $0.parkedBy == nil }) == true { return "leased before an erasure" }
        return objection(to: batch.items, "leased") ?? lineObjection(to: batch, "leased") ?? dayObjection(to: batch)
    }

    /// A batch that was leased before and that nobody has in hand, if all of it may leave and nothing of it has to change.
    private var batchToLeaseAgain: Batch? {
        // Until what was ordered to be wiped is wiped, the queue takes nothing of the new consent.
        guard let today = now.trustedDay, queue.epoch == consent.state.epoch,
            let batch = queue.batches.first(where: \.isOpenForWalk)
        else { return nil }
        switch batch.stage {
        case .leased(let until), .begun(let until): guard until <= uptime else { return nil }
        case .waiting, .parked, .quarantined: break
        }
        let rows = queue.rows.filter { batch.sequences.contains($0.sequence) }
        let isWhole =
            rows.count == batch.sequences.count && rows.allSatisfy { $0.day <= today && !$0.isTooOld(on: today) }
        return isWhole && batch.items.allSatisfy { consent.denial(of: $0, at: now) == nil } ? batch : nil
    }

    mutating func begin() -> String? {
        guard let id = inHand else { return nil }
        let batch = queue.batches.first { $0.id == id }
        let result = consent.sending(at: now) { queue.begin(id, at: uptime, permit: $0) }
        if case .failure(let denial) = result { count("no: \(denial.rawValue)") }
        guard case .success(.go(let bytes)) = result else { return nil }
        count("sent")
        guard let batch else { return "something was sent that was not there" }
        if bytes != bodies[id] { return "other bytes were sent than were leased" }
        if stored?.grant?.isExposed != true { return "sent before that was durable" }
        if stored?.erasures.contains(where: { $0.parkedBy == nil }) == true { return "sent before an erasure" }
        return objection(to: batch.items, "sent") ?? lineObjection(to: batch, "sent")
    }

    mutating func report() -> String? {
        guard let id = inHand else { return nil }
        let outcome: TransferOutcome
        switch below(8) {
        case 0: outcome = .retry
        case 1: outcome = .unauthorised
        case 2: outcome = .tooLarge
        case 3, 4: outcome = .rejected
        case 5: outcome = .accepted(rejected: below(3))
        default: outcome = .accepted(rejected: 0)
        }
        let quarantined = queue.contents.quarantined
        if queue.report(id, outcome, at: uptime) {
            switch outcome {
            case .accepted: count("accepted")
            case .unauthorised: count("parked")
            case .tooLarge: count("too large")
            case .retry, .rejected: break
            }
            if queue.contents.quarantined > quarantined { count("quarantined") }
        }
        inHand = nil
        return nil
    }

    // MARK: What must hold

    /// 2028-12-31.
    static let lastDay: Int64 = 21_549

    /// Why an item may not be touched now, by the ledger's own account.
    func objection(to items: Set<ItemID>, _ what: String) -> String? {
        if isUnreadable { return "\(what) while the ledger cannot be read" }
        guard let agreement = ledger.agreement else { return "\(what) without a consent" }
        if isBlocked { return "\(what) while it is being withdrawn" }
        if ledger.isFrozen { return "\(what) after the policy changed" }
        if !owners.contains(agreement.by) { return "\(what) without an owner" }
        if agreement.policy != context.manifest.identity { return "\(what) under another policy" }
        if agreement.details.controller != context.details.controller { return "\(what) for another controller" }
        if context.details.contact == nil { return "\(what) with details missing" }
        if ledger.accepted[agreement.by] != context.manifest.identity { return "\(what) without the policy accepted" }
        guard let day else { return "\(what) without a clock" }
        if day > Self.lastDay { return "\(what) after the items' last day" }
        if !agreement.switches.contains(.diagnostics) { return "\(what) without diagnostics" }
        if items.contains(.location), !agreement.switches.contains(.location) || !isServiceActive {
            return "a location was \(what)"
        }
        if items.contains(.serviceFailures), context.manifest.identity == Samples.narrower.identity {
            return "failures were \(what)"
        }
        return nil
    }

    /// Nothing old goes out under a new decision unless that decision allows it.
    func lineObjection(to batch: Batch, _ what: String) -> String? {
        guard let old = batch.sequences.first(where: { lines[$0] != ledger.line }) else { return nil }
        return "\(what) record \(old) of an earlier consent"
    }

    /// Nothing leaves that should not be here any more, or cannot be yet.
    func dayObjection(to batch: Batch) -> String? {
        guard let day else { return nil }
        for row in queue.rows where batch.sequences.contains(row.sequence) {
            let age = day - Int64(row.day.number)
            if age < 0 { return "record \(row.sequence) was leased from the future" }
            if row.value.item != .location, age > 30 {
                return "record \(row.sequence) was leased too old"
            }
        }
        return nil
    }

    mutating func check() -> String? {
        if queue.imbalance != 0 { return "\(queue.imbalance) records are not accounted for" }
        if let flaw { return flaw }
        if ledger.isFlawed { return "agreed to without accepting the policy" }
        if queue.rows.count > 2_000 { return "\(queue.rows.count) rows" }
        // It takes long to add up.
        if hasGrown, queue.bytes > 1_048_576 { return "\(queue.bytes) bytes" }
        hasGrown = false
        if queue.batches.filter(\.isOpenForWalk).count > 1 { return "two open batches" }
        if ledger.agreement == nil, scrubs.isEmpty, unanswered.isEmpty {
            if !queue.rows.isEmpty { return "\(queue.rows.count) rows without a consent" }
            if !queue.batches.isEmpty { return "a lease without a consent" }
            if !coalescer.isEmpty { return "something in memory without a consent" }
        }
        if scrubs.isEmpty, unanswered.isEmpty, let old = queue.rows.first(where: { lines[$0.sequence] != ledger.line })
        {
            return "record \(old.sequence) of an earlier consent is still there"
        }
        if queue.counters.expired > seen.expired { count("record expired") }
        if queue.counters.totalDropped > seen.totalDropped { count("dropped") }
        seen = queue.counters
        return nil
    }
}

extension TelemetryQueue.LeaseResult {
    fileprivate var batch: Batch? { if case .leased(let batch) = self { batch } else { nil } }
}

extension Batch {
    fileprivate var isOpenForWalk: Bool { stage != .parked && stage != .quarantined }
}
