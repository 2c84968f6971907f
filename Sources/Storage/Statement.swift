internal import CSQLite

/// One prepared statement. Finalises in `deinit`. Belongs to the thread of its ``Database``.
package struct Statement: ~Copyable {
    private let handle: OpaquePointer
    private let path: String
    private let sql: String

    /// Compiles the first statement of the text.
    package init(_ database: borrowing Database, _ sql: String) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let result = sqlite3_prepare_v3(
            database.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard result == SQLITE_OK else { throw database.error(result, sql) }
        guard let prepared else {
            throw SQLiteError(extendedCode: SQLITE_MISUSE, operation: sql, path: database.path, message: "no statement")
        }
        self.handle = prepared
        self.path = database.path
        self.sql = sql
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds an integer, or NULL, to the parameter with that number; the first is 1.
    package func bind(_ index: Int32, _ value: Int64?) throws(SQLiteError) {
        if let value {
            try check(sqlite3_bind_int64(handle, index, value))
        } else {
            try check(sqlite3_bind_null(handle, index))
        }
    }

    /// Binds a text, or NULL, to the parameter with that number; the first is 1.
    package func bind(_ index: Int32, _ value: String?) throws(SQLiteError) {
        guard var value else { return try check(sqlite3_bind_null(handle, index)) }
        let result = value.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                // An empty buffer may have no address, which SQLite would read as NULL; "" has one.
                guard let base = characters.baseAddress else {
                    return mortise_sqlite3_bind_text_copy(handle, index, "", 0)
                }
                return mortise_sqlite3_bind_text_copy(
                    handle, index, base, Int32(clamping: characters.count))
            }
        }
        try check(result)
    }

    /// Binds bytes to the parameter with that number; the first is 1.
    package func bind(_ index: Int32, _ value: [UInt8]) throws(SQLiteError) {
        let result = value.withUnsafeBytes { bytes in
            // An empty buffer may have no address, which SQLite would read as NULL.
            guard let base = bytes.baseAddress else { return mortise_sqlite3_bind_blob_copy(handle, index, "", 0) }
            return mortise_sqlite3_bind_blob_copy(handle, index, base, Int32(clamping: bytes.count))
        }
        try check(result)
    }

    /// Binds whatever it is to the parameter with that number; the first is 1.
    package func bind(_ index: Int32, _ value: StoredValue) throws(SQLiteError) {
        switch value {
        case .null: try check(sqlite3_bind_null(handle, index))
        case .integer(let integer): try bind(index, integer)
        case .text(let text): try bind(index, String(decoding: text, as: UTF8.self))
        }
    }

    /// Goes to the next row; false when there is none. An error resets the statement.
    package func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let result:
            defer { reset() }
            throw error(result)
        }
    }

    /// Runs it to its end, and makes it ready to run again.
    package func run() throws(SQLiteError) {
        while try step() {}
        reset()
    }

    /// Makes it ready to run again, and gives up its hold on the file. What was bound stays bound.
    package func reset() {
        // Repeats the error of the last step, which was thrown there.
        sqlite3_reset(handle)
    }

    /// A column of the row, as an integer; the first is 0. NULL is 0.
    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// A column of the row, as an integer or nil.
    package func optionalInteger(_ column: Int32) -> Int64? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : integer(column)
    }

    /// A column of the row, as a text; bytes that are not UTF-8 become U+FFFD. NULL is "".
    package func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// A column of the row, as a text or nil.
    package func optionalText(_ column: Int32) -> String? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : text(column)
    }

    /// A column of the row, as bytes. NULL is none.
    package func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// A column of the row as it is stored; a text's bytes whatever they are.
    package func value(_ column: Int32) -> StoredValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer(integer(column))
        default: .text(bytes(column))
        }
    }

    private func check(_ result: Int32) throws(SQLiteError) {
        guard result == SQLITE_OK else { throw error(result) }
    }

    private func error(_ result: Int32) -> SQLiteError {
        SQLiteError(
            extendedCode: result, operation: sql, path: path,
            message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
    }
}
