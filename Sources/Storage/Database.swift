internal import CSQLite

/// One connection to one SQLite file. Closes in `deinit`.
///
/// It is opened without SQLite's mutexes: whoever creates it uses it from that one thread only, and nothing here is Sendable.
package struct Database: ~Copyable {
    /// Where the file is, as it was given.
    package let path: String
    let handle: OpaquePointer

    /// How long a lock held by another process is waited for. The store holds its file exclusively, so this only ever passes
    /// at a start that overlaps the end of the process before: long enough for that one to finish a checkpoint, and short
    /// enough not to delay a boot that then goes on without the store.
    package static let busyTimeoutMilliseconds: Int32 = 1_000

    /// The longest text, row or statement that SQLite may handle, in bytes. The longest of ours has under 2 kB; a damaged
    /// length field must not be able to ask for a gigabyte.
    package static let longestValue: Int32 = 65_536

    /// Opens an existing file for reading and writing; never creates one.
    ///
    /// Nothing is read yet. The file's own code (triggers, views) is switched off, because a file may have been tampered with.
    package init(path: String) throws(SQLiteError) {
        self.init(handle: try Self.connect(path), path: path)
    }

    private init(handle: OpaquePointer, path: String) {
        self.handle = handle
        self.path = path
    }

    /// An empty database in memory, for finding out what migrations make.
    package static func inMemory() throws(SQLiteError) -> Database {
        let path = ":memory:"
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_MEMORY
        return Database(handle: try open(path, as: path, flags), path: path)
    }

    deinit {
        // v2: waits for statements that are still to be finalised, whatever the order of deinitialisation.
        sqlite3_close_v2(handle)
    }

    private static func connect(_ path: String) throws(SQLiteError) -> OpaquePointer {
        // A bare name is made a path, so that no name (":memory:", "file:x", "") means anything else than a file to SQLite.
        let file = path.hasPrefix("/") ? path : "./" + path
        return try open(file, as: path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX)
    }

    /// `path`: what it is called in messages.
    private static func open(_ file: String, as path: String, _ flags: Int32) throws(SQLiteError) -> OpaquePointer {
        var opened: OpaquePointer?
        let result = sqlite3_open_v2(file, &opened, flags, nil)
        guard let opened else {
            let words = String(cString: sqlite3_errstr(result))
            throw SQLiteError(extendedCode: result, operation: "open", path: path, message: words)
        }
        do throws(SQLiteError) {
            guard result == SQLITE_OK else {
                throw error(sqlite3_extended_errcode(opened), "open", path, opened)
            }
            try restrict(opened, path)
        } catch {
            sqlite3_close_v2(opened)
            throw error
        }
        return opened
    }

    /// Sets the connection's bounds and switches.
    private static func restrict(_ handle: OpaquePointer, _ path: String) throws(SQLiteError) {
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, busyTimeoutMilliseconds)
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, longestValue)
        sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, longestValue)
        sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
        let switches = [
            // A file that turns out not to be ours, or to be newer, is closed without its log being written back into it.
            (SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true),
            (SQLITE_DBCONFIG_DEFENSIVE, true),
            (SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
            (SQLITE_DBCONFIG_ENABLE_VIEW, false),
            // "x" is a name and never, when there is no such name, a text: a misspelt column is an error.
            (SQLITE_DBCONFIG_DQS_DML, false),
            (SQLITE_DBCONFIG_DQS_DDL, false),
        ]
        for (option, value) in switches { try configure(handle, path, option, value) }
    }

    /// Turns one of SQLite's `SQLITE_DBCONFIG_…` switches.
    func configure(_ option: Int32, _ value: Bool) throws(SQLiteError) {
        try Self.configure(handle, path, option, value)
    }

    private static func configure(
        _ handle: OpaquePointer, _ path: String, _ option: Int32, _ value: Bool
    ) throws(SQLiteError) {
        var now: Int32 = -1
        let result = mortise_sqlite3_db_config_switch(handle, option, value ? 1 : 0, &now)
        guard result == SQLITE_OK, now == (value ? 1 : 0) else {
            throw SQLiteError(
                extendedCode: result == SQLITE_OK ? SQLITE_ERROR : result, operation: "set option \(option)",
                path: path,
                message: "the option became \(now)")
        }
    }

    /// Runs one or several statements and drops the rows they give. `operation`: what an error says was tried, instead of them.
    package func execute(_ sql: String, as operation: String? = nil) throws(SQLiteError) {
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw error(result, operation ?? sql) }
    }

    /// The first column of the first row, as an integer; nil when there is no row or it is NULL.
    package func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        let statement = try Statement(self, sql)
        return try statement.step() ? statement.optionalInteger(0) : nil
    }

    /// The first column of the first row, as a text; nil when there is no row or it is NULL.
    package func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try Statement(self, sql)
        return try statement.step() ? statement.optionalText(0) : nil
    }

    /// Runs the body in one transaction that has the write lock from its first statement; an error rolls it back.
    package func transaction<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try execute("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    /// Ends a transaction that may or may not have been rolled back by SQLite itself.
    private func rollBack() {
        guard sqlite3_get_autocommit(handle) == 0 else { return }
        // Fails only when there is nothing left to roll back; the error that led here is the one to tell.
        sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    }

    /// Brings the log into the file, and makes it empty.
    func truncateLog() throws(SQLiteError) {
        let rows = try Statement(self, "PRAGMA wal_checkpoint(TRUNCATE)")
        let isBusy = try rows.step() && rows.integer(0) != 0
        guard !isBusy else {
            throw SQLiteError(
                extendedCode: SQLITE_BUSY, operation: "empty the log", path: path, message: "somebody is reading it")
        }
    }

    /// Whether SQLite will refuse to write. Known once something was read.
    var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") != 0 }

    /// How many rows the last INSERT, UPDATE or DELETE changed.
    package var changes: Int64 { sqlite3_changes64(handle) }

    /// How many rows were changed since the file was opened.
    package var totalChanges: Int64 { sqlite3_total_changes64(handle) }

    /// After how many pages in the log a commit also writes them back into the file.
    func checkpoint(afterPages pages: Int32) {
        // Cannot fail: it stores a number.
        sqlite3_wal_autocheckpoint(handle, pages)
    }

    func error(_ result: Int32, _ operation: String) -> SQLiteError {
        Self.error(result, operation, path, handle)
    }

    private static func error(
        _ result: Int32, _ operation: String, _ path: String, _ handle: OpaquePointer
    ) -> SQLiteError {
        SQLiteError(
            extendedCode: result, operation: operation, path: path, message: String(cString: sqlite3_errmsg(handle)))
    }
}
