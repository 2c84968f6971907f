import Glibc
import Storage
import Testing

@testable import TelemetryPolicy

/// What telemetry costs a flash, and what it takes of it at most.
@Suite("Wear")
struct WearTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/telemetry.db" }

    init() throws { directory = try TemporaryDirectory() }

    private func record(_ value: ItemValue, on number: Int32, _ queue: inout TelemetryQueue, _ consent: Consent) throws
    {
        let day = try Sample.day(number)
        let now = Moment(uptime: .seconds(100), unixSeconds: Int64(number) * 86_400 + 100, isTrusted: true)
        let result = consent.recording(value.item, at: now) {
            queue.record(DatedValue(value, on: day), freeBytes: 1 << 30, permit: $0)
        }
        guard case .success(.recorded) = result else { return }
    }

    private func agreed() throws -> Consent {
        var life = try StoredConsent(.fresh(startingAt: Sample.epoch))
        try life.agree([.diagnostics], 1, try openConsent(directory.path + "/consent.db"))
        return life.consent
    }

    @Test("A day with a failure in every hour, and the mark of the day, writes a fraction of a mebibyte")
    func day() throws {
        let consent = try agreed()
        let store = try openTelemetry(path)
        let ledger = try openConsent(directory.path + "/consent.db")
        var queue = store.queue
        queue.scrub(keeping: consent.state.epoch)
        // A month's queue first: the day is one like others.
        for day in 20_570..<20_600 as Range<Int32> {
            for failure in ServiceFailure.allCases.prefix(3) {
                try record(.serviceFailure(failure, try #require(DailyCount(1))), on: day, &queue, consent)
            }
        }
        try store.save(queue)
        let record = try PowerCutRecord.recording(directory.path) { _ in
            for hour in 1...24 {
                let failure = ServiceFailure.allCases[hour % ServiceFailure.allCases.count]
                try self.record(
                    .serviceFailure(failure, try #require(DailyCount(1 + hour / 10))), on: 20_600, &queue, consent)
                try store.save(queue)
            }
            var state = consent.state
            state.dayMark = 20_600 * 86_400
            try ledger.commit(state, [])
            try ledger.forgetReplaced()
        }
        let written = record.operations.reduce(0) { sum, operation in
            if case .write(_, _, let data) = operation { sum + data.count } else { sum }
        }
        let synchronised = record.operations.count { if case .sync = $0 { true } else { false } }
        print("a day of telemetry: \(written) bytes written, \(synchronised) synchronisations")
        #expect(written <= 1 << 20)
        #expect(written > 10_000 && synchronised >= 24)
        // Nothing has changed: nothing is written.
        let idle = try PowerCutRecord.recording(directory.path) { _ in try store.save(queue) }
        #expect(!idle.operations.contains { if case .write = $0 { true } else { false } })
    }

    @Test("However many records there are, 2,000 rows and 1 MiB are all, and every one is accounted for")
    func offline() throws {
        let consent = try agreed()
        let store = try openTelemetry(path)
        var queue = store.queue
        queue.scrub(keeping: consent.state.epoch)
        let count = getenv("MORTISE_FULL") == nil ? 4_000 : 1_000_000
        var largest = 0
        for number in 1...count {
            let version = try #require(Version(major: number % 9_999, minor: number / 9_999 % 9_999, patch: 9_999))
            try record(.softwareVersion(version), on: 20_600, &queue, consent)
            guard number.isMultiple(of: 50) else { continue }
            try store.save(queue)
            largest = max(
                largest,
                try ["", "-wal"].reduce(0) { sum, suffix in sum + (try bytes(of: path + suffix)?.count ?? 0) })
            #expect(queue.rows.count <= QueueLimits.rows && queue.imbalance == 0)
        }
        print("\(count) records offline: at most \(largest) bytes of telemetry.db and its log")
        #expect(largest <= QueueLimits.fileBytes)
        #expect(queue.counters.recorded == UInt64(count))
        #expect(queue.rows.count == QueueLimits.rows)
    }
}
