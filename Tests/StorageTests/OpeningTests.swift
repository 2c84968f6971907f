import CSQLite
import Glibc
import LockCore
import Storage
import Testing

@Suite("Opening the store")
struct OpeningTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func open() -> Opened { Opened(LockStore.open(at: directory.store, bootID: bootID)) }

    @Test("Where there is nothing a store is made, readable by its owner only; the next time it is opened")
    func nothing() throws {
        #expect(open() == .created)
        var status = stat()
        #expect(stat(directory.store, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(open() == .opened)
        #expect(directory.names == ["lock.db"])
    }

    @Test("A missing directory is made")
    func missingDirectory() throws {
        let path = directory.path + "/state/lock.db"
        #expect(Opened(LockStore.open(at: path, bootID: bootID)) == .created)
        var status = stat()
        #expect(stat(directory.path + "/state", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
    }

    @Test(
        "A path that cannot be is unavailable",
        arguments: ["", "/", "/nowhere/at/all/lock.db", "/dev/null", "/dev/null/lock.db", "/proc/lock.db"])
    func impossible(_ path: String) throws {
        let error = try #require(Opened(LockStore.open(at: path, bootID: bootID)).error)
        guard case .file(let file) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(!"\(file)".isEmpty)
    }

    @Test(
        "A name that means something else to SQLite is a file all the same",
        arguments: [":memory:", "file:lock.db?mode=memory"])
    func trickyName(_ name: String) throws {
        let path = directory.path + "/" + name
        #expect(Opened(LockStore.open(at: path, bootID: bootID)) == .created)
        #expect(directory.names == [name])
        #expect(Opened(LockStore.open(at: path, bootID: bootID)) == .opened)
    }

    @Test("An empty file becomes a store")
    func empty() throws {
        try write([], to: directory.store)
        #expect(open() == .created)
    }

    @Test("A store whose making was cut short before its first version is made anew in place")
    func cutShort() throws {
        try write([], to: directory.store)
        do {
            let database = try Database(path: directory.store)
            try database.execute("PRAGMA page_size = 1024; PRAGMA journal_mode = WAL")
        }
        #expect(open() == .created)
        #expect(open() == .opened)
        #expect(!directory.names.contains("lock.db.quarantined"))
    }

    @Test(
        "A file with somebody else's code or tables in it is set aside, and none of the code runs",
        arguments: [
            ("CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM audit; END", "trigger “t”"),
            (
                "CREATE TRIGGER settings AFTER UPDATE ON settings BEGIN UPDATE settings SET mode = 'x'; END",
                "trigger “settings”"
            ),
            ("CREATE VIEW v AS SELECT * FROM audit", "view “v”"),
            (
                "CREATE TABLE \(String(repeating: "x", count: 100)) (a)",
                "table “\(String(repeating: "x", count: 40))”…"
            ),
            ("CREATE INDEX i ON audit (action)", "index “i”"),
            ("DROP TABLE calibration", "table “calibration” is missing"),
            ("DROP TABLE motion; CREATE VIEW motion AS SELECT 1 AS id", "view “motion”"),
            (
                "DROP TABLE motion; CREATE TABLE motion (id INTEGER PRIMARY KEY, target, origin, origin_number, is_open)",
                "table “motion” is not its own"
            ),
        ])
    func foreignSchema(_ sql: String, _ what: String) throws {
        try makeFullStore(directory.store)
        do {
            let database = try Database(path: directory.store)
            try database.execute(sql)
        }
        guard case .quarantined(.foreignSchema(let words)) = open() else {
            Issue.record("it was not set aside for its schema")
            return
        }
        #expect(words.contains(what), "\(words)")
        #expect(open() == .opened)
    }

    @Test(
        "A file whose own schema allows numbers that arithmetic is not safe with is set aside",
        arguments: ["motion", "audit"], [Int64.min, 0, Int64.max])
    func strayNumbers(_ table: String, _ number: Int64) throws {
        #expect(open() == .created)
        do {
            let database = try Database(path: directory.store)
            try database.execute(
                """
                DROP TABLE motion; DROP TABLE audit;
                CREATE TABLE motion (id INTEGER PRIMARY KEY, target, origin, origin_number, is_open);
                CREATE TABLE audit (seq INTEGER PRIMARY KEY, boot, at_ns, unix_s, trusted, action, origin, origin_number,
                    outcome, state, code, warning);
                INSERT INTO \(table) (\(table == "motion" ? "id" : "seq")) VALUES (\(number)), (1)
                """)
        }
        #expect(open().isQuarantined)
        #expect(open() == .opened)
    }

    @Test("A directory, a pipe or a dangling link in its place is unavailable and left alone")
    func otherThings() throws {
        #expect(mkdir(directory.store, 0o700) == 0)
        #expect(open().error == .file(FileError(operation: "use as a database", path: directory.store, code: EISDIR)))
        #expect(rmdir(directory.store) == 0)
        #expect(mkfifo(directory.store, 0o600) == 0)
        #expect(open().error == .file(FileError(operation: "use as a database", path: directory.store, code: EINVAL)))
        #expect(unlink(directory.store) == 0)
        #expect(symlink("/nowhere/at/all", directory.store) == 0)
        #expect(open().error == .file(FileError(operation: "create", path: directory.store, code: EEXIST)))
        #expect(directory.names == ["lock.db"])
    }

    @Test("A directory in the place of the log is unavailable, and the database is left alone")
    func directoryForLog() throws {
        try makeFullStore(directory.store)
        let before = try bytes(of: directory.store)
        #expect(mkdir(directory.store + "-wal", 0o700) == 0)
        #expect(open().error != nil)
        #expect(try bytes(of: directory.store) == before)
        #expect(directory.names == ["lock.db", "lock.db-wal"])
        #expect(rmdir(directory.store + "-wal") == 0)
        #expect(open() == .opened)
    }

    @Test("A store of a newer program is unavailable, says so, and is left alone to the byte")
    func newer() throws {
        try makeFullStore(directory.store)
        do {
            let database = try Database(path: directory.store)
            try database.execute("PRAGMA user_version = 4; PRAGMA application_id = \(0x4d6f_0004)")
        }
        let connection = try Database(path: directory.store)
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _ = consume connection
        let before = try bytes(of: directory.store)
        let error = open().error
        #expect(error == .newerSchema(path: directory.store, found: 4, known: 3))
        #expect(error.map { "\($0)".contains("schema version 4, and this program knows 3") } == true)
        #expect(try bytes(of: directory.store) == before)
        #expect(!directory.names.contains("lock.db.quarantined"))
    }

    @Test("Somebody else's database is set aside whole")
    func foreign() throws {
        try write([], to: directory.store)
        do {
            let database = try Database(path: directory.store)
            try database.execute("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('bread')")
        }
        let before = try bytes(of: directory.store)
        #expect(open() == .quarantined(.foreign(application: 0, version: 0)))
        #expect(try bytes(of: directory.store + ".quarantined") == before)
        #expect(open() == .opened)
    }

    @Test("A database of our version without our tables is set aside")
    func tablesMissing() throws {
        try makeFullStore(directory.store)
        do {
            let database = try Database(path: directory.store)
            try database.execute("ALTER TABLE motion DROP COLUMN origin_number")
        }
        #expect(open().isQuarantined)
        #expect(open() == .opened)
    }

    @Test(
        "A store with values that its own constraints exclude is set aside",
        arguments: [
            "INSERT INTO motion VALUES (9223372036854775807, 'locked', 'device', NULL, 0)",
            "UPDATE audit SET seq = 4503599627370497 WHERE seq = 240", "UPDATE motion SET is_open = 2 WHERE id = 70",
        ])
    func excluded(_ change: String) throws {
        try makeFullStore(directory.store)
        do {
            let database = try Database(path: directory.store)
            try database.execute("PRAGMA ignore_check_constraints = ON; \(change)")
        }
        guard case .quarantined(.failedCheck(let finding)) = open() else {
            Issue.record("not noticed")
            return
        }
        #expect(finding.contains("CHECK constraint failed"))
    }

    @Test("A file larger than the store ever grows is set aside without being read")
    func tooLarge() throws {
        try makeFullStore(directory.store)
        #expect(truncate(directory.store, Int(StoreLimits.fileBytes) + 1) == 0)
        #expect(open() == .quarantined(.tooLarge(bytes: StoreLimits.fileBytes + 1)))
    }

    @Test("At most one damaged file is kept: the newest")
    func oneQuarantine() throws {
        for generation in 1...3 as ClosedRange<UInt8> {
            try write(Array(repeating: generation, count: 5_000), to: directory.store)
            try write([generation], to: directory.store + "-wal")
            #expect(open().isQuarantined)
            #expect(try bytes(of: directory.store + ".quarantined")?.first == generation)
            #expect(directory.names.filter { $0.hasSuffix(".quarantined") } == ["lock.db.quarantined"])
        }
    }

    @Test("When the damaged file cannot be set aside the store is unavailable, and nothing is lost")
    func cannotSetAside() throws {
        try write(Array(repeating: 7, count: 5_000), to: directory.store)
        #expect(mkdir(directory.store + ".quarantined", 0o700) == 0)
        #expect(open().error == .file(FileError(operation: "set aside", path: directory.store, code: EISDIR)))
        #expect(try bytes(of: directory.store)?.count == 5_000)
    }

    @Test("While another connection has it the store is unavailable after a bounded wait, and stays with its owner")
    func busy() throws {
        let owner = try openStore(directory.store)
        let start = ContinuousClock.now
        guard case .sqlite(let error) = open().error else {
            Issue.record("opened twice")
            return
        }
        #expect(error.isBusy)
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(try owner.finish(nil, .sample(1)) == 1)
        #expect(!directory.names.contains("lock.db.quarantined"))
    }

    @Test("A hot rollback journal is rolled back")
    func hotJournal() throws {
        try makeFullStore(directory.store)
        let copy = directory.path + "/copy.db"
        do {
            let database = try Database(path: directory.store)
            try database.execute(
                """
                PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN;
                UPDATE audit SET boot = 'half written'; UPDATE settings SET mode = 'half written';
                DELETE FROM calibration;
                """)
            // What a power cut leaves: some pages written, and the journal that undoes them.
            let journal = try #require(try bytes(of: directory.store + "-journal"))
            try #require(journal.count > 1_024)
            try write(journal, to: copy + "-journal")
            try write(try #require(try bytes(of: directory.store)), to: copy)
            try database.execute("ROLLBACK")
        }
        let torn = try #require(try bytes(of: copy))
        try #require(String(decoding: torn, as: UTF8.self).contains("half written"), "nothing was spilled")
        let store = try openStore(copy)
        #expect(try store.loadSettings() == fullSettings)
        #expect(try store.loadCalibration() == fullCalibration)
        #expect(try allRecords(store).allSatisfy { $0.bootID == bootID })
    }

    @Test("A deletion that is cut short leaves no older database")
    func cutDeletion() throws {
        try makeFullStore(directory.store)
        // Where the log is, something that cannot be deleted.
        #expect(unlinkFile(directory.store + "-wal"))
        #expect(mkdir(directory.store + "-wal", 0o700) == 0)
        #expect(throws: StoreError.self) { try LockStore.delete(at: directory.store) }
        #expect(try bytes(of: directory.store) == nil)
        #expect(rmdir(directory.store + "-wal") == 0)
        try LockStore.delete(at: directory.store)
        #expect(directory.names.isEmpty)
    }

    @Test("The connection is as durable and as careful as the store says")
    func pragmas() throws {
        let store = try openStore(directory.store)
        #expect(try store.setting("journal_mode") == "wal")
        #expect(try store.setting("synchronous") == "2")
        #expect(try store.setting("locking_mode") == "exclusive")
        #expect(try store.setting("secure_delete") == "1")
        #expect(try store.setting("cell_size_check") == "1")
        #expect(try store.setting("foreign_keys") == "1")
        #expect(try store.setting("trusted_schema") == "0")
        #expect(try store.setting("page_size") == "\(StoreLimits.pageBytes)")
        #expect(try store.setting("max_page_count") == "\(StoreLimits.pages)")
        #expect(try store.setting("journal_size_limit") == "\(StoreLimits.logBytesKept)")
    }

    @Test("A read-only file system is unavailable", .enabled(if: isRoot, "mounting a file system needs root"))
    func readOnlyFileSystem() throws {
        try directory.mountMemory(options: "size=1m")
        try makeFullStore(directory.store)
        try directory.remount(options: "size=1m", readOnly: true)
        #expect(open().error == .file(FileError(operation: "write", path: directory.store, code: EROFS)))
        #expect(
            Opened(LockStore.open(at: directory.path + "/new.db", bootID: bootID)).error
                == .file(FileError(operation: "create", path: directory.path + "/new.db", code: EROFS)))
        try directory.remount(options: "size=1m")
        #expect(open() == .opened)
    }

    @Test(
        "A read-only file or directory is unavailable and left alone",
        .enabled(if: !isRoot, "root may write whatever the mode says; a read-only file system is tested instead"))
    func readOnlyMode() throws {
        try makeFullStore(directory.store)
        #expect(chmod(directory.store, 0o400) == 0)
        #expect(open().error == .file(FileError(operation: "write", path: directory.store, code: EACCES)))
        #expect(chmod(directory.store, 0o600) == 0)
        #expect(chmod(directory.path, 0o500) == 0)
        #expect(open().error == .file(FileError(operation: "write in", path: directory.path, code: EACCES)))
        #expect(chmod(directory.path, 0o700) == 0)
        #expect(open() == .opened)
    }
}
