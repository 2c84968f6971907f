internal import Storage

extension StoreError {
    /// Whether the cause lies with the disk, the file or another process, so that the same may succeed later. Else it lies
    /// with what was to be written.
    var mayPass: Bool {
        switch self {
        case .sqlite(let error): Self.passingCodes.contains(error.code)
        case .file, .newerSchema, .damagedAgain: true
        case .motionReused, .outOfBounds, .numbersExhausted: false
        }
    }

    /// SQLite's PERM, BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, AUTH and NOTADB:
    /// <https://www.sqlite.org/rescode.html>.
    private static let passingCodes: Set<Int32> = [3, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 23, 26]
}
