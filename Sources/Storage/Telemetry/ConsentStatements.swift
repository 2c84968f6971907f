/// The statements of ``ConsentStore``, compiled once (a class as ``LockStatements`` is).
final class ConsentStatements {
    let loadState: Statement
    let saveState: Statement
    let ledger: Statement
    let appendRecord: Statement
    let wipeRecordsFrom: Statement
    let pruneRecordsThrough: Statement
    let erasures: Statement
    let saveErasure: Statement
    let deleteErasures: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        loadState = try Statement(database, "SELECT checksum, body FROM state WHERE id = 1")
        saveState = try Statement(database, "INSERT OR REPLACE INTO state (id, checksum, body) VALUES (1, ?1, ?2)")
        ledger = try Statement(database, "SELECT number, checksum, body FROM ledger ORDER BY number")
        appendRecord = try Statement(database, "INSERT INTO ledger (number, checksum, body) VALUES (?1, ?2, ?3)")
        wipeRecordsFrom = try Statement(database, "DELETE FROM ledger WHERE number >= ?1")
        pruneRecordsThrough = try Statement(database, "DELETE FROM ledger WHERE number <= ?1")
        erasures = try Statement(database, "SELECT position, checksum, body FROM erasure ORDER BY position")
        saveErasure = try Statement(database, "INSERT INTO erasure (position, checksum, body) VALUES (?1, ?2, ?3)")
        deleteErasures = try Statement(database, "DELETE FROM erasure")
    }
}

extension Migrator {
    /// The migrations of `consent.db`: "Mc", and the version.
    package static let consent = Migrator(
        migrations: [
            """
            CREATE TABLE state (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                checksum BLOB NOT NULL,
                body BLOB NOT NULL
            ) STRICT;
            CREATE TABLE ledger (
                number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 4503599627370496),
                checksum BLOB NOT NULL,
                body BLOB NOT NULL
            ) STRICT;
            CREATE TABLE erasure (
                position INTEGER PRIMARY KEY CHECK (position BETWEEN 1 AND 1024),
                checksum BLOB NOT NULL,
                body BLOB NOT NULL
            ) STRICT;
            """
        ], application: 0x4d63_0000)
}
