/// The statements of ``TelemetryStore``, compiled once (a class as ``LockStatements`` is).
final class TelemetryStatements {
    let rows: Statement
    let saveRow: Statement
    let deleteRow: Statement
    let batches: Statement
    let saveBatch: Statement
    let deleteBatch: Statement
    let memory: Statement
    let remember: Statement
    let forget: Statement
    let counters: Statement
    let saveCounter: Statement
    let deleteCounter: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        rows = try Statement(database, "SELECT sequence, epoch, item, value, day FROM record ORDER BY sequence")
        saveRow = try Statement(
            database, "INSERT OR REPLACE INTO record (sequence, epoch, item, value, day) VALUES (?1, ?2, ?3, ?4, ?5)")
        deleteRow = try Statement(database, "DELETE FROM record WHERE sequence = ?1")
        batches = try Statement(
            database,
            "SELECT place, id, epoch, items, sequences, bytes, stage, was_begun FROM batch ORDER BY place")
        saveBatch = try Statement(
            database,
            """
            INSERT OR REPLACE INTO batch (place, id, epoch, items, sequences, bytes, stage, was_begun)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
        deleteBatch = try Statement(database, "DELETE FROM batch WHERE place = ?1")
        memory = try Statement(database, "SELECT item, value, day FROM memory ORDER BY item")
        remember = try Statement(database, "INSERT OR REPLACE INTO memory (item, value, day) VALUES (?1, ?2, ?3)")
        forget = try Statement(database, "DELETE FROM memory WHERE item = ?1")
        counters = try Statement(database, "SELECT name, number FROM counter ORDER BY name")
        saveCounter = try Statement(database, "INSERT OR REPLACE INTO counter (name, number) VALUES (?1, ?2)")
        deleteCounter = try Statement(database, "DELETE FROM counter WHERE name = ?1")
    }
}

extension Migrator {
    /// The migrations of `telemetry.db`: "Mt", and the version. Each column of `record` is a ``TelemetryPolicy/RowField``; epochs are stored as
    /// the integer of the same 64 bits.
    package static let telemetry = Migrator(
        migrations: [
            """
            CREATE TABLE record (
                sequence INTEGER PRIMARY KEY CHECK (sequence BETWEEN 1 AND 4503599627370496),
                epoch INTEGER NOT NULL,
                item TEXT NOT NULL,
                value TEXT NOT NULL,
                day INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE batch (
                place INTEGER PRIMARY KEY CHECK (place BETWEEN 1 AND 4503599627370496),
                id BLOB NOT NULL,
                epoch INTEGER NOT NULL,
                items TEXT NOT NULL,
                sequences BLOB NOT NULL,
                bytes BLOB NOT NULL,
                stage TEXT NOT NULL,
                was_begun INTEGER NOT NULL CHECK (was_begun IN (0, 1))
            ) STRICT;
            CREATE TABLE memory (
                item TEXT PRIMARY KEY,
                value TEXT NOT NULL,
                day INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE counter (
                name TEXT PRIMARY KEY,
                number INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            """
        ], application: 0x4d74_0000)
}
