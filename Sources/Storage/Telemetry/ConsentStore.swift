internal import CSQLite
package import TelemetryPolicy

/// `consent.db`: who has agreed to what, the ledger of how that came about, and what servers are still to be asked to erase.
///
/// One thread opens it, uses it and drops it. A commit is durable when ``commit(_:_:)`` has returned, in WAL mode with
/// `synchronous=FULL`; what it replaced is then neither in the file nor in the log. Whatever is damaged is set aside when the store is
/// opened, and consent is no: only erasure requests are taken over from it, each of which has a checksum of its own.
package final class ConsentStore {
    private let path: String
    private let database: Database
    private let statements: ConsentStatements
    /// As they are in the store.
    private var erasures: [ErasureRequest] = []

    private init(_ database: consuming Database, path: String) throws(SQLiteError) {
        statements = try ConsentStatements(database)
        self.database = database
        self.path = path
    }

    // MARK: Opening

    private static let opening = StoreOpening(
        migrator: .consent, pages: StoreLimits.consentPages, cacheKiB: StoreLimits.consentCacheKiB,
        checkpointPages: StoreLimits.checkpointPages, logBytesKept: 0)

    /// Opens the store, making it or setting a damaged one aside as need be (``StoreOpening/open(at:_:damage:)``).
    package static func open(at path: String) -> Opening<ConsentStore> {
        opening.open(
            at: path, { database throws(SQLiteError) in try ConsentStore(database, path: path) },
            damage: { store throws(SQLiteError) in try store.damage() })
    }

    /// Deletes the store at this path and whatever was set aside of it. Nobody has it open.
    package static func delete(at path: String) throws(StoreError) {
        do throws(FileError) { try StoreFiles(path: path).delete() } catch { throw .file(error) }
    }

    /// Everything is read once: what is not what this program writes is no consent.
    private func damage() throws(SQLiteError) -> StoreDamage? {
        let (state, ledger, erasures) = (try readState(), try readLedger(), try readErasures())
        do throws(ByteReader.Failure) {
            self.erasures = try Self.requests(erasures)
            let records = try Self.records(ledger)
            guard let state = try state.map(Self.state) else {
                guard records.isEmpty, erasures.isEmpty else {
                    throw ByteReader.Failure(words: "there are records, and no state")
                }
                return nil
            }
            // Counted to, not trusted: a ledger that was pruned begins later.
            guard zip(records, records.dropFirst()).allSatisfy({ $0.number + 1 == $1.number }),
                records.last.map({ $0.number &+ 1 == state.nextRecord }) ?? (state.nextRecord == 1)
            else { throw ByteReader.Failure(words: "records are missing in the ledger") }
            return nil
        } catch {
            return .unreadable(error.words)
        }
    }

    // MARK: Reading

    /// What is durable; nil: nobody has decided anything in this file.
    package func load() throws(StoreError) -> ConsentState? {
        let row: CheckedBody?
        do throws(SQLiteError) { row = try readState() } catch { throw .sqlite(error) }
        guard let row else { return nil }
        do throws(ByteReader.Failure) {
            var state = try Self.state(row)
            state.erasures = erasures
            return state
        } catch {
            throw .damagedAgain(path: path, .unreadable(error.words))
        }
    }

    /// The whole ledger, oldest first.
    package func history() throws(StoreError) -> [ConsentRecord] {
        let rows: [Numbered]
        do throws(SQLiteError) { rows = try readLedger() } catch { throw .sqlite(error) }
        do throws(ByteReader.Failure) {
            return try Self.records(rows)
        } catch {
            throw .damagedAgain(path: path, .unreadable(error.words))
        }
    }

    /// The erasure requests that can be read in what was set aside of the store at this path, whatever else is wrong with it. Each is believed
    /// by its own checksum; whatever stops the reading ends it.
    package static func salvagedErasures(at path: String) -> [ErasureRequest] {
        var requests: [ErasureRequest] = []
        do throws(SQLiteError) {
            let database = try Database(path: StoreFiles(path: path).quarantine)
            let rows = try Statement(database, "SELECT position, checksum, body FROM erasure ORDER BY position")
            while requests.count < ConsentState.erasureLimit, try rows.step() {
                let row = numbered(rows)
                guard let body = try? row.checked.checked(in: erasureTable, row: row.number),
                    let request = try? ConsentCoding.erasure(body), !requests.contains(where: { $0.id == request.id })
                else { continue }
                requests.append(request)
            }
        } catch {
            // It was set aside because it cannot be read: what came before is all that there is.
            return requests
        }
        return requests
    }

    /// Deletes what was set aside: its owner is gone.
    package func deleteQuarantine() throws(StoreError) {
        do throws(FileError) { try StoreFiles(path: path).deleteQuarantine() } catch { throw .file(error) }
    }

    // MARK: Writing

    /// Makes a state and the records that led to it durable, at once or not at all. What the ledger has from
    /// ``ConsentState/firstRecord(with:)`` on was there before a reset, and is wiped.
    ///
    /// The oldest of more than ``StoreLimits/consentRecords`` records make room.
    package func commit(_ state: ConsentState, _ records: [ConsentRecord]) throws(StoreError) {
        let first = state.firstRecord(with: records)
        let details = records.map(\.details) + [state.grant?.details].compactMap(\.self)
        guard let first = Int64(exactly: first), StoreLimits.numbers.contains(first),
            StoreLimits.numbers.contains(Int64(clamping: state.nextRecord))
        else { throw .numbersExhausted }
        if let complaint = details.lazy.flatMap(\.complaints).first { throw .outOfBounds(complaint) }
        do throws(SQLiteError) {
            try database.transaction { () throws(SQLiteError) in
                try statements.wipeRecordsFrom.bind(1, first)
                try statements.wipeRecordsFrom.run()
                for record in records { try append(record) }
                try statements.pruneRecordsThrough.bind(
                    1, Int64(clamping: state.nextRecord) - 1 - StoreLimits.consentRecords)
                try statements.pruneRecordsThrough.run()
                try save(state)
                if state.erasures != erasures { try save(state.erasures) }
            }
            erasures = state.erasures
        } catch {
            throw .sqlite(error)
        }
    }

    /// Brings what is in the log into the file, and empties the log: what a commit has replaced is then nowhere. A commit that was durable
    /// stays so when this fails.
    package func forgetReplaced() throws(StoreError) {
        do throws(SQLiteError) { try database.truncateLog() } catch { throw .sqlite(error) }
        do throws(FileError) { try StoreFiles(path: path).synchroniseLog() } catch { throw .file(error) }
    }

    private func append(_ record: ConsentRecord) throws(SQLiteError) {
        let row = CheckedBody(ConsentCoding.bytes(record), in: Self.ledgerTable, row: record.number)
        defer { statements.appendRecord.reset() }
        try statements.appendRecord.bind(1, Int64(clamping: record.number))
        try statements.appendRecord.bind(2, row.checksum)
        try statements.appendRecord.bind(3, row.body)
        try statements.appendRecord.run()
    }

    private func save(_ state: ConsentState) throws(SQLiteError) {
        let row = CheckedBody(ConsentCoding.bytes(state), in: Self.stateTable, row: 1)
        defer { statements.saveState.reset() }
        try statements.saveState.bind(1, row.checksum)
        try statements.saveState.bind(2, row.body)
        try statements.saveState.run()
    }

    private func save(_ requests: [ErasureRequest]) throws(SQLiteError) {
        try statements.deleteErasures.run()
        for (index, request) in requests.enumerated() {
            let position = UInt64(index + 1)
            let row = CheckedBody(ConsentCoding.bytes(request), in: Self.erasureTable, row: position)
            defer { statements.saveErasure.reset() }
            try statements.saveErasure.bind(1, Int64(position))
            try statements.saveErasure.bind(2, row.checksum)
            try statements.saveErasure.bind(3, row.body)
            try statements.saveErasure.run()
        }
    }

    // MARK: Rows

    private static let stateTable = "state"
    private static let ledgerTable = "ledger"
    private static let erasureTable = "erasure"

    private struct Numbered {
        let number: UInt64
        let checked: CheckedBody
    }

    private static func numbered(_ row: borrowing Statement) -> Numbered {
        Numbered(
            number: UInt64(bitPattern: row.integer(0)), checked: CheckedBody(checksum: row.bytes(1), body: row.bytes(2))
        )
    }

    private func readState() throws(SQLiteError) -> CheckedBody? {
        defer { statements.loadState.reset() }
        guard try statements.loadState.step() else { return nil }
        return CheckedBody(checksum: statements.loadState.bytes(0), body: statements.loadState.bytes(1))
    }

    private func readLedger() throws(SQLiteError) -> [Numbered] {
        defer { statements.ledger.reset() }
        var rows: [Numbered] = []
        while try statements.ledger.step() { rows.append(Self.numbered(statements.ledger)) }
        return rows
    }

    private func readErasures() throws(SQLiteError) -> [Numbered] {
        defer { statements.erasures.reset() }
        var rows: [Numbered] = []
        while try statements.erasures.step() { rows.append(Self.numbered(statements.erasures)) }
        return rows
    }

    private static func state(_ row: CheckedBody) throws(ByteReader.Failure) -> ConsentState {
        try ConsentCoding.state(try row.checked(in: stateTable, row: 1))
    }

    private static func records(_ rows: [Numbered]) throws(ByteReader.Failure) -> [ConsentRecord] {
        var records: [ConsentRecord] = []
        for row in rows {
            let body = try row.checked.checked(in: ledgerTable, row: row.number)
            records.append(try ConsentCoding.record(row.number, body))
        }
        return records
    }

    private static func requests(_ rows: [Numbered]) throws(ByteReader.Failure) -> [ErasureRequest] {
        var requests: [ErasureRequest] = []
        for row in rows {
            requests.append(try ConsentCoding.erasure(try row.checked.checked(in: erasureTable, row: row.number)))
        }
        return requests
    }
}
