package import LockCore

extension LockStore {
    /// Begins a motion: it is durable when this returns, so that the motor may be energised.
    ///
    /// Its number must be higher than any before. It may skip some: a motion whose beginning failed has used up its number
    /// in the core.
    package func begin(_ motion: Motion) throws(StoreError) {
        guard StoreLimits.numbers.contains(motion.id.rawValue) else {
            throw motion.id.rawValue < 1 ? .motionReused(motion.id) : .numbersExhausted
        }
        database.checkpoint(afterPages: StoreLimits.checkpointPagesAtMost)
        let isNew = try reading { () throws(SQLiteError) in
            defer { statements.beginMotion.reset() }
            let (kind, number) = motion.origin.stored
            try statements.beginMotion.bind(1, motion.id.rawValue)
            try statements.beginMotion.bind(2, motion.target.rawValue)
            try statements.beginMotion.bind(3, kind)
            try statements.beginMotion.bind(4, number)
            try statements.beginMotion.run()
            return database.changes == 1
        }
        guard isNew else { throw .motionReused(motion.id) }
    }

    /// Appends an entry to the audit log and, in the same transaction, closes the motion that it tells the end of.
    ///
    /// A motion that the journal does not know is passed over: the core may have gone ahead while the journal did not answer.
    /// The oldest motions and audit entries that are no longer kept are removed in the same transaction, a bounded number.
    /// - Returns: the entry's number.
    @discardableResult
    package func finish(_ motion: MotionID?, _ event: AuditEvent) throws(StoreError) -> Int64 {
        let range = try auditRange()
        guard range.last < StoreLimits.numbers.upperBound else { throw .numbersExhausted }
        let seq = range.last + 1
        var dropped: Int64 = 0
        try transaction { () throws(SQLiteError) in
            if let motion {
                try close(motion)
                dropped = try pruneMotions()
            }
            try append(event, as: seq)
            try pruneAudit(first: range.first, last: seq)
        }
        if dropped > 0 { report(.openMotionsPruned(count: dropped)) }
        return seq
    }

    /// The motions that were under way when the daemon last ended, the oldest first: one for each who waited for the stroke. They
    /// stay open until they are finished.
    ///
    /// Asked once, at boot. More than ``StoreLimits/interruptedMotions`` of them, the oldest, and motions that cannot be read are
    /// closed and reported.
    package func interruptedMotions() throws(StoreError) -> [Motion] {
        let open = try openMotions()
        let kept = open.prefix(StoreLimits.interruptedMotions)
        if open.count > kept.count, let oldest = kept.last {
            try closeMotions(before: oldest.id.rawValue)
            report(.staleMotions(open.dropFirst(kept.count).map(\.id).reversed()))
        }
        for unreadable in kept where unreadable.motion == nil {
            try transaction { () throws(SQLiteError) in try close(unreadable.id) }
            report(.motionUnreadable(unreadable.id))
        }
        return kept.compactMap(\.motion).reversed()
    }

    /// The first motion number that was never used.
    package func nextMotion() throws(StoreError) -> MotionID {
        let last = try reading { () throws(SQLiteError) -> Int64 in
            defer { statements.lastMotion.reset() }
            return try statements.lastMotion.step() ? statements.lastMotion.integer(0) : 0
        }
        // The newest motion is never pruned, so that its number is always there; the schema bounds it.
        return MotionID(last + 1)
    }

    private func close(_ motion: MotionID) throws(SQLiteError) {
        defer { statements.closeMotion.reset() }
        try statements.closeMotion.bind(1, motion.rawValue)
        try statements.closeMotion.run()
    }

    /// Removes the motions that are no longer kept; returns how many of them were open.
    private func pruneMotions() throws(SQLiteError) -> Int64 {
        defer {
            statements.lastMotion.reset()
            statements.countOpenMotionsThrough.reset()
            statements.pruneMotionsThrough.reset()
        }
        guard try statements.lastMotion.step() else { return 0 }
        let through = statements.lastMotion.integer(0) - StoreLimits.motionsKept
        guard through > 0 else { return 0 }
        try statements.countOpenMotionsThrough.bind(1, through)
        let open =
            try statements.countOpenMotionsThrough.step() ? statements.countOpenMotionsThrough.integer(0) : 0
        try statements.pruneMotionsThrough.bind(1, through)
        try statements.pruneMotionsThrough.run()
        return open
    }

    private func openMotions() throws(StoreError) -> [(id: MotionID, motion: Motion?)] {
        try reading { () throws(SQLiteError) in
            defer { statements.openMotions.reset() }
            var found: [(id: MotionID, motion: Motion?)] = []
            while try statements.openMotions.step() {
                let id = MotionID(statements.openMotions.integer(0))
                let origin = Origin(
                    storedKind: statements.openMotions.text(2), number: statements.openMotions.optionalInteger(3))
                if let target = Target(rawValue: statements.openMotions.text(1)), let origin {
                    found.append((id, Motion(id: id, target: target, origin: origin)))
                } else {
                    found.append((id, nil))
                }
            }
            return found
        }
    }

    private func closeMotions(before id: Int64) throws(StoreError) {
        try transaction { () throws(SQLiteError) in
            defer { statements.closeOlderMotions.reset() }
            try statements.closeOlderMotions.bind(1, id)
            try statements.closeOlderMotions.run()
        }
    }
}
