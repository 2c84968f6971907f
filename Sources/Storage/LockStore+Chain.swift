internal import LockCore
package import TelemetryPolicy

// The chain over the audit log.
extension LockStore {
    /// The link before the oldest entry; nil: none was ever pruned.
    package func auditAnchor() throws(StoreError) -> AuditCheckpoint? {
        try reading { () throws(SQLiteError) in try anchor() }
    }

    /// The newest link; nil: there never was an entry.
    package func auditCheckpoint() throws(StoreError) -> AuditCheckpoint? {
        try reading { () throws(SQLiteError) in try newestLink() }
    }

    /// Entries with their links, oldest first, as they are stored and without a judgement.
    /// - Parameters:
    ///   - since: only entries with a higher number.
    ///   - limit: how many at most; brought within ``StoreLimits/auditPage``.
    package func chainEntries(since: UInt64, limit: Int) throws(StoreError) -> [AuditChainEntry] {
        let bounds = StoreLimits.auditPage
        let count = min(max(limit, bounds.lowerBound), bounds.upperBound)
        return try reading { () throws(SQLiteError) in
            defer { statements.auditLinks.reset() }
            try statements.auditLinks.bind(1, Int64(clamping: since))
            try statements.auditLinks.bind(2, Int64(count))
            var entries: [AuditChainEntry] = []
            while try statements.auditLinks.step() { entries.append(Self.entry(statements.auditLinks)) }
            return entries
        }
    }

    /// What a new entry continues: the newest entry's link, or the anchor where every entry has gone.
    func newestLink() throws(SQLiteError) -> AuditCheckpoint? {
        defer { statements.auditNewestLink.reset() }
        guard try statements.auditNewestLink.step() else { return try anchor() }
        return Self.checkpoint(statements.auditNewestLink)
    }

    private func anchor() throws(SQLiteError) -> AuditCheckpoint? {
        defer { statements.auditAnchor.reset() }
        guard try statements.auditAnchor.step() else { return nil }
        return Self.checkpoint(statements.auditAnchor)
    }

    private static func checkpoint(_ row: borrowing Statement) -> AuditCheckpoint {
        AuditCheckpoint(number: UInt64(clamping: row.integer(0)), hash: row.bytes(1))
    }

    private static func entry(_ row: borrowing Statement) -> AuditChainEntry {
        let payload = AuditPayload(row, first: 4)
        let salt = row.bytes(3)
        // What has lost one of the two is not erased but damaged, and does not verify.
        let isErased = payload.isErased && salt.isEmpty
        return AuditChainEntry(
            link: AuditLink(
                number: UInt64(clamping: row.integer(0)), payloadHash: row.bytes(2), hash: row.bytes(1)),
            content: isErased ? nil : AuditChainEntry.Content(payload: payload.bytes, salt: salt))
    }
}
