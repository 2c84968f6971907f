import CSQLite
import Storage
import Testing

@Suite("The thin SQLite layer")
struct DatabaseTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try write([], to: directory.store)
    }

    @Test("Integers and texts, empty, long and NULL, come back as they were bound")
    func values() throws {
        let database = try Database(path: directory.store)
        try database.execute("CREATE TABLE t (i INTEGER, s TEXT)")
        let insert = try Statement(database, "INSERT INTO t VALUES (?1, ?2)")
        let values: [(Int64?, String?)] = [
            (.max, ""), (.min, "é\u{0}ü"), (nil, nil), (0, String(repeating: "x", count: 60_000)),
        ]
        for (integer, text) in values {
            try insert.bind(1, integer)
            try insert.bind(2, text)
            try insert.run()
        }
        let select = try Statement(database, "SELECT i, s FROM t ORDER BY rowid")
        for (integer, text) in values {
            #expect(try select.step())
            #expect(select.optionalInteger(0) == integer)
            #expect(select.optionalText(1) == text)
        }
        #expect(try !select.step())
    }

    @Test("A file that is not there is an error that names operation, path and cause, and is not made")
    func missing() throws {
        let error = #expect(throws: SQLiteError.self) { _ = try Database(path: directory.path + "/other.db") }
        #expect(error?.code == SQLITE_CANTOPEN)
        #expect(error?.operation == "open")
        #expect(error?.path == directory.path + "/other.db")
        #expect(error.map { "\($0)".contains("unable to open database file") } == true)
        #expect(directory.names == ["lock.db"])
    }

    @Test("A statement with a mistake is an error that quotes it")
    func mistake() throws {
        let database = try Database(path: directory.store)
        let error = #expect(throws: SQLiteError.self) { _ = try Statement(database, "SELECT x FROM nowhere") }
        #expect(error?.operation == "SELECT x FROM nowhere")
        #expect(error?.message == "no such table: nowhere")
        #expect(throws: SQLiteError.self) { _ = try Statement(database, "-- nothing to do") }
    }

    @Test("A broken constraint has its extended code, and the statement can be run again")
    func constraint() throws {
        let database = try Database(path: directory.store)
        try database.execute("CREATE TABLE t (i INTEGER PRIMARY KEY)")
        let insert = try Statement(database, "INSERT INTO t VALUES (?1)")
        try insert.bind(1, 1 as Int64)
        try insert.run()
        let error = #expect(throws: SQLiteError.self) { try insert.run() }
        #expect(error?.code == SQLITE_CONSTRAINT)
        #expect(error?.extendedCode == SQLITE_CONSTRAINT | 6 << 8)
        try insert.bind(1, 2 as Int64)
        try insert.run()
        #expect(try database.integer("SELECT count(*) FROM t") == 2)
    }

    @Test("A transaction whose body fails changes nothing, and the next one works")
    func rollBack() throws {
        let database = try Database(path: directory.store)
        try database.execute("CREATE TABLE t (i INTEGER PRIMARY KEY)")
        #expect(throws: SQLiteError.self) {
            try database.transaction { () throws(SQLiteError) in
                try database.execute("INSERT INTO t VALUES (1)")
                try database.execute("INSERT INTO t VALUES (1)")
            }
        }
        #expect(try database.integer("SELECT count(*) FROM t") == 0)
        try database.transaction { () throws(SQLiteError) in try database.execute("INSERT INTO t VALUES (1)") }
        #expect(try database.integer("SELECT count(*) FROM t") == 1)
    }

    @Test("A file's own code does not run, its schema cannot be written, and a text in double quotes is no text")
    func distrust() throws {
        let database = try Database(path: directory.store)
        try database.execute(
            """
            CREATE TABLE t (i INTEGER);
            CREATE TRIGGER evil AFTER INSERT ON t BEGIN INSERT INTO t VALUES (666); END;
            INSERT INTO t VALUES (1);
            """)
        #expect(try database.integer("SELECT count(*) FROM t") == 1)
        try database.execute("PRAGMA writable_schema = ON")
        #expect(throws: SQLiteError.self) { try database.execute("DELETE FROM sqlite_schema") }
        #expect(throws: SQLiteError.self) { try database.execute("SELECT \"no such column\" FROM t") }
        #expect(throws: SQLiteError.self) { try database.execute("ATTACH '\(directory.path)/x' AS x") }
        #expect(try database.integer("PRAGMA trusted_schema") == 0)
    }

    @Test("A text longer than the bound is refused")
    func long() throws {
        let database = try Database(path: directory.store)
        let select = try Statement(database, "SELECT ?1")
        let error = #expect(throws: SQLiteError.self) {
            try select.bind(1, String(repeating: "x", count: Int(Database.longestValue) + 1))
        }
        #expect(error?.code == SQLITE_TOOBIG)
    }
}
