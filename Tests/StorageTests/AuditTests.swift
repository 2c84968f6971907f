import LockCore
import Storage
import Testing

@Suite("Audit log")
struct AuditTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func tamper(_ sql: String) throws {
        let database = try Database(path: directory.store)
        try database.execute(sql)
    }

    /// Puts entries in behind the store's back, which is faster.
    private func fill(_ range: ClosedRange<Int64>) throws {
        _ = try openStore(directory.store)
        try tamper(
            """
            WITH RECURSIVE n(i) AS (SELECT \(range.lowerBound) UNION ALL SELECT i + 1 FROM n WHERE i < \(range.upperBound))
            INSERT INTO audit SELECT i, zeroblob(32), zeroblob(32), zeroblob(16),
                'boot', i, NULL, 0, 'lock', 'device', NULL, 'done', 'locked', NULL, NULL, NULL FROM n
            """)
    }

    static let outcomes: [AuditOutcome] =
        StoredTextTests.states.flatMap { [.done($0), .done($0, warning: .journalUnavailable), .already($0)] }
        + FaultCode.allCases.flatMap { [.refused($0), .failed($0), .done(.unlocked, warning: $0)] }

    @Test("Every action, origin, outcome and time comes back as it was recorded, after opening again")
    func roundTrip() throws {
        let origins: [Origin] = [
            .insideButton, .local(user: 1000), .key(.max), .autoRelock, .recovery, .device,
            .strangers(attempts: 0), .strangers(attempts: .max),
        ]
        var events: [AuditEvent] = []
        for (index, outcome) in Self.outcomes.enumerated() {
            events.append(
                AuditEvent(
                    action: AuditAction.allCases[index % AuditAction.allCases.count],
                    origin: origins[index % origins.count],
                    outcome: outcome, at: Instant(nanoseconds: Int64(index) << 40),
                    unixSeconds: index % 3 == 0 ? nil : Int64(index) - 50, isTimeTrusted: index % 2 == 0))
        }
        do {
            let store = try openStore(directory.store)
            for event in events { try store.finish(nil, event) }
        }
        let records = try allRecords(try openStore(directory.store))
        #expect(records.map(\.event) == events)
        #expect(records.map(\.seq) == Array(1...Int64(events.count)))
        #expect(records.allSatisfy { $0.bootID == bootID })
    }

    @Test("An empty log says so")
    func empty() throws {
        let page = try openStore(directory.store).entries(since: 0, limit: 10)
        #expect(page == AuditPage(records: [], first: 1, last: 0))
    }

    @Test("A reading has at most as many entries as asked for, and between 1 and 500")
    func limits() throws {
        try fill(1...600)
        let store = try openStore(directory.store)
        for (limit, count) in [(Int.min, 1), (0, 1), (1, 1), (7, 7), (500, 500), (501, 500), (.max, 500)] {
            #expect(try store.entries(since: 0, limit: limit).records.count == count)
        }
        for (since, first) in [(Int64.min, 1), (-1, 1), (0, 1), (1, 2), (599, 600)] as [(Int64, Int64)] {
            #expect(try store.entries(since: since, limit: 1).records.first?.seq == first)
        }
        #expect(try store.entries(since: 600, limit: 1) == AuditPage(records: [], first: 1, last: 600))
        #expect(try store.entries(since: .max, limit: 1).records.isEmpty)
    }

    @Test("Numbers are dense from 1, over pruning to 10,000 and over closing and opening at every step of it")
    func dense() throws {
        try fill(1...9_990)
        for number in 9_991...10_030 as ClosedRange<Int64> {
            let store = try openStore(directory.store)
            #expect(try store.finish(nil, .sample(number)) == number)
            let page = try store.entries(since: 0, limit: 1)
            #expect(page.last == number)
            #expect(page.first == max(1, number - 9_999))
            #expect(page.records.first?.seq == page.first)
        }
        let records = try allRecords(try openStore(directory.store))
        #expect(records.map(\.seq) == Array(31...10_030))
    }

    @Test("An append removes at most 64 entries, until the bound is met again")
    func batches() throws {
        try fill(1...10_200)
        let store = try openStore(directory.store)
        #expect(try store.finish(nil, .sample(1)) == 10_201)
        #expect(try store.entries(since: 0, limit: 1).first == 65)
        for number in 2...10 as ClosedRange<Int64> { try store.finish(nil, .sample(number)) }
        let page = try store.entries(since: 0, limit: 1)
        #expect(page.first == 211)
        #expect(page.last == 10_210)
    }

    @Test("Entries older than 90 days go, by trusted time, in the order of their numbers, and the numbering goes on")
    func age() throws {
        let start: Int64 = 1_780_000_000
        let store = try openStore(directory.store)
        for day in 0...200 as ClosedRange<Int64> {
            let event = AuditEvent.sample(day, unixSeconds: start + day * 86_400, isTimeTrusted: true)
            #expect(try store.finish(nil, event) == day + 1)
        }
        let page = try store.entries(since: 0, limit: 500)
        // 90 days and a day's entry for each of the three that are asked besides the newest.
        #expect(page.first == 201 - 93)
        #expect(page.last == 201)
        #expect(page.records.map(\.seq) == Array(page.first...page.last))
    }

    @Test(
        "Entries in words unknown to this version are marked, and do not hide the others",
        arguments: [
            ("action = 'teleport'", "action \"teleport\""), ("origin = 'ghost'", "origin \"ghost\""),
            ("origin_number = NULL", "origin \"key\""), ("origin_number = -1", "origin \"key\""),
            ("outcome = 'perhaps'", "outcome \"perhaps unlocked\""), ("state = 'ajar'", "outcome \"done ajar\""),
            ("state = NULL", "outcome \"done\""), ("code = 'blocked'", "outcome \"done unlocked blocked\""),
            ("warning = 'gremlins'", "outcome \"done unlocked gremlins\""), ("at_ns = -1", "boot time -1"),
            ("action = CAST(x'ff' AS TEXT)", "action \"\u{fffd}\""),
        ])
    func unreadable(_ change: String, _ reason: String) throws {
        do {
            let store = try openStore(directory.store)
            for number in 0...2 as ClosedRange<Int64> { try store.finish(nil, .sample(number)) }
        }
        try tamper("UPDATE audit SET \(change) WHERE seq = 2")
        let store = try openStore(directory.store)
        let records = try allRecords(store)
        #expect(
            records.map(\.content) == [.event(.sample(0)), .unreadable(reason), .event(.sample(2))])
        #expect(try store.finish(nil, .sample(3)) == 4)
    }

    @Test("Entries missing in the midst of the log are reported when it is opened")
    func missing() throws {
        try fill(1...20)
        try tamper("DELETE FROM audit WHERE seq IN (5, 6, 11)")
        let store = try openStore(directory.store)
        #expect(store.takeProblems() == [.auditNumbersMissing(count: 3)])
        #expect(try store.finish(nil, .sample(1)) == 21)
    }

    @Test("When the numbers are used up an append is refused")
    func exhausted() throws {
        try fill(StoreLimits.numbers.upperBound...StoreLimits.numbers.upperBound)
        let store = try openStore(directory.store)
        #expect(throws: StoreError.numbersExhausted) { try store.finish(nil, .sample(1)) }
    }

    @Test("While nothing is recorded nothing is written, whatever is read")
    func idle() throws {
        try makeFullStore(directory.store)
        let store = try openStore(directory.store)
        let file = try bytes(of: directory.store)
        for _ in 1...3 {
            _ = try store.loadSettings()
            _ = try store.loadCalibration()
            _ = try store.interruptedMotions()
            _ = try store.nextMotion()
            _ = try allRecords(store)
        }
        #expect(store.totalChanges == 0)
        #expect(try bytes(of: directory.store) == file)
        #expect(try bytes(of: directory.store + "-wal")?.isEmpty ?? true)
    }

    @Test("The log beside the database stays small over thousands of motions")
    func boundedLog() throws {
        let store = try openStore(directory.store)
        for number in 1...2_000 as ClosedRange<Int64> {
            try store.begin(Motion(id: MotionID(number), target: .locked, origin: .device))
            try store.finish(MotionID(number), .sample(number))
        }
        let log = try #require(try bytes(of: directory.store + "-wal"))
        #expect(Int64(log.count) <= StoreLimits.logBytesKept)
    }
}
