internal import CSQLite
internal import Glibc
package import TelemetryPolicy

/// `telemetry.db`: the queue on disk. It may be lost whole; nothing of it may be believed that ``TelemetryQueue`` would not hold.
///
/// What must be true of the queue is in ``TelemetryQueue`` and nowhere else: this class writes what has changed between two of its values, in
/// one transaction, durable when ``save(_:)`` has returned. Removed content is overwritten in the pages (`secure_delete`), and after
/// ``forgetReplaced()`` it is in neither the file nor the log.
package final class TelemetryStore {
    private let path: String
    private let database: Database
    private let statements: TelemetryStatements
    /// The queue as the file has it.
    private var stored = TelemetryQueue()
    /// Where each batch of it is.
    private var places: [BatchID: Int64] = [:]
    private var nextPlace: Int64 = 1

    private init(_ database: consuming Database, path: String) throws(SQLiteError) {
        statements = try TelemetryStatements(database)
        self.database = database
        self.path = path
    }

    // MARK: Opening

    private static let opening = StoreOpening(
        migrator: .telemetry, pages: StoreLimits.telemetryPages, cacheKiB: StoreLimits.telemetryCacheKiB,
        checkpointPages: StoreLimits.telemetryCheckpointPages, logBytesKept: 0)

    /// Opens the store, making it or setting a damaged one aside as need be (``StoreOpening/open(at:_:damage:)``).
    package static func open(at path: String) -> Opening<TelemetryStore> {
        opening.open(
            at: path, { database throws(SQLiteError) in try TelemetryStore(database, path: path) },
            damage: { store throws(SQLiteError) in try store.read() })
    }

    /// Deletes the store at this path and whatever was set aside of it. Nobody has it open.
    package static func delete(at path: String) throws(StoreError) {
        do throws(FileError) { try StoreFiles(path: path).delete() } catch { throw .file(error) }
    }

    /// What is durable.
    package var queue: TelemetryQueue { stored }

    /// What the file system has left for whoever is not root; 0 where it cannot be asked.
    package var freeBytes: UInt64 {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return 0 }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    // MARK: Writing

    /// Makes the queue durable as it is now: all of what has changed, or nothing. Nothing is written when nothing has changed.
    package func save(_ queue: TelemetryQueue) throws(StoreError) {
        guard queue != stored else { return }
        do throws(SQLiteError) {
            let (places, next) = try database.transaction { () throws(SQLiteError) in
                try saveRows(queue.rows)
                let placed = try saveBatches(queue.batches)
                try saveMemory(queue.memory)
                try saveCounters(queue)
                return placed
            }
            (stored, self.places, nextPlace) = (queue, places, next)
        } catch {
            throw .sqlite(error)
        }
    }

    /// Makes sure that what was removed before is nowhere: not in the log, not in a free page, not in a copy that was set aside.
    package func forgetReplaced() throws(StoreError) {
        do throws(SQLiteError) { try database.truncateLog() } catch { throw .sqlite(error) }
        do throws(FileError) {
            try StoreFiles(path: path).synchroniseLog()
            try StoreFiles(path: path).deleteQuarantine()
        } catch {
            throw .file(error)
        }
    }

    private func saveRows(_ rows: [Row]) throws(SQLiteError) {
        let kept = Set(rows.map(\.sequence))
        for row in stored.rows where !kept.contains(row.sequence) {
            try statements.deleteRow.bind(1, Int64(clamping: row.sequence))
            try statements.deleteRow.run()
        }
        let old = Set(stored.rows)
        for row in rows where !old.contains(row) {
            defer { statements.saveRow.reset() }
            try statements.saveRow.bind(1, Int64(clamping: row.sequence))
            try statements.saveRow.bind(2, Int64(bitPattern: row.epoch.rawValue))
            try statements.saveRow.bind(3, row.value.item.rawValue)
            try statements.saveRow.bind(4, row.value.text)
            try statements.saveRow.bind(5, Int64(row.day.number))
            try statements.saveRow.run()
        }
    }

    private func saveBatches(_ batches: [Batch]) throws(SQLiteError) -> ([BatchID: Int64], Int64) {
        let kept = Set(batches.map(\.id))
        var (places, next) = (places, nextPlace)
        for (id, place) in places where !kept.contains(id) {
            places[id] = nil
            try statements.deleteBatch.bind(1, place)
            try statements.deleteBatch.run()
        }
        let old = Dictionary(uniqueKeysWithValues: stored.batches.map { ($0.id, $0) })
        // Only what is stored of it is a change: not who has it in hand.
        for batch in batches
        where old[batch.id].map({
            TelemetryCoding.word($0.stage) != TelemetryCoding.word(batch.stage) || $0.wasBegun != batch.wasBegun
        }) ?? true {
            let place = places[batch.id] ?? next
            if places[batch.id] == nil { next += 1 }
            places[batch.id] = place
            try save(batch, at: place)
        }
        return (places, next)
    }

    private func save(_ batch: Batch, at place: Int64) throws(SQLiteError) {
        defer { statements.saveBatch.reset() }
        try statements.saveBatch.bind(1, place)
        try statements.saveBatch.bind(2, batch.id.id.bytes)
        try statements.saveBatch.bind(3, Int64(bitPattern: batch.epoch.rawValue))
        try statements.saveBatch.bind(4, TelemetryCoding.items(batch.items))
        try statements.saveBatch.bind(5, TelemetryCoding.sequences(batch.sequences))
        try statements.saveBatch.bind(6, batch.bytes)
        try statements.saveBatch.bind(7, TelemetryCoding.word(batch.stage))
        try statements.saveBatch.bind(8, batch.wasBegun ? 1 : 0)
        try statements.saveBatch.run()
    }

    private func saveMemory(_ memory: QueueMemory) throws(SQLiteError) {
        let old = stored.memory
        for item in ItemID.allCases where memory[item] != old[item] {
            if let entry = memory[item] {
                defer { statements.remember.reset() }
                try statements.remember.bind(1, item.rawValue)
                try statements.remember.bind(2, entry.value.text)
                try statements.remember.bind(3, Int64(entry.day.number))
                try statements.remember.run()
            } else {
                try statements.forget.bind(1, item.rawValue)
                try statements.forget.run()
            }
        }
    }

    private func saveCounters(_ queue: TelemetryQueue) throws(SQLiteError) {
        let old = TelemetryCoding.numbers(of: stored)
        let new = TelemetryCoding.numbers(of: queue)
        for name in old.keys where new[name] == nil {
            try statements.deleteCounter.bind(1, name)
            try statements.deleteCounter.run()
        }
        for (name, number) in new where old[name] != number {
            defer { statements.saveCounter.reset() }
            try statements.saveCounter.bind(1, name)
            try statements.saveCounter.bind(2, number)
            try statements.saveCounter.run()
        }
    }

    // MARK: Reading

    /// Reads the file; what is wrong with it, if anything is.
    private func read() throws(SQLiteError) -> StoreDamage? {
        let rows = try read(statements.rows, TelemetryCoding.RawRow.init)
        let batches = try read(statements.batches, TelemetryCoding.RawBatch.init)
        let memory = try read(statements.memory, TelemetryCoding.RawMemory.init)
        let numbers = try read(statements.counters) { ($0.text(0), $0.integer(1)) }
        var found = StoredQueue()
        do throws(ByteReader.Failure) {
            found.rows = try TelemetryCoding.rows(rows)
            found.batches = try TelemetryCoding.batches(batches)
            found.memory = try TelemetryCoding.memory(memory)
            try TelemetryCoding.apply(Dictionary(numbers) { first, _ in first }, to: &found)
        } catch {
            return .unreadable(error.words)
        }
        guard let queue = TelemetryQueue(found) else { return .unreadable("the queue's numbers do not add up") }
        stored = queue
        for (batch, raw) in zip(queue.batches, batches) {
            places[batch.id] = raw.place
            nextPlace = raw.place + 1
        }
        return nil
    }

    private func read<Value>(
        _ statement: borrowing Statement, _ value: (borrowing Statement) -> Value
    ) throws(SQLiteError) -> [Value] {
        defer { statement.reset() }
        var values: [Value] = []
        while try statement.step() { values.append(value(statement)) }
        return values
    }
}
