import Testing

@testable import TelemetryPolicy

@Suite("The queue's bookkeeping")
struct QueueTests {
    /// A consent that permits everything, and a queue under it.
    final class Rig {
        var consent = GateTableTests.full()
        var queue = TelemetryQueue()
        private var nextBatch: UInt64 = 0

        init() { queue.scrub(keeping: consent.consent.state.epoch) }

        @discardableResult
        func record(_ value: ItemValue, freeBytes: UInt64 = 1 << 30) -> TelemetryQueue.RecordResult? {
            guard let today = consent.now.trustedDay else { return nil }
            return record(DatedValue(value, on: today), freeBytes: freeBytes)
        }

        @discardableResult
        func record(_ value: DatedValue, freeBytes: UInt64 = 1 << 30) -> TelemetryQueue.RecordResult? {
            let result = consent.consent.recording(value.value.item, at: consent.now) {
                queue.record(value, freeBytes: freeBytes, permit: $0)
            }
            return try? result.get()
        }

        /// Versions that differ.
        func record(_ count: Int, from first: Int = 0) {
            for number in first..<(first + count) {
                record(.softwareVersion(Samples.version(number / 10_000, number % 10_000, 0)))
            }
        }

        func lease() -> Batch? {
            if case .leased(let batch) = tryLease() { return batch }
            return nil
        }

        func tryLease(freeBytes: UInt64 = 1 << 30) -> TelemetryQueue.LeaseResult? {
            nextBatch += 1
            let id = Samples.batchID(nextBatch)
            let result = consent.consent.leasing(at: consent.now) {
                queue.lease(id, at: consent.now.uptime, freeBytes: freeBytes, permit: $0) { install, rows in
                    install.id.bytes + rows.flatMap { Array($0.value.text.utf8) }
                }
            }
            return try? result.get()
        }

        @discardableResult
        func report(_ batch: Batch, _ outcome: TransferOutcome) -> Bool {
            queue.report(batch.id, outcome, at: consent.now.uptime)
        }

        func begin(_ batch: Batch) -> TelemetryQueue.BeginResult? {
            try? consent.consent.sending(at: consent.now) { queue.begin(batch.id, at: consent.now.uptime, permit: $0) }
                .get()
        }
    }

    @Test("holds 2,000 rows and 256 KiB at most, the newest, and counts what it dropped")
    func quota() {
        let rig = Rig()
        for round in 0..<12 {
            rig.record(250, from: round * 250)
            #expect(rig.queue.rows.count <= 2_000)
            #expect(rig.queue.bytes <= 262_144)
            #expect(rig.queue.imbalance == 0)
        }
        #expect(rig.queue.counters.recorded == 3_000)
        #expect(rig.queue.counters.dropped == [.quota: 1_000])
        #expect(rig.queue.rows.first?.sequence == 1_001)
    }

    @Test("does not grow when the file system is nearly full")
    func headroom() {
        let rig = Rig()
        rig.record(5)
        rig.record(.battery(Samples.level(5)), freeBytes: 10 << 20 - 1)
        #expect(rig.queue.rows.count == 5)
        #expect(rig.queue.rows.last?.value == .battery(Samples.level(5)))
        #expect(rig.queue.counters.dropped == [.headroom: 1])
        #expect(rig.queue.imbalance == 0)
    }

    @Test("fixes no batch's bytes when the file system is nearly full, and leases one that is fixed already")
    func headroomForBatches() throws {
        let rig = Rig()
        rig.record(3)
        let low = UInt64(10 << 20) + 65_535
        #expect(rig.tryLease(freeBytes: low) == .noHeadroom)
        #expect(rig.queue.batches.isEmpty)
        let batch = try #require(rig.lease())
        #expect(rig.report(batch, .retry))
        guard case .leased(let again) = rig.tryLease(freeBytes: low) else {
            Issue.record("what is written already needs no room")
            return
        }
        #expect(again.bytes == batch.bytes)
    }

    @Test("leases nothing that is too old, whether anybody looked before or not")
    func tooOldToLeave() {
        let rig = Rig()
        rig.record(.battery(Samples.level(50)))
        rig.consent.pass(days: 31)
        #expect(rig.tryLease() == .nothing)
        #expect(rig.queue.counters.expired == 1)
    }

    @Test("says nothing again after a boot, counts on from where a day was, and hears of the battery once a day")
    func afterBoot() throws {
        let rig = Rig()
        let today = try #require(rig.consent.now.trustedDay)
        rig.record(.osVersion(Samples.version(13, 0, 0)))
        rig.record(.location(Samples.cell("u33dc")))
        rig.record(.battery(Samples.level(15)))
        rig.record(.serviceFailure(.stalled, Samples.count(4)))
        // What was sent is remembered too.
        let batch = try #require(rig.lease())
        _ = rig.begin(batch)
        #expect(rig.report(batch, .accepted(rejected: 0)))
        // The battery and the count are not final yet.
        #expect(rig.queue.rows.map(\.value.item) == [.battery, .serviceFailures])

        rig.queue.booted()
        var coalescer = Coalescer(startedAt: .zero)
        coalescer.resume(from: rig.queue)
        var sampler = BatterySampler(resuming: rig.queue.memory[.battery])
        func note(_ value: ItemValue) {
            _ = rig.consent.consent.recording(value.item, at: rig.consent.now) { coalescer.note(value, permit: $0) }
        }
        note(.osVersion(Samples.version(13, 0, 0)))
        note(.location(Samples.cell("u33dc")))
        #expect(coalescer.isEmpty)
        func take(_ percent: Int) -> BatterySampler.Sample { sampler.take(percent: percent, on: today) }
        #expect(take(16) == .leaveOut)
        #expect(take(14) == .threshold(Samples.level(10)))
        #expect(take(9) == .leaveOut)
        _ = rig.consent.consent.recording(.serviceFailures, at: rig.consent.now) {
            coalescer.count(.stalled, permit: $0)
        }
        #expect(coalescer.pending == [DatedValue(.serviceFailure(.stalled, Samples.count(5)), on: today)])
        // The owner erased it all, or agreed anew: nothing is remembered.
        rig.queue.eraseAll()
        #expect(rig.queue.memory.entries.isEmpty)
        rig.record(.osVersion(Samples.version(13, 0, 0)))
        rig.queue.scrub(keeping: rig.queue.epoch)
        #expect(rig.queue.memory.entries.count == 1)
        rig.queue.scrub(keeping: ConsentEpoch(9))
        #expect(rig.queue.memory.entries.isEmpty)
    }

    @Test("hears again of what was flushed while the gate had shut")
    func notRecorded() {
        let rig = GateTableTests.full()
        var coalescer = Coalescer(startedAt: .zero)
        coalescer.scrub(keeping: rig.consent.state.epoch)
        func note() {
            _ = rig.consent.recording(.osVersion, at: rig.now) {
                coalescer.note(.osVersion(Samples.version(13, 0, 0)), permit: $0)
            }
        }
        note()
        let flushed = coalescer.flush(at: .seconds(3_600))
        #expect(flushed.count == 1)
        for value in flushed { coalescer.notRecorded(value) }
        note()
        #expect(coalescer.pending == flushed)
    }

    @Test("knows no value that is longer than it counts with")
    func textLimit() {
        var values = Array(Samples.values.values)
        values += ServiceFailure.allCases.map { .serviceFailure($0, Samples.count(10)) }
        values += DeviceModel.allCases.map { .deviceModel($0) }
        values += [.osVersion(Samples.version(9_999, 9_999, 9_999)), .battery(Samples.level(100))]
        for value in values { #expect(value.text.utf8.count <= Row.textLimit, "\(value.text)") }
    }

    @Test("leases the same bytes under the same id until they are accounted for")
    func stableBytes() throws {
        let rig = Rig()
        rig.record(3)
        let first = try #require(rig.lease())
        #expect(rig.lease() == nil)
        #expect(rig.begin(first) == .go(first.bytes))
        rig.report(first, .retry)
        rig.record(3, from: 10)
        let second = try #require(rig.lease())
        #expect(second.id == first.id)
        #expect(second.bytes == first.bytes)
        rig.consent.now.uptime += QueueLimits.leaseTime
        #expect(rig.begin(second) == .noLease)
        let third = try #require(rig.lease())
        #expect(third.bytes == first.bytes)
        #expect(rig.begin(third) == .go(first.bytes))
        rig.report(first, .accepted(rejected: 1))
        #expect(rig.queue.counters.acknowledged == 2)
        #expect(rig.queue.counters.dropped == [.rejected: 1])
        #expect(rig.queue.imbalance == 0)
    }

    @Test("lets nothing go that was not begun, and takes no answer for it")
    func notBegun() throws {
        let rig = Rig()
        rig.record(1)
        let batch = try #require(rig.lease())
        #expect(rig.report(batch, .accepted(rejected: 0)) == false)
        #expect(rig.queue.rows.count == 1)
    }

    @Test("forgets a lease with its consent, on the wire or not")
    func withdrawn() throws {
        let rig = Rig()
        rig.record(3)
        let batch = try #require(rig.lease())
        _ = rig.begin(batch)
        rig.consent.withdraw()
        #expect(rig.begin(batch) == nil)
        rig.queue.scrub(keeping: nil)
        #expect(rig.queue.rows.isEmpty && rig.queue.batches.isEmpty)
        #expect(rig.report(batch, .accepted(rejected: 0)) == false)
        #expect(rig.queue.counters.erased == 3)
        #expect(rig.queue.imbalance == 0)
    }

    @Test("parks, quarantines and splits, and loses count of nothing")
    func outcomes() throws {
        let rig = Rig()
        rig.record(4)
        var batch = try #require(rig.lease())
        _ = rig.begin(batch)
        rig.report(batch, .unauthorised)
        #expect(rig.queue.contents.parked == 4)
        #expect(rig.lease() == nil)
        rig.queue.unpark()
        batch = try #require(rig.lease())
        _ = rig.begin(batch)
        rig.report(batch, .tooLarge)
        batch = try #require(rig.lease())
        #expect(batch.sequences.count == 2)
        _ = rig.begin(batch)
        rig.report(batch, .rejected)
        #expect(rig.queue.contents.quarantined == 2)
        #expect(rig.queue.contents.queued == 2)
        #expect(rig.queue.imbalance == 0)
    }

    @Test("expires after 30 days, clamps what is from the future, and heeds no clock that nobody vouches for")
    func ageing() throws {
        let rig = Rig()
        rig.record(.battery(Samples.level(50)))
        rig.record(.location(Samples.cell("u33db")))
        let today = try #require(rig.consent.now.trustedDay)
        rig.queue.age(.unknown)
        let future = try #require(Day(number: today.number - 10))
        rig.queue.age(.estimated(future))
        #expect(rig.queue.rows.map(\.day) == [today, today])
        rig.queue.age(.trusted(future))
        #expect(rig.queue.rows.map(\.day) == [future, future])
        rig.queue.age(.trusted(try #require(Day(number: future.number + 30))))
        #expect(rig.queue.rows.count == 2)
        rig.queue.age(.estimated(try #require(Day(number: future.number + 31))))
        // Location is kept until consent is withdrawn.
        #expect(rig.queue.rows.map(\.value.item) == [.location])
        #expect(rig.queue.counters.expired == 1)
        #expect(rig.queue.imbalance == 0)
    }

    @Test("holds one count of a failure for a day, which only rises, and leases it when it is final")
    func failures() throws {
        let rig = Rig()
        for count in 1...4 { rig.record(.serviceFailure(.stalled, Samples.count(count))) }
        #expect(rig.queue.rows.map(\.value) == [.serviceFailure(.stalled, Samples.count(4))])
        // A lower count of the same day is older.
        rig.record(.serviceFailure(.stalled, Samples.count(2)))
        #expect(rig.queue.rows.map(\.value) == [.serviceFailure(.stalled, Samples.count(4))])
        #expect(rig.lease() == nil)
        // What was noted just before midnight is written within the hour, and belongs to its own day.
        let yesterday = try #require(rig.consent.now.trustedDay)
        rig.consent.pass(days: 1)
        #expect(rig.lease() == nil)
        rig.record(DatedValue(.serviceFailure(.stalled, Samples.count(5)), on: yesterday))
        #expect(rig.queue.rows.map(\.day) == [yesterday])
        #expect(rig.queue.rows.map(\.value) == [.serviceFailure(.stalled, Samples.count(5))])
        rig.consent.pass(days: 1)
        #expect(rig.lease()?.sequences.count == 1)
        #expect(rig.queue.counters.dropped == [.superseded: 4])
        #expect(rig.queue.imbalance == 0)
    }

    @Test("holds one battery for a day, the last that was read, and leases it when it is final")
    func batteryOfADay() throws {
        let rig = Rig()
        rig.record(.battery(Samples.level(80)))
        rig.record(.battery(Samples.level(20)))
        #expect(rig.queue.rows.map(\.value) == [.battery(Samples.level(20))])
        // A new one: it may rise too.
        rig.record(.battery(Samples.level(100)))
        #expect(rig.queue.rows.map(\.value) == [.battery(Samples.level(100))])
        rig.consent.pass(days: 1)
        #expect(rig.lease() == nil)
        rig.record(.battery(Samples.level(95)))
        rig.consent.pass(days: 1)
        #expect(rig.lease()?.sequences.count == 1)
        rig.consent.pass(days: 1)
        #expect(rig.queue.counters.dropped == [.superseded: 2])
        #expect(rig.queue.imbalance == 0)
    }

    @Test("takes no stored queue that could not be")
    func stored() {
        let day = Samples.day("2026-11-23")
        func row(_ sequence: UInt64, _ epoch: UInt64 = 7) -> Row {
            Row(sequence: sequence, epoch: ConsentEpoch(epoch), value: .battery(Samples.level(50)), day: day)
        }
        func batch(_ number: UInt64, _ sequences: [UInt64], _ stage: Batch.Stage = .parked) -> Batch {
            Batch(
                stored: Samples.batchID(number), epoch: ConsentEpoch(7), items: [.battery], sequences: sequences,
                bytes: [1], stage: stage, wasBegun: false)
        }
        func taken(_ change: (inout StoredQueue) -> Void) -> TelemetryQueue? {
            var stored = StoredQueue()
            stored.epoch = ConsentEpoch(7)
            stored.rows = [row(3), row(5), row(6)]
            stored.nextSequence = 7
            stored.counters.recorded = 4
            stored.counters.acknowledged = 1
            stored.batches = [batch(1, [3])]
            change(&stored)
            return TelemetryQueue(stored)
        }
        #expect(taken { _ in }?.contents.parked == 1)
        #expect(taken { $0.counters.recorded = 5 } == nil)
        #expect(taken { $0.rows.swapAt(0, 1) } == nil)
        #expect(taken { $0.rows[1] = row(5, 8) } == nil)
        #expect(taken { $0.epoch = nil } == nil)
        #expect(taken { $0.nextSequence = 6 } == nil)
        #expect(taken { $0.batchRows = 0 } == nil)
        #expect(taken { $0.batches = [batch(1, [4])] } == nil)
        #expect(taken { $0.batches = [batch(1, [3]), batch(2, [3])] } == nil)
        #expect(taken { $0.batches = [batch(1, [3]), batch(1, [5])] } == nil)
        #expect(taken { $0.batches = [batch(1, [3], .waiting), batch(2, [5], .waiting)] } == nil)
        #expect(taken { $0.batches = [batch(1, [3], .waiting), batch(2, [5])] }?.contents.leased == 1)
        #expect(taken { $0.batches = [batch(1, [])] } == nil)
    }

    @Test("is written to once an hour besides thresholds, and not when nothing changed")
    func coalescing() {
        let rig = GateTableTests.full()
        var coalescer = Coalescer(startedAt: .seconds(10))
        coalescer.scrub(keeping: rig.consent.state.epoch)
        func note(_ value: ItemValue, isUrgent: Bool = false) {
            _ = rig.consent.recording(value.item, at: rig.now) { coalescer.note(value, isUrgent: isUrgent, permit: $0) }
        }
        #expect(coalescer.flushDue(at: .seconds(10)) == nil)
        note(.osVersion(Samples.version(13, 0, 0)))
        func flush(at now: Duration) -> Int { coalescer.flush(at: now).count }
        // Nobody knows when the daemon that ran before last wrote.
        #expect(flush(at: .seconds(3_609)) == 0)
        #expect(flush(at: .seconds(3_610)) == 1)
        note(.osVersion(Samples.version(13, 0, 0)))
        #expect(coalescer.flushDue(at: .seconds(3_620)) == nil)
        note(.osVersion(Samples.version(13, 1, 0)))
        #expect(flush(at: .seconds(7_209)) == 0)
        #expect(coalescer.flushDue(at: .seconds(3_620)) == .seconds(7_210))
        note(.battery(Samples.level(10)), isUrgent: true)
        #expect(flush(at: .seconds(3_630)) == 2)
        note(.battery(Samples.level(5)))
        coalescer.scrub(keeping: ConsentEpoch(1))
        #expect(coalescer.isEmpty)
    }

    @Test("hears of the battery once a day, and once on falling to a threshold")
    func battery() throws {
        var sampler = BatterySampler()
        func take(percent: Int, on day: Day) -> BatterySampler.Sample { sampler.take(percent: percent, on: day) }
        let day = Samples.day("2026-11-23")
        #expect(take(percent: 83, on: day) == .note(Samples.level(80)))
        #expect(take(percent: 60, on: day) == .leaveOut)
        #expect(take(percent: 20, on: day) == .threshold(Samples.level(20)))
        #expect(take(percent: 21, on: day) == .leaveOut)
        #expect(take(percent: 19, on: day) == .leaveOut)
        #expect(take(percent: 9, on: day) == .threshold(Samples.level(5)))
        #expect(take(percent: 100, on: day) == .leaveOut)
        #expect(take(percent: 100, on: Samples.day("2026-11-22")) == .leaveOut)
        #expect(take(percent: 100, on: Samples.day("2026-11-24")) == .note(Samples.level(100)))
        // However it jumps, a day has at most one of each threshold for each charge: bounded by the readings that fall.
        #expect(take(percent: 0, on: Samples.day("2026-11-24")) == .threshold(Samples.level(0)))
        #expect(take(percent: 1, on: Samples.day("2026-11-24")) == .leaveOut)
        // A clock that was years ahead, and is right again, does not silence it for years.
        #expect(take(percent: 50, on: Samples.day("2031-01-01")) == .note(Samples.level(50)))
        #expect(take(percent: 50, on: Samples.day("2026-11-25")) == .leaveOut)
        #expect(take(percent: 50, on: Samples.day("2026-11-26")) == .note(Samples.level(50)))
    }
}
