import Glibc
import LockCore
import Storage
import Testing

@testable import TelemetryPolicy

/// The power is cut at every write, truncation, renaming and synchronisation of a life with consent, with telemetry and with a log, and
/// what is found afterwards is opened by the production code.
@Suite("Power cuts in the stores")
struct PowerCutTests {
    private let lucks: [PowerCutDisk.Luck]

    init() {
        let count: UInt64 = getenv("MORTISE_FULL") == nil ? 2 : 40
        let seed = seed(0xc07)
        lucks = [.none, .all] + (0..<count).map { PowerCutDisk.Luck.chance(seed &+ $0) }
    }

    /// What a cut has led to, when something is wrong with it.
    private struct Finding: Hashable {
        var cut: Int
        var words: String
    }

    /// Cuts the power at every operation of a record, and checks what is left; how many cuts that were, and what was wrong.
    /// - Parameter check: is given the mark that had been made, and the directory; nil when all is well.
    private func cut(
        _ record: PowerCutRecord, from disk: PowerCutDisk = PowerCutDisk(), untilFirst: Bool = false,
        ignoring: (String) -> Bool = { _ in false },
        _ check: (_ mark: Int, _ directory: String) throws -> String?
    ) throws -> (cuts: Int, findings: [Finding]) {
        let directory = try TemporaryDirectory()
        var (disk, mark, cuts) = (disk, 0, 0)
        var findings: [Finding] = []
        for (index, operation) in record.operations.enumerated() {
            disk.apply(operation, ignoring: ignoring)
            if case .mark(let number) = operation { mark = number }
            for luck in lucks {
                try PowerCutDisk.restore(disk.afterCut(luck), in: directory.path)
                cuts += 1
                if let words = try check(mark, directory.path) {
                    findings.append(Finding(cut: index, words: "\(operation.words), \(luck): \(words)"))
                    if untilFirst { return (cuts, findings) }
                }
            }
        }
        return (cuts, findings)
    }

    // MARK: The ledger

    /// The states of a life, one for each commit, and the record of it.
    private func lifeOfConsent() throws -> (states: [ConsentState?], record: PowerCutRecord) {
        let directory = try TemporaryDirectory()
        var states: [ConsentState?] = [nil]
        let record = try PowerCutRecord.recording(directory.path) { mark in
            let store = try openConsent(directory.path + "/consent.db")
            var consent = Consent()
            var effects = consent.handle(
                .boot(.fresh(startingAt: Sample.epoch), try Sample.context(), owners: [Sample.owner]), at: Sample.moment
            )
            let manifest = try Sample.context().manifest
            let switches: Set<ConsentSwitch> = [.diagnostics]
            let echo = PolicyEcho(sha256: manifest.identity.sha256, language: "en", purposes: [])
            var giving = echo
            giving.purposes = manifest.scope(of: switches).purposes
            let inputs: [ConsentInput] = [
                .request(.show(language: "en"), by: .key(Sample.owner), id: ConsentRequestID(1)),
                .request(.accept(echo, isAdult: true), by: .key(Sample.owner), id: ConsentRequestID(2)),
                .request(.give(switches, giving, try Sample.fresh(1)), by: .key(Sample.owner), id: ConsentRequestID(3)),
                .request(
                    .expose(ConsentEpoch(Sample.epoch.rawValue + 1)), by: .local(user: 0), id: ConsentRequestID(4)),
                .request(
                    .withdraw(switches, erasingOnServer: true, try Sample.fresh(60)), by: .local(user: 0),
                    id: ConsentRequestID(5)),
                .request(
                    .give(switches, giving, try Sample.fresh(90)), by: .key(Sample.owner), id: ConsentRequestID(6)),
                .reset(erasing: nil),
            ]
            for input in inputs {
                effects += consent.handle(input, at: Sample.moment)
                while !effects.isEmpty {
                    guard case .commit(let id, let state, let records) = effects.removeFirst() else { continue }
                    states.append(state)
                    try store.commit(state, records)
                    mark(states.count - 1)
                    try store.forgetReplaced()
                    effects += consent.handle(.committed(id, stored: true), at: Sample.moment)
                }
            }
            mark(Self.wiped)
        }
        return (states, record)
    }

    /// The mark behind a reset: nothing of the life before is left but what a server is to erase.
    private static let wiped = 1_000

    /// What is found must be what was acknowledged last, or what was being made durable.
    private func checkConsent(_ states: [ConsentState?], _ mark: Int, _ directory: String) throws -> String? {
        if mark == Self.wiped, try !files(in: directory, holding: Array("Lock Company".utf8)).isEmpty {
            return "what was wiped is there again"
        }
        let mark = min(mark, states.count - 1)
        switch ConsentStore.open(at: directory + "/consent.db") {
        case .unavailable(let error): return "unavailable: \(error)"
        case .ready(_, .quarantined(_, let damage)): return "set aside: \(damage)"
        case .ready(let store, _):
            let found = try store.load()
            guard states[mark...].prefix(2).contains(found) else {
                return "commit \(mark) was acknowledged and is not there"
            }
            let history = try store.history()
            return history.count == Int(found?.nextRecord ?? 1) - 1 ? nil : "the ledger has \(history.count) records"
        }
    }

    @Test("Every commit of consent is there when it was acknowledged, or is the next, and the ledger has no hole")
    func consent() throws {
        let (states, record) = try lifeOfConsent()
        let (cuts, findings) = try cut(record) { mark, directory in try checkConsent(states, mark, directory) }
        print(
            "power cuts in consent.db: \(cuts), at \(record.operations.count) operations, \(states.count - 1) commits")
        #expect(findings.isEmpty, "\(findings.prefix(5))")
        #expect(states.count >= 8 && record.operations.count > 60)
    }

    @Test("A second power cut, in the start after the first, changes nothing of that")
    func twice() throws {
        let (states, record) = try lifeOfConsent()
        var (disk, mark, cuts) = (PowerCutDisk(), 0, 0)
        let directory = try TemporaryDirectory()
        for (index, operation) in record.operations.enumerated() {
            disk.apply(operation, ignoring: { _ in false })
            if case .mark(let number) = operation { mark = number }
            // Each fifth: the starts in between are alike.
            guard index.isMultiple(of: 5) || getenv("MORTISE_FULL") != nil else { continue }
            let left = disk.afterCut(.chance(UInt64(index)))
            try PowerCutDisk.restore(left, in: directory.path)
            let start = PowerCutRecord.recording(directory.path) { _ in
                _ = ConsentStore.open(at: directory.path + "/consent.db")
            }
            let (count, findings) = try cut(start, from: PowerCutDisk(left)) { _, second in
                try checkConsent(states, mark, second)
            }
            cuts += count
            #expect(findings.isEmpty, "behind \(index): \(findings.prefix(3))")
        }
        print("second power cuts in consent.db: \(cuts)")
        #expect(cuts > 50)
    }

    @Test("Without any one kind of synchronisation it would not hold", arguments: ["", "consent.db-wal", "consent.db"])
    func withoutSynchronising(_ name: String) throws {
        let (states, record) = try lifeOfConsent()
        #expect(record.operations.contains(.sync(name)), "\(name) is never synchronised")
        let (_, findings) = try cut(record, untilFirst: true, ignoring: { $0 == name }) { mark, directory in
            try checkConsent(states, mark, directory)
        }
        #expect(!findings.isEmpty, "nothing is amiss without it")
    }

    // MARK: The lock's own store

    @Test("Every entry of the log is there when it was acknowledged, and what was erased of it is not there again")
    func log() throws {
        let directory = try TemporaryDirectory()
        let canary = "5c1d0f7e-1111-4222-8333-944455556666"
        let entries = 12
        let record = try PowerCutRecord.recording(directory.path) { mark in
            do {
                guard case .ready(let store, _) = LockStore.open(at: directory.store, bootID: canary) else { return }
                for number in 1...entries {
                    let id = try store.nextMotion()
                    try store.begin(Motion(id: id, target: .locked, origin: .key(7)))
                    try store.finish(id, .sample(Int64(number)))
                    mark(number)
                }
            }
            let store = try openStore(directory.store)
            let end = try store.beginErasure(of: nil, recording: .sample(0))
            var position: Int64 = 0
            while position < end { position = try store.erase(of: nil, after: position, before: end).position }
            try store.endErasure()
            mark(Self.wiped)
        }
        let (cuts, findings) = try cut(record) { mark, directory in
            if mark == Self.wiped, try !files(in: directory, holding: Array(canary.utf8)).isEmpty {
                return "what was erased is there again"
            }
            switch LockStore.open(at: directory + "/lock.db", bootID: bootID) {
            case .unavailable(let error): return "unavailable: \(error)"
            case .ready(_, .quarantined(_, let damage)): return "set aside: \(damage)"
            case .ready(let store, _):
                let page = try store.entries(since: 0, limit: 500)
                let wanted = min(mark, entries)
                return page.last >= Int64(wanted) && page.last <= Int64(entries + 1)
                    && page.records.count == Int(page.last)
                    ? nil : "\(page.last) entries where \(wanted) were acknowledged"
            }
        }
        print("power cuts in lock.db: \(cuts), at \(record.operations.count) operations")
        #expect(findings.isEmpty, "\(findings.prefix(5))")
        #expect(record.operations.contains(.mark(Self.wiped)) && record.operations.count > 80)
    }

    // MARK: The queue

    private static let canary = Array("4711.4712.4713".utf8)

    private func lifeOfQueue() throws -> (queues: [TelemetryQueue], record: PowerCutRecord) {
        let directory = try TemporaryDirectory()
        var queues = [TelemetryQueue()]
        let record = try PowerCutRecord.recording(directory.path) { mark in
            let store = try openTelemetry(directory.path + "/telemetry.db")
            func save(_ queue: TelemetryQueue, forgetting: Bool = false) throws {
                queues.append(queue)
                try store.save(queue)
                if forgetting { try store.forgetReplaced() }
                mark(queues.count - 1)
            }
            let version = try #require(Version(parsing: Self.canary))
            for epoch in 1...2 as ClosedRange<UInt64> {
                var stored = StoredQueue()
                stored.epoch = ConsentEpoch(epoch)
                stored.counters = store.queue.counters
                stored.nextSequence = store.queue.nextSequence
                for _ in 0..<40 {
                    let sequence = stored.nextSequence
                    stored.rows.append(
                        Row(
                            sequence: sequence, epoch: ConsentEpoch(epoch), value: .osVersion(version),
                            day: try Sample.day(20_000 + Int32(sequence))))
                    stored.nextSequence += 1
                    stored.counters.recorded += 1
                }
                // A flush, a lease, an acknowledgement, and the end of the consent with all that is left.
                try save(try #require(TelemetryQueue(stored)))
                var leased = stored
                leased.batches = [
                    Batch(
                        stored: try Sample.batchID(UInt8(epoch)), epoch: ConsentEpoch(epoch), items: [.osVersion],
                        sequences: stored.rows.prefix(20).map(\.sequence), bytes: Self.canary + [1, 2, 3],
                        stage: .waiting, wasBegun: true)
                ]
                var queue = try #require(TelemetryQueue(leased))
                try save(queue)
                try #require(queue.report(try Sample.batchID(UInt8(epoch)), .accepted(rejected: 1), at: .zero))
                try save(queue)
                queue.scrub(keeping: nil)
                try save(queue, forgetting: true)
            }
        }
        return (queues, record)
    }

    private func checkQueue(_ queues: [TelemetryQueue], _ mark: Int, _ directory: String) throws -> String? {
        // What was wiped is nowhere until something else is written: the fourth of each four.
        if mark > 0, mark.isMultiple(of: 4), mark == queues.count - 1,
            try !files(in: directory, holding: Self.canary).isEmpty
        {
            return "what was wiped is there again"
        }
        switch TelemetryStore.open(at: directory + "/telemetry.db") {
        case .unavailable(let error): return "unavailable: \(error)"
        case .ready(_, .quarantined(_, let damage)): return "set aside: \(damage)"
        case .ready(let store, _):
            guard queues[mark...].prefix(2).contains(store.queue) else {
                return "save \(mark) was acknowledged and is not there"
            }
            return store.queue.imbalance == 0 ? nil : "it does not add up"
        }
    }

    @Test("Every flush, lease, acknowledgement and erasure is there when it was acknowledged, or is the next")
    func telemetry() throws {
        let (queues, record) = try lifeOfQueue()
        let (cuts, findings) = try cut(record) { mark, directory in try checkQueue(queues, mark, directory) }
        print(
            "power cuts in telemetry.db: \(cuts), at \(record.operations.count) operations, \(queues.count - 1) commits"
        )
        #expect(findings.isEmpty, "\(findings.prefix(5))")
        #expect(queues.count == 9 && record.operations.count > 60)
    }

    @Test(
        "Without any one kind of synchronisation that would not hold",
        arguments: ["", "telemetry.db-wal", "telemetry.db"])
    func queueWithoutSynchronising(_ name: String) throws {
        let (queues, record) = try lifeOfQueue()
        #expect(record.operations.contains(.sync(name)), "\(name) is never synchronised")
        let (_, findings) = try cut(record, untilFirst: true, ignoring: { $0 == name }) { mark, directory in
            try checkQueue(queues, mark, directory)
        }
        #expect(!findings.isEmpty, "nothing is amiss without it")
    }
}

extension PowerCutRecord.Operation {
    fileprivate var words: String {
        switch self {
        case .create(let name): "creating \(name)"
        case .write(let name, let offset, let data): "writing \(data.count) bytes at \(offset) of \(name)"
        case .truncate(let name, let size): "truncating \(name) to \(size)"
        case .sync(let name): "synchronising \(name.isEmpty ? "the directory" : name)"
        case .rename(let name, let other): "renaming \(name) to \(other)"
        case .unlink(let name): "deleting \(name)"
        case .mark(let number): "acknowledging \(number)"
        }
    }
}
