/// The versions of `lock.db`.
///
/// A version, once released, is never edited: the next one is added behind it, with a fixture of the old one in the tests.
enum Schema {
    /// Element *n* makes version *n* + 1 out of version *n*.
    static let migrations: [String] = [version1, version2, version3]

    /// What a version needs besides its SQL, in the same transaction.
    static let steps: [Int64: Migrator.Step] = [3: AuditChaining.chainAll]

    /// "Mo" and 0: `application_id` is this plus the version. The version thus stands in the header twice, and a header whose
    /// `user_version` was damaged is not taken for a newer program's.
    static let application: Int64 = 0x4d6f_0000

    /// STRICT, so that the integrity check also finds values of a wrong type. No CHECK on vocabularies: an entry in words
    /// unknown to this program must be readable around.
    private static let version1 = """
        CREATE TABLE settings (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            mode TEXT NOT NULL,
            auto_relock_ms INTEGER,
            door_ajar_ms INTEGER
        ) STRICT;
        CREATE TABLE calibration (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            extend_ns INTEGER NOT NULL,
            retract_ns INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE motion (
            id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 4503599627370496),
            target TEXT NOT NULL,
            origin TEXT NOT NULL,
            origin_number INTEGER,
            is_open INTEGER NOT NULL CHECK (is_open IN (0, 1))
        ) STRICT;
        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY CHECK (seq BETWEEN 1 AND 4503599627370496),
            boot TEXT NOT NULL,
            at_ns INTEGER NOT NULL,
            unix_s INTEGER,
            trusted INTEGER NOT NULL CHECK (trusted IN (0, 1)),
            action TEXT NOT NULL,
            origin TEXT NOT NULL,
            origin_number INTEGER,
            outcome TEXT NOT NULL,
            state TEXT,
            code TEXT,
            warning TEXT
        ) STRICT;
        """

    /// Whom an audit entry is about; and the keys, twice (``LockStore/saveAccess(_:keepsOlder:recording:)``).
    private static let version2 = """
        ALTER TABLE audit ADD COLUMN subject INTEGER;
        CREATE TABLE access (
            slot INTEGER PRIMARY KEY CHECK (slot IN (0, 1)),
            generation INTEGER NOT NULL CHECK (generation BETWEEN 1 AND 4503599627370496),
            checksum BLOB NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        """

    /// The chain over the audit log, and what an entry says made erasable: the columns behind `salt` are all NULL then, and `salt` is too.
    /// ``AuditChaining`` fills in the zeros. The anchor is the link before the oldest entry, once any has been pruned.
    private static let version3 = """
        CREATE TABLE audit_anchor (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            number INTEGER NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE TABLE chained_audit (
            seq INTEGER PRIMARY KEY CHECK (seq BETWEEN 1 AND 4503599627370496),
            hash BLOB NOT NULL,
            payload_hash BLOB NOT NULL,
            salt BLOB,
            boot TEXT,
            at_ns INTEGER,
            unix_s INTEGER,
            trusted INTEGER,
            action TEXT,
            origin TEXT,
            origin_number INTEGER,
            outcome TEXT,
            state TEXT,
            code TEXT,
            warning TEXT,
            subject INTEGER
        ) STRICT;
        INSERT INTO chained_audit SELECT
            seq, zeroblob(32), zeroblob(32), zeroblob(16), boot, at_ns, unix_s, trusted, action, origin, origin_number, outcome,
            state, code, warning, subject
        FROM audit;
        DROP TABLE audit;
        ALTER TABLE chained_audit RENAME TO audit;
        """
}
