internal import CSQLite

/// `lock.db`: settings, calibration, motion journal and the owner's audit log, durable when a method has returned.
///
/// One thread opens it, uses it and drops it; it is not Sendable. It writes when it is told to and at no other time. A method
/// that throws has changed nothing, and the store stays usable; only what failed in the very moment of being made durable (an
/// I/O error of `fdatasync`) may be there after all when power is cut next.
///
/// The file is held exclusively while the store exists, which keeps the log's index in ordinary memory instead of a shared
/// file. It is in WAL mode with `synchronous=FULL`: a commit is a few pages and one `fdatasync` (two for the first after a
/// checkpoint). A rollback journal needs three or four, and what it committed may still be undone by a power cut unless the
/// directory is synchronised too (`EXTRA`). Measured on ext4 with the pages of ``StoreLimits``: a lock-unlock cycle writes
/// 31 kB with WAL, 95 kB with DELETE, 78 kB with TRUNCATE, and a commit takes a quarter of the time; 36 kB with WAL since each
/// entry has its place in the chain.
package final class LockStore {
    /// Where the file is.
    package var path: String { database.path }
    /// The kernel's name for this boot, which new audit entries carry.
    package let bootID: String

    let database: Database
    let statements: LockStatements
    private var problems: [StoreProblem] = []

    /// Takes over a database that has been opened, checked and migrated.
    init(_ database: consuming Database, bootID: String) throws(SQLiteError) {
        statements = try LockStatements(database)
        self.database = database
        self.bootID = bootID
    }

    /// How many rows were changed since opening. Stays as it is while the lock is idle.
    package var totalChanges: Int64 { database.totalChanges }

    /// What SQLite says one of its settings is, for diagnosis; nil when it knows none of that name.
    package func setting(_ pragma: String) throws(StoreError) -> String? {
        try reading { () throws(SQLiteError) in try database.text("PRAGMA \(pragma)") }
    }

    /// The problems that were survived since this was last asked, oldest first; at most ``StoreLimits/problems``.
    package func takeProblems() -> [StoreProblem] {
        defer { problems = [] }
        return problems
    }

    /// From here on dropping the store leaves the log beside the file, as the end of a process without warning does.
    package func keepLogOnClose() {
        // Cannot fail: the switch exists in every SQLite that has opened the store.
        try? database.configure(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
    }

    func report(_ problem: StoreProblem) {
        guard problems.count < StoreLimits.problems, !problems.contains(problem) else { return }
        problems.append(problem)
    }

    /// Runs something that the motor does not wait for, in one transaction.
    func transaction<Value>(_ body: () throws(SQLiteError) -> Value) throws(StoreError) -> Value {
        database.checkpoint(afterPages: StoreLimits.checkpointPages)
        do throws(SQLiteError) {
            return try database.transaction(body)
        } catch {
            throw .sqlite(error)
        }
    }

    /// Runs something that only reads.
    func reading<Value>(_ body: () throws(SQLiteError) -> Value) throws(StoreError) -> Value {
        do throws(SQLiteError) { return try body() } catch { throw .sqlite(error) }
    }
}
