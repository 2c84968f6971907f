import Storage
import Testing

@testable import TelemetryPolicy

/// The store beside the queue that it holds: after every step what is read back is what the pure queue says.
@Suite("The store of telemetry")
struct TelemetryStoreTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/telemetry.db" }

    init() throws { directory = try TemporaryDirectory() }

    /// A queue that has been used at random: recorded, leased, reported, aged, scrubbed.
    private struct Walk {
        var queue = TelemetryQueue()
        var random: SplitMix64
        var consent: StoredConsent
        var uptime: Duration = .seconds(100)
        var day: Int32 = 20_600
        var seed: UInt8 = 0

        init(seed: UInt64) throws {
            random = SplitMix64(seed: seed)
            consent = try StoredConsent(.fresh(startingAt: Sample.epoch))
        }

        var now: Moment { Moment(uptime: uptime, unixSeconds: Int64(day) * 86_400 + 100, isTrusted: true) }

        mutating func step(_ ledger: ConsentStore) throws {
            uptime += .seconds(60)
            switch UInt8.random(in: 0..<20, using: &random) {
            case 0 where consent.consent.state.grant == nil, 1 where consent.consent.state.grant == nil:
                seed &+= 7
                try consent.agree([.diagnostics], seed, ledger)
                try consent.ask(.expose(consent.consent.state.epoch), by: .local(user: 0), ledger)
                queue.scrub(keeping: consent.consent.state.epoch)
            case 0 where UInt8.random(in: 0..<8, using: &random) == 0:
                seed &+= 7
                try consent.ask(.withdraw([.diagnostics], erasingOnServer: false, try Sample.fresh(seed)), ledger)
                queue.scrub(keeping: nil)
            case 1 where UInt8.random(in: 0..<8, using: &random) == 0: queue.eraseAll()
            case 2, 7: day += 1
            case 3: queue.age(.trusted(try Sample.day(day)))
            case 4...6: try lease()
            default: record()
            }
        }

        private mutating func record() {
            let value: ItemValue? =
                switch UInt8.random(in: 0..<3, using: &random) {
                case 0: BatteryLevel(percent: Int.random(in: 0...100, using: &random)).map(ItemValue.battery)
                case 1:
                    ServiceFailure.allCases.randomElement(using: &random).flatMap { failure in
                        DailyCount(Int.random(in: 1...9, using: &random)).map { .serviceFailure(failure, $0) }
                    }
                default: Version(parsing: "1.\(Int.random(in: 0...5, using: &random)).0".utf8).map(ItemValue.osVersion)
                }
            guard let value, let day = Day(number: day) else { return }
            let free: UInt64 = UInt8.random(in: 0..<10, using: &random) > 0 ? 1 << 30 : 1 << 20
            var queue = queue
            _ = consent.consent.recording(value.item, at: now) { permit in
                _ = queue.record(DatedValue(value, on: day), freeBytes: free, permit: permit)
            }
            self.queue = queue
        }

        private mutating func lease() throws {
            seed &+= 3
            let id = try Sample.batchID(seed)
            var queue = queue
            let (uptime, now) = (uptime, now)
            let leased = consent.consent.leasing(at: now) { permit in
                queue.lease(id, at: uptime, freeBytes: 1 << 30, permit: permit) { install, rows in
                    install.id.bytes + rows.flatMap { Array($0.value.text.utf8) }
                }
            }
            if case .success(.leased(let batch)) = leased, Bool.random(using: &random) {
                _ = consent.consent.sending(at: now) { permit in _ = queue.begin(batch.id, at: uptime, permit: permit) }
                let outcomes: [TransferOutcome] = [.accepted(rejected: 1), .retry, .unauthorised, .rejected, .tooLarge]
                if let outcome = outcomes.randomElement(using: &random) {
                    queue.report(batch.id, outcome, at: uptime)
                }
            }
            self.queue = queue
        }
    }

    /// What a start makes of a queue: nobody has a lease any more.
    private func booted(_ queue: TelemetryQueue) -> TelemetryQueue {
        var queue = queue
        queue.booted()
        return queue
    }

    @Test("What is saved is read back, step by step over a random life")
    func walk() throws {
        let seed = seed(0x7e1e)
        var walk = try Walk(seed: seed)
        let ledger = try openConsent(directory.path + "/consent.db")
        var (leased, stages) = (0, Set<String>())
        var store: TelemetryStore? = try openTelemetry(path)
        for step in 0..<1_200 {
            try walk.step(ledger)
            try store?.save(walk.queue)
            guard step.isMultiple(of: 4) else { continue }
            store = nil
            let again = try openTelemetry(path)
            defer { store = again }
            #expect(again.queue == booted(walk.queue), "step \(step), seed \(seed)")
            #expect(again.queue.imbalance == 0)
            leased += walk.queue.batches.count
            stages.formUnion(walk.queue.batches.map { "\($0.stage)".prefix(4).lowercased() })
            if again.queue != booted(walk.queue) { return }
        }
        #expect(leased > 100 && walk.queue.counters.recorded > 300, "\(leased), \(walk.queue.counters)")
        #expect(stages.isSuperset(of: ["leas", "park", "quar", "wait"]), "\(stages)")
    }

    @Test("Nothing is written when nothing has changed")
    func unchanged() throws {
        let store = try openTelemetry(path)
        try store.save(try full(rows: 10).queue)
        try store.forgetReplaced()
        let before = try #require(try bytes(of: path))
        try store.save(store.queue)
        #expect(try bytes(of: path) == before)
        #expect(try bytes(of: path + "-wal")?.isEmpty ?? true)
    }

    /// A queue with so many records, one a day.
    private func full(rows: Int, epoch: ConsentEpoch? = nil) throws -> (queue: TelemetryQueue, day: Int32) {
        var stored = StoredQueue()
        let epoch = epoch ?? Sample.epoch
        let failures = ServiceFailure.allCases
        for number in 0..<rows {
            let count = try #require(DailyCount(1 + number % 9))
            let day = try Sample.day(20_000 + Int32(number / failures.count))
            stored.rows.append(
                Row(
                    sequence: UInt64(number + 1), epoch: epoch,
                    value: .serviceFailure(failures[number % failures.count], count), day: day))
        }
        stored.epoch = epoch
        stored.nextSequence = UInt64(rows + 1)
        stored.counters.recorded = UInt64(rows)
        return (try #require(TelemetryQueue(stored)), 20_000 + Int32(rows / failures.count))
    }

    @Test("A full queue, rewritten as a whole, stays below its bytes on the disk with everything beside it")
    func bounded() throws {
        let store = try openTelemetry(path)
        var largest = 0
        for round in 0..<6 {
            let (queue, _) = try full(rows: QueueLimits.rows, epoch: ConsentEpoch(UInt64(round + 1)))
            try store.save(queue)
            largest = max(largest, try size())
        }
        #expect(largest <= QueueLimits.fileBytes, "\(largest) bytes")
        #expect(largest > 100_000)
        try store.forgetReplaced()
        #expect(try bytes(of: path + "-wal")?.isEmpty ?? true)
    }

    private func size() throws -> Int {
        try directory.names.reduce(0) { sum, name in
            try sum + (bytes(of: directory.path + "/" + name)?.count ?? 0)
        }
    }

    @Test("What was erased is in no file: neither in free pages, nor in the log, nor in what was set aside")
    func erased() throws {
        let canary = Array("4711.4712.4713".utf8)
        var stored = StoredQueue()
        let version = try #require(Version(parsing: canary))
        stored.rows = [Row(sequence: 1, epoch: Sample.epoch, value: .osVersion(version), day: try Sample.day())]
        stored.epoch = Sample.epoch
        (stored.nextSequence, stored.counters.recorded) = (2, 1)
        let queue = try #require(TelemetryQueue(stored))
        do {
            let store = try openTelemetry(path)
            try store.save(queue)
        }
        #expect(try files(in: directory.path, holding: canary) == ["telemetry.db"])
        do {
            let database = try Database(path: path)
            try database.execute("INSERT INTO counter VALUES ('recorded', 77) ON CONFLICT DO UPDATE SET number = 77")
        }
        guard case .ready(let store, .quarantined) = TelemetryStore.open(at: path) else {
            Issue.record("a queue that does not add up was taken")
            return
        }
        try store.save(queue)
        #expect(try files(in: directory.path, holding: canary).contains("telemetry.db.quarantined"))
        var empty = queue
        empty.eraseAll()
        try store.save(empty)
        try store.forgetReplaced()
        #expect(try files(in: directory.path, holding: canary).isEmpty)
        #expect(store.queue.counters.erased == 1)
    }

    @Test("A byte changed anywhere is noticed, or is another queue that could be")
    func flips() throws {
        do {
            let store = try openTelemetry(path)
            try store.save(try full(rows: 60).queue)
        }
        let sound = try #require(try bytes(of: path))
        for offset in stride(from: 0, to: sound.count, by: 11) {
            var damaged = sound
            damaged[offset] ^= 1 << UInt8(offset % 8)
            for name in directory.names { _ = unlinkFile(directory.path + "/" + name) }
            try write(damaged, to: path)
            guard case .ready(let store, _) = TelemetryStore.open(at: path) else {
                Issue.record("byte \(offset): it is not opened at all")
                continue
            }
            #expect(store.queue.imbalance == 0 && store.queue.rows.count <= QueueLimits.rows, "byte \(offset)")
            try store.save(TelemetryQueue())
        }
    }
}
