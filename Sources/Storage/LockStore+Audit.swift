internal import LockCore
internal import TelemetryPolicy

extension LockStore {
    /// A part of the audit log, oldest first.
    /// - Parameters:
    ///   - since: only entries with a higher number; 0 is from the oldest that is kept.
    ///   - limit: how many at most; brought within ``StoreLimits/auditPage``.
    package func entries(since: Int64, limit: Int) throws(StoreError) -> AuditPage {
        let range = try auditRange()
        let bounds = StoreLimits.auditPage
        let count = min(max(limit, bounds.lowerBound), bounds.upperBound)
        let records = try reading { () throws(SQLiteError) in
            defer { statements.auditPage.reset() }
            try statements.auditPage.bind(1, since)
            try statements.auditPage.bind(2, Int64(count))
            var records: [AuditRecord] = []
            while try statements.auditPage.step() { records.append(Self.record(statements.auditPage)) }
            return records
        }
        return AuditPage(records: records, first: range.first, last: range.last)
    }

    /// The oldest and the newest number; 1 and 0 while there is no entry.
    func auditRange() throws(StoreError) -> (first: Int64, last: Int64) {
        try reading { () throws(SQLiteError) in
            defer { statements.auditRange.reset() }
            guard try statements.auditRange.step(), let first = statements.auditRange.optionalInteger(0) else {
                return (1, 0)
            }
            return (first, statements.auditRange.integer(1))
        }
    }

    /// At open: reports what is missing in the midst of the log.
    func countAudit() throws(SQLiteError) {
        defer {
            statements.auditRange.reset()
            statements.auditCount.reset()
        }
        guard try statements.auditRange.step(), let first = statements.auditRange.optionalInteger(0),
            try statements.auditCount.step()
        else { return }
        let missing = statements.auditRange.integer(1) - first + 1 - statements.auditCount.integer(0)
        if missing > 0 { report(.auditNumbersMissing(count: missing)) }
    }

    /// In the caller's transaction, with its place in the chain.
    func append(_ event: AuditEvent, as seq: Int64) throws(SQLiteError) {
        let payload = AuditPayload(event, bootID: bootID)
        let salt = AuditChaining.newSalt()
        let link = AuditLink(
            number: UInt64(clamping: seq), after: try newestLink()?.hash, payload: payload.bytes, salt: salt,
            hashedBy: AuditChaining.hash)
        defer { statements.appendAudit.reset() }
        try statements.appendAudit.bind(1, seq)
        try statements.appendAudit.bind(2, link.hash)
        try statements.appendAudit.bind(3, link.payloadHash)
        try statements.appendAudit.bind(4, salt)
        for (index, value) in payload.values.enumerated() {
            try statements.appendAudit.bind(5 + Int32(index), value)
        }
        try statements.appendAudit.run()
    }

    /// Removes the oldest entries that are too many or too old, a bounded number. Never the newest: the numbering goes on
    /// from it. The link of the last one that goes stays, as the anchor of the others' chain.
    func pruneAudit(first: Int64, last: Int64) throws(SQLiteError) {
        let tooMany = last - StoreLimits.auditEntries
        let tooOld = try expiredThrough() ?? 0
        let through = min(max(tooMany, tooOld), first - 1 + StoreLimits.auditEntriesPrunedAtOnce, last - 1)
        guard through >= first else { return }
        defer {
            statements.saveAuditAnchor.reset()
            statements.pruneAuditThrough.reset()
        }
        try statements.saveAuditAnchor.bind(1, through)
        try statements.saveAuditAnchor.run()
        try statements.pruneAuditThrough.bind(1, through)
        try statements.pruneAuditThrough.run()
    }

    /// The number of the newest entry that is too old by civil time.
    private func expiredThrough() throws(SQLiteError) -> Int64? {
        defer {
            statements.auditNewest.reset()
            statements.auditOldest.reset()
        }
        var newest: [AuditRetention.Stamp] = []
        while try statements.auditNewest.step() { newest.append(Self.stamp(statements.auditNewest)) }
        guard var retention = AuditRetention(newest: newest) else { return nil }
        // Usually one step: the oldest entry is young. Bounded by the number of entries that are kept.
        while try statements.auditOldest.step() {
            guard retention.visit(statements.auditOldest.integer(0), Self.stamp(statements.auditOldest)) else { break }
        }
        return retention.expiredThrough
    }

    private static func stamp(_ row: borrowing Statement) -> AuditRetention.Stamp {
        AuditRetention.Stamp(unixSeconds: row.optionalInteger(2), isTrusted: row.integer(1) == 1)
    }

    private static func record(_ row: borrowing Statement) -> AuditRecord {
        AuditRecord(seq: row.integer(0), bootID: row.text(1), content: content(row))
    }

    private static func content(_ row: borrowing Statement) -> AuditRecord.Content {
        // Of an erased one nothing is left, and none that says anything is without an action.
        guard row.optionalText(5) != nil else { return .erased }
        let at = row.integer(2)
        guard at >= 0 else { return .unreadable("boot time \(at)") }
        guard let action = AuditAction(rawValue: row.text(5)) else { return .unreadable("action \"\(row.text(5))\"") }
        guard let origin = Origin(storedKind: row.text(6), number: row.optionalInteger(7)) else {
            return .unreadable("origin \"\(row.text(6))\"")
        }
        let stored = StoredOutcome(
            kind: row.text(8), state: row.optionalText(9), code: row.optionalText(10), warning: row.optionalText(11))
        guard let outcome = stored.outcome else {
            let words = [stored.kind, stored.state, stored.code, stored.warning].compactMap { $0 }
            return .unreadable("outcome \"\(words.joined(separator: " "))\"")
        }
        return .event(
            AuditEvent(
                action: action, origin: origin, outcome: outcome, at: Instant(nanoseconds: at),
                unixSeconds: row.optionalInteger(3), isTimeTrusted: row.integer(4) == 1,
                subject: row.optionalInteger(12).flatMap(UInt32.init(exactly:)).map(KeyID.init)))
    }
}
