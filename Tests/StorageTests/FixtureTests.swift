import Glibc
import LockCore
import Storage
import TelemetryPolicy
import Testing

/// `Fixtures/lock-v1.db` is a store of schema version 1, made by the program of that time, `lock-v2.db` one of version 2, and so on:
///
///     MORTISE_WRITE_FIXTURE=1 swift test --filter FixtureTests
///
/// One is never made again once its version was released. Every later program must open it.
@Suite("Stores of earlier versions")
struct FixtureTests {
    private static let newestFixture = "lock-v3.db"
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static func fixture(_ name: String) -> String {
        let here = String(describing: #filePath)
        let folder = here.lastIndex(of: "/").map { String(here[..<$0]) } ?? "."
        return folder + "/Fixtures/" + name
    }

    @Test("A store of version 1 opens with all that was in it")
    func version1() throws {
        try write(try #require(try bytes(of: Self.fixture("lock-v1.db"))), to: directory.store)
        let opened = LockStore.open(at: directory.store, bootID: "another-boot")
        guard case .ready(let store, .opened) = opened else {
            Issue.record("\(Opened(opened))")
            return
        }
        #expect(store.takeProblems().isEmpty)
        #expect(try store.loadSettings() == fullSettings)
        #expect(try store.loadCalibration() == fullCalibration)
        #expect(
            try store.interruptedMotions() == [Motion(id: MotionID(71), target: .unlocked, origin: .insideButton)])
        let records = try allRecords(store)
        #expect(records.map(\.event) == (1...240).map { AuditEvent.sample($0) })
        #expect(records.allSatisfy { $0.bootID == bootID })
        #expect(try store.finish(MotionID(71), .sample(241)) == 241)
        #expect(try store.entries(since: 240, limit: 1).records.first?.bootID == "another-boot")
    }

    @Test("A store of version 2 opens with its keys too")
    func version2() throws {
        try write(try #require(try bytes(of: Self.fixture("lock-v2.db"))), to: directory.store)
        let store = try openStore(directory.store)
        #expect(store.takeProblems().isEmpty)
        #expect(try store.loadAccess() == .set(AccessStoreTests.full))
        #expect(try store.loadSettings() == fullSettings)
        let last = try #require(allRecords(store).last?.event)
        #expect(last.action == .keyAdded && last.subject == KeyID(7))
    }

    @Test(
        "The log of an earlier version is chained when it is opened, says what it said, and goes on",
        arguments: ["lock-v1.db", "lock-v2.db"])
    func chained(_ name: String) throws {
        try write(try #require(try bytes(of: Self.fixture(name))), to: directory.store)
        let store = try openStore(directory.store)
        let count = try allRecords(store).count
        #expect(try chainVerdict(store) == .intact(witnessedThrough: nil, erased: 0))
        let seen = try #require(try store.auditCheckpoint())
        #expect(seen.number == UInt64(count))
        try store.finish(nil, .sample(1_000))
        #expect(try chainVerdict(store, [seen]) == .intact(witnessedThrough: seen.number, erased: 0))
    }

    @Test(
        "An earlier version's log whose beginning was pruned is chained behind an anchor of zeros, and a gap in it stays one"
    )
    func chainedPruned() throws {
        try write(try #require(try bytes(of: Self.fixture("lock-v2.db"))), to: directory.store)
        do {
            let database = try Database(path: directory.store)
            try database.execute("DELETE FROM audit WHERE seq < 31")
        }
        do {
            let store = try openStore(directory.store)
            #expect(try store.auditAnchor() == AuditCheckpoint(number: 30, hash: [UInt8](repeating: 0, count: 32)))
            #expect(try chainVerdict(store) == .intact(witnessedThrough: nil, erased: 0))
        }
        try #require(unlinkFile(directory.store + "-wal"))
        try write(try #require(try bytes(of: Self.fixture("lock-v2.db"))), to: directory.store)
        do {
            let database = try Database(path: directory.store)
            try database.execute("DELETE FROM audit WHERE seq = 40")
        }
        #expect(try chainVerdict(try openStore(directory.store)) == .gap(after: 39))
    }

    @Test("A store of version 3 opens, and its chain verifies")
    func version3() throws {
        try write(try #require(try bytes(of: Self.fixture("lock-v3.db"))), to: directory.store)
        let store = try openStore(directory.store)
        #expect(store.takeProblems().isEmpty)
        #expect(try store.loadAccess() == .set(AccessStoreTests.full))
        #expect(try chainVerdict(store) == .intact(witnessedThrough: nil, erased: 0))
        #expect(try allRecords(store).dropLast().map(\.event) == (1...240).map { AuditEvent.sample($0) })
    }

    @Test("The fixture of the newest version has the very tables that a new store has")
    func schema() throws {
        func tables(_ path: String) throws -> [String] {
            let database = try Database(path: path)
            let select = try Statement(database, "SELECT sql FROM sqlite_schema ORDER BY name")
            var tables = [
                "\(try database.integer("PRAGMA user_version") ?? -1)",
                "\(try database.integer("PRAGMA application_id") ?? -1)",
            ]
            while try select.step() { tables.append(select.text(0)) }
            return tables
        }
        try write(try #require(try bytes(of: Self.fixture(Self.newestFixture))), to: directory.path + "/old.db")
        _ = try openStore(directory.store)
        #expect(try tables(directory.store) == tables(directory.path + "/old.db"))
    }

    @Test(
        "Makes the fixture of the newest version",
        .enabled(if: getenv("MORTISE_WRITE_FIXTURE") != nil, "only when MORTISE_WRITE_FIXTURE asks for it"))
    func make() throws {
        try makeFullStore(directory.store)
        do {
            let store = try openStore(directory.store)
            let entry = AuditEvent(
                action: .keyAdded, origin: .key(1), outcome: .done(.locked), at: Instant(nanoseconds: 5),
                subject: KeyID(7))
            _ = try store.saveAccess(AccessStoreTests.full, keepsOlder: true, recording: [entry])
        }
        try write(try #require(try bytes(of: directory.store)), to: Self.fixture(Self.newestFixture))
    }
}
