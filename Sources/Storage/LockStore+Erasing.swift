package import LockCore

// Erasing what the log says, in steps, so that a motion never waits for all of it. What is left of an entry is its number and its link.
extension LockStore {
    /// Begins an erasure: an entry says so, and in the same transaction whose doing the journal's closed motions were is forgotten.
    /// - Parameters:
    ///   - key: whose entries go, those that it has made and those about it; nil: all.
    ///   - event: the entry; it is not erased itself.
    /// - Returns: the entry's number. What comes before it is to be erased.
    package func beginErasure(of key: KeyID?, recording event: AuditEvent) throws(StoreError) -> Int64 {
        let range = try auditRange()
        guard range.last < StoreLimits.numbers.upperBound else { throw .numbersExhausted }
        let seq = range.last + 1
        try transaction { () throws(SQLiteError) in
            defer {
                statements.eraseMotionOrigins.reset()
                statements.deleteOlderMotions.reset()
            }
            try append(event, as: seq)
            try pruneAudit(first: range.first, last: seq)
            try statements.eraseMotionOrigins.bind(1, key.map { Int64($0.rawValue) })
            try statements.eraseMotionOrigins.run()
            if key == nil { try statements.deleteOlderMotions.run() }
        }
        return seq
    }

    /// Goes on erasing, a bounded number of entries.
    /// - Parameters:
    ///   - after: how far it has come; 0 at first.
    ///   - end: the number from ``beginErasure(of:recording:)``.
    /// - Returns: how far it has come now, `end` or more when it is done, and how many were erased by this.
    package func erase(
        of key: KeyID?, after position: Int64, before end: Int64
    ) throws(StoreError) -> (position: Int64, erased: Int64) {
        let first = try auditRange().first
        let after = max(position, first - 1)
        let through = min(after + StoreLimits.auditEntriesErasedAtOnce, end - 1)
        guard through > after else { return (end, 0) }
        let erased = try transaction { () throws(SQLiteError) in
            defer { statements.eraseAudit.reset() }
            try statements.eraseAudit.bind(1, after)
            try statements.eraseAudit.bind(2, through)
            try statements.eraseAudit.bind(3, key.map { Int64($0.rawValue) })
            try statements.eraseAudit.run()
            return database.changes
        }
        return (through == end - 1 ? end : through, erased)
    }

    /// Ends an erasure: what the file's log still has of it is written back and cut off, and what was set aside of an earlier file, from
    /// which nothing can be erased by itself, is deleted.
    package func endErasure() throws(StoreError) {
        do throws(SQLiteError) { try database.truncateLog() } catch { throw .sqlite(error) }
        do throws(FileError) {
            try StoreFiles(path: path).synchroniseLog()
            try StoreFiles(path: path).deleteQuarantine()
        } catch {
            throw .file(error)
        }
    }
}
