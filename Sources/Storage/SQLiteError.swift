internal import CSQLite

/// What SQLite answered to something that was asked of it.
package struct SQLiteError: Error, Hashable, Sendable {
    /// The primary result code, <https://www.sqlite.org/rescode.html>.
    package var code: Int32
    /// The extended result code; its low byte is ``code``.
    package var extendedCode: Int32
    /// What was tried: a verb, or the statement.
    package var operation: String
    /// The database file it was tried on.
    package var path: String
    /// SQLite's own words.
    package var message: String

    package init(extendedCode: Int32, operation: String, path: String, message: String) {
        self.code = extendedCode & 0xff
        self.extendedCode = extendedCode
        self.operation = operation
        self.path = path
        self.message = message
    }
}

extension SQLiteError {
    /// The bytes on the disk are not a sound database. The next start finds that out again and sets the file aside.
    package var isCorruption: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }

    /// There is no room: nothing was written, and the store stays usable for when there is.
    package var isFull: Bool { code == SQLITE_FULL }

    /// Another process has the database.
    package var isBusy: Bool { code == SQLITE_BUSY }
}

extension SQLiteError: CustomStringConvertible {
    package var description: String {
        "\(path): \(operation): \(message) (SQLite \(code), extended \(extendedCode))\(advice)"
    }

    private var advice: String {
        switch code {
        case SQLITE_FULL: "; free some space on its file system"
        case SQLITE_BUSY: "; end the other process that has it open"
        case SQLITE_CORRUPT, SQLITE_NOTADB: "; it is set aside at the next start"
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: "; check its owner, mode and file system"
        case SQLITE_IOERR: "; check the storage device"
        default: ""
        }
    }
}
