/// The statements of ``LockStore``, compiled once. A file whose tables lack anything they name is found out here.
///
/// A class, because Swift (6.3) cannot give up the initialisation of a noncopyable struct half way.
final class LockStatements {
    let loadSettings: Statement
    let saveSettings: Statement
    let loadCalibration: Statement
    let saveCalibration: Statement
    let deleteCalibration: Statement

    let lastMotion: Statement
    let beginMotion: Statement
    let closeMotion: Statement
    let openMotions: Statement
    let closeOlderMotions: Statement
    let countOpenMotionsThrough: Statement
    let pruneMotionsThrough: Statement

    let auditRange: Statement
    let auditCount: Statement
    let auditOldest: Statement
    let auditNewest: Statement
    let appendAudit: Statement
    let pruneAuditThrough: Statement
    let auditPage: Statement

    let auditAnchor: Statement
    let saveAuditAnchor: Statement
    let auditNewestLink: Statement
    let auditLinks: Statement
    let eraseAudit: Statement
    let eraseMotionOrigins: Statement
    let deleteOlderMotions: Statement

    let loadAccess: Statement
    let saveAccess: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        loadSettings = try Statement(database, "SELECT mode, auto_relock_ms, door_ajar_ms FROM settings WHERE id = 1")
        // The WHERE makes saving what is already saved free of writes.
        saveSettings = try Statement(
            database,
            """
            INSERT INTO settings (id, mode, auto_relock_ms, door_ajar_ms) VALUES (1, ?1, ?2, ?3)
            ON CONFLICT (id) DO UPDATE SET mode = ?1, auto_relock_ms = ?2, door_ajar_ms = ?3
            WHERE mode IS NOT ?1 OR auto_relock_ms IS NOT ?2 OR door_ajar_ms IS NOT ?3
            """)
        loadCalibration = try Statement(database, "SELECT extend_ns, retract_ns FROM calibration WHERE id = 1")
        saveCalibration = try Statement(
            database,
            """
            INSERT INTO calibration (id, extend_ns, retract_ns) VALUES (1, ?1, ?2)
            ON CONFLICT (id) DO UPDATE SET extend_ns = ?1, retract_ns = ?2
            WHERE extend_ns IS NOT ?1 OR retract_ns IS NOT ?2
            """)
        deleteCalibration = try Statement(database, "DELETE FROM calibration")

        lastMotion = try Statement(database, "SELECT max(id) FROM motion")
        // Compares and inserts in one statement, which is a transaction by itself.
        beginMotion = try Statement(
            database,
            """
            INSERT INTO motion (id, target, origin, origin_number, is_open) SELECT ?1, ?2, ?3, ?4, 1
            WHERE ?1 > coalesce((SELECT max(id) FROM motion), 0)
            """)
        closeMotion = try Statement(database, "UPDATE motion SET is_open = 0 WHERE id = ?1 AND is_open = 1")
        openMotions = try Statement(
            database, "SELECT id, target, origin, origin_number FROM motion WHERE is_open = 1 ORDER BY id DESC")
        closeOlderMotions = try Statement(
            database, "UPDATE motion SET is_open = 0 WHERE id < ?1 AND is_open = 1")
        countOpenMotionsThrough = try Statement(
            database, "SELECT count(*) FROM motion WHERE id <= ?1 AND is_open = 1")
        pruneMotionsThrough = try Statement(database, "DELETE FROM motion WHERE id <= ?1")

        // Two subqueries, each one step in the tree; one query for both would read the whole table.
        auditRange = try Statement(
            database, "SELECT (SELECT min(seq) FROM audit), (SELECT max(seq) FROM audit)")
        auditCount = try Statement(database, "SELECT count(*) FROM audit")
        auditOldest = try Statement(database, "SELECT seq, trusted, unix_s FROM audit ORDER BY seq")
        auditNewest = try Statement(
            database,
            """
            SELECT seq, trusted, unix_s FROM audit ORDER BY seq DESC LIMIT \(AuditRetention.newestEntriesAsked)
            """)
        appendAudit = try Statement(
            database,
            """
            INSERT INTO audit (seq, hash, payload_hash, salt, \(AuditPayload.columns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
            """)
        pruneAuditThrough = try Statement(database, "DELETE FROM audit WHERE seq <= ?1")
        auditPage = try Statement(
            database,
            "SELECT seq, \(AuditPayload.columns) FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2")

        auditAnchor = try Statement(database, "SELECT number, hash FROM audit_anchor WHERE id = 1")
        // From the table and not from what was read: the newest of those that go.
        saveAuditAnchor = try Statement(
            database,
            """
            INSERT OR REPLACE INTO audit_anchor (id, number, hash)
            SELECT 1, seq, hash FROM audit WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1
            """)
        auditNewestLink = try Statement(database, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        auditLinks = try Statement(
            database,
            """
            SELECT seq, hash, payload_hash, salt, \(AuditPayload.columns) FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2
            """)
        // ?3: the key whose entries go, NULL for all. What is erased already is left alone, and not counted again.
        eraseAudit = try Statement(
            database,
            """
            UPDATE audit SET salt = NULL, \(AuditPayload.erasure)
            WHERE seq > ?1 AND seq <= ?2 AND (salt IS NOT NULL OR action IS NOT NULL)
                AND (?3 IS NULL OR subject = ?3 OR (origin = 'key' AND origin_number = ?3))
            """)
        eraseMotionOrigins = try Statement(
            database,
            """
            UPDATE motion SET origin = 'device', origin_number = NULL
            WHERE is_open = 0 AND origin IS NOT 'device' AND (?1 IS NULL OR (origin = 'key' AND origin_number = ?1))
            """)
        deleteOlderMotions = try Statement(
            database, "DELETE FROM motion WHERE is_open = 0 AND id < (SELECT max(id) FROM motion)")

        loadAccess = try Statement(database, "SELECT generation, checksum, body FROM access ORDER BY generation DESC")
        saveAccess = try Statement(
            database, "INSERT OR REPLACE INTO access (slot, generation, checksum, body) VALUES (?1, ?2, ?3, ?4)")
    }
}
