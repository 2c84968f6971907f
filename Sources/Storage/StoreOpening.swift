internal import CSQLite

/// How one kind of database is opened: what is in it, and how large it may get.
struct StoreOpening: Sendable {
    let migrator: Migrator
    /// Pages that the file may have. A runaway writer hits this and not the end of the disk.
    let pages: Int64
    /// Page cache, in KiB.
    let cacheKiB: Int64
    /// Pages in the log after which a commit also writes them back.
    let checkpointPages: Int32
    /// The log file keeps this size between checkpoints.
    let logBytesKept: Int64

    /// A file that is larger was not written by this program. Bounds the time of the check at open.
    private var fileBytes: Int64 { pages * StoreLimits.pageBytes }

    /// Opens the store, making it or setting a damaged one aside as need be.
    ///
    /// Total: it returns whatever is on the disk. Damage is set aside, at most once, so that a start never loops; whatever may
    /// pass by itself or be mended by a person (I/O errors, permissions, no space, another process, a newer program's file)
    /// leaves the file alone and is ``Opening/unavailable(_:)``.
    /// - Parameters:
    ///   - path: the database. The directory it is in is made if only that is missing.
    ///   - make: takes over the database, which is checked and of the newest version.
    ///   - damage: what is wrong with the contents of a store that SQLite finds sound; nil: nothing.
    func open<Store>(
        at path: String, _ make: (consuming Database) throws(SQLiteError) -> Store,
        damage: (Store) throws(SQLiteError) -> StoreDamage? = { _ in nil }
    ) -> Opening<Store> {
        let files = StoreFiles(path: path)
        do throws(OpeningFailure) {
            let (store, isNew) = try attempt(files, make, damage)
            return .ready(store, isNew ? .created : .opened)
        } catch {
            switch error {
            case .unavailable(let reason): return .unavailable(reason)
            case .damaged(let damaged): return replace(files, because: damaged, make, damage)
            }
        }
    }

    /// Sets the damaged file aside and makes a new one.
    private func replace<Store>(
        _ files: StoreFiles, because damaged: StoreDamage,
        _ make: (consuming Database) throws(SQLiteError) -> Store,
        _ damage: (Store) throws(SQLiteError) -> StoreDamage?
    ) -> Opening<Store> {
        do throws(FileError) { try files.setAside() } catch { return .unavailable(.file(error)) }
        do throws(OpeningFailure) {
            let (store, _) = try attempt(files, make, damage)
            return .ready(store, .quarantined(as: files.quarantine, because: damaged))
        } catch {
            switch error {
            case .unavailable(let reason): return .unavailable(reason)
            case .damaged(let again): return .unavailable(.damagedAgain(path: files.path, again))
            }
        }
    }

    private func attempt<Store>(
        _ files: StoreFiles, _ make: (consuming Database) throws(SQLiteError) -> Store,
        _ damage: (Store) throws(SQLiteError) -> StoreDamage?
    ) throws(OpeningFailure) -> (store: Store, isNew: Bool) {
        let bytes: Int64
        do throws(FileError) { bytes = try files.prepare() } catch { throw .unavailable(.file(error)) }
        guard bytes <= fileBytes else { throw .damaged(.tooLarge(bytes: bytes)) }

        let database: Database
        do throws(SQLiteError) { database = try connect(files) } catch { throw OpeningFailure(reading: error) }
        let standing: Migrator.Standing
        do throws(SQLiteError) {
            standing = try migrator.standing(of: database)
        } catch {
            throw OpeningFailure(reading: error)
        }

        let version: Int64
        switch standing {
        case .blank: version = 0
        case .known(let known): version = known
        case .newer(let found):
            throw .unavailable(.newerSchema(path: files.path, found: found, known: migrator.newest))
        case .foreign(let application, let found):
            throw .damaged(.foreign(application: application, version: found))
        }

        if version > 0 {
            let foreign: String?
            do throws(SQLiteError) {
                foreign = try migrator.foreignObject(in: database, ofVersion: version)
            } catch {
                throw OpeningFailure(reading: error)
            }
            if let foreign { throw .damaged(.foreignSchema(foreign)) }
        }

        let finding: String?
        do throws(SQLiteError) { finding = try check(database) } catch { throw OpeningFailure(reading: error) }
        if let finding { throw .damaged(.failedCheck(finding)) }

        do throws(SQLiteError) {
            try prepareToWrite(database)
            try migrator.migrate(database, from: version)
        } catch {
            throw OpeningFailure(writing: error)
        }
        let store: Store
        let wrong: StoreDamage?
        do throws(SQLiteError) {
            store = try make(database)
            wrong = try damage(store)
        } catch {
            throw OpeningFailure(reading: error)
        }
        if let wrong { throw .damaged(wrong) }
        return (store, version == 0)
    }

    /// Connects, and sets what must be set before the first byte is read.
    private func connect(_ files: StoreFiles) throws(SQLiteError) -> Database {
        let database = try Database(path: files.path)
        try database.execute(
            """
            -- Before the log is first touched: its index is then memory of this process, and nobody else opens the file.
            PRAGMA locking_mode = EXCLUSIVE;
            -- A file that shrinks or fails under a mapping would be a SIGBUS; a read is an error code.
            PRAGMA mmap_size = 0;
            PRAGMA cell_size_check = ON;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -\(cacheKiB);
            """, as: "open for this process alone")
        return database
    }

    /// SQLite's check of every page, type and constraint; nil when all is well. Bounded by ``fileBytes`` and by
    /// ending at the first finding. The thorough form costs nothing more here, because there are no secondary indices.
    private func check(_ database: borrowing Database) throws(SQLiteError) -> String? {
        let finding = try database.text("PRAGMA integrity_check(1)") ?? "no answer"
        return finding == "ok" ? nil : finding
    }

    /// What must be set before the first byte is written. Writes only to a file that is new.
    private func prepareToWrite(_ database: borrowing Database) throws(SQLiteError) {
        guard !database.isReadOnly else {
            throw SQLiteError(
                extendedCode: SQLITE_READONLY, operation: "prepare to write", path: database.path,
                message: "the file's header says that it is read-only")
        }
        try database.execute("PRAGMA page_size = \(StoreLimits.pageBytes)")
        let mode = try database.text("PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
            throw SQLiteError(
                extendedCode: SQLITE_CANTOPEN, operation: "PRAGMA journal_mode = WAL", path: database.path,
                message: "the journal mode stayed \(mode ?? "unknown")")
        }
        try database.execute(
            """
            PRAGMA synchronous = FULL;
            PRAGMA journal_size_limit = \(logBytesKept);
            PRAGMA max_page_count = \(pages);
            -- What was pruned or erased is overwritten, in the pages and, from the next checkpoint on, in the file.
            PRAGMA secure_delete = ON;
            PRAGMA foreign_keys = ON;
            """, as: "prepare to write")
        database.checkpoint(afterPages: checkpointPages)
        // The file is ours and sound: closing it may write the log back into it, and delete the log.
        try database.configure(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
    }
}

/// Why one attempt to open failed, sorted by what is to be done about it.
private enum OpeningFailure: Error {
    /// Set the file aside.
    case damaged(StoreDamage)
    /// Leave it alone.
    case unavailable(StoreError)

    /// While only reading, a file that SQLite does not understand is a damaged file: also a missing column, a format from the
    /// future or a value of absurd length.
    init(reading error: SQLiteError) {
        switch error.code {
        case SQLITE_ERROR, SQLITE_SCHEMA, SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_FORMAT, SQLITE_CONSTRAINT:
            self = .damaged(.sqlite(error))
        default: self.init(writing: error)
        }
    }

    /// While writing, an error in a statement may be a mistake of this program, for which no file may be set aside.
    init(writing error: SQLiteError) {
        // That the file and its directory may be written was seen before SQLite opened it. A plain READONLY after that is the
        // file's own header saying so, which this program never writes.
        let isMarkedReadOnly = error.extendedCode == SQLITE_READONLY
        self = error.isCorruption || isMarkedReadOnly ? .damaged(.sqlite(error)) : .unavailable(.sqlite(error))
    }
}
