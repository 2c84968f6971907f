import Storage
import Testing

@Suite("Migrations")
struct MigratorTests {
    private let directory: TemporaryDirectory
    private let first = "CREATE TABLE a (i INTEGER); INSERT INTO a VALUES (1);"
    private let second = "ALTER TABLE a ADD COLUMN j INTEGER NOT NULL DEFAULT 7;"

    init() throws {
        directory = try TemporaryDirectory()
        try write([], to: directory.store)
    }

    @Test("A blank file gets every version in order, and says which one it is")
    func blank() throws {
        let migrator = Migrator(migrations: [first, second], application: 0x100_0000)
        let database = try Database(path: directory.store)
        #expect(try migrator.standing(of: database) == .blank)
        try migrator.migrate(database, from: 0)
        #expect(try migrator.standing(of: database) == .known(version: 2))
        #expect(try database.integer("SELECT j FROM a") == 7)
    }

    @Test("An older version gets only what it lacks, and keeps its rows")
    func older() throws {
        let old = Migrator(migrations: [first], application: 0x100_0000)
        let new = Migrator(migrations: [first, second], application: 0x100_0000)
        let database = try Database(path: directory.store)
        try old.migrate(database, from: 0)
        #expect(try new.standing(of: database) == .known(version: 1))
        try new.migrate(database, from: 1)
        #expect(try database.integer("SELECT i + j FROM a") == 8)
        let changes = database.totalChanges
        try new.migrate(database, from: 2)
        #expect(database.totalChanges == changes)
    }

    @Test("A migration that fails half way leaves the version before, whole")
    func failing() throws {
        let broken = Migrator(
            migrations: [first, "CREATE TABLE b (i INTEGER); INSERT INTO nowhere VALUES (1);"], application: 0x100_0000)
        let database = try Database(path: directory.store)
        #expect(throws: SQLiteError.self) { try broken.migrate(database, from: 0) }
        #expect(try broken.standing(of: database) == .known(version: 1))
        #expect(try database.integer("SELECT count(*) FROM sqlite_schema") == 1)
        let mended = Migrator(migrations: [first, "CREATE TABLE b (i INTEGER)"], application: 0x100_0000)
        try mended.migrate(database, from: 1)
        #expect(try mended.standing(of: database) == .known(version: 2))
    }

    @Test("A newer version is told from a foreign file and from a damaged version field")
    func newer() throws {
        let migrator = Migrator(migrations: [first], application: 0x100_0000)
        let database = try Database(path: directory.store)
        try migrator.migrate(database, from: 0)
        try database.execute("PRAGMA user_version = 2")
        #expect(try migrator.standing(of: database) == .foreign(application: 0x100_0001, version: 2))
        try database.execute("PRAGMA application_id = \(0x100_0002)")
        #expect(try migrator.standing(of: database) == .newer(version: 2))
        try database.execute("PRAGMA user_version = 0; PRAGMA application_id = 0")
        #expect(try migrator.standing(of: database) == .foreign(application: 0, version: 0))
        try database.execute("PRAGMA user_version = -1; PRAGMA application_id = -1")
        #expect(try migrator.standing(of: database) == .foreign(application: -1, version: -1))
    }
}
