internal import CSQLite

extension LockStore {
    /// Opens the store, making it or setting a damaged one aside as need be.
    ///
    /// Total: it returns whatever is on the disk. Damage is set aside, at most once, so that a start never loops; whatever may
    /// pass by itself or be mended by a person (I/O errors, permissions, no space, another process, a newer program's file)
    /// leaves the file alone and is ``OpenedStore/unavailable(_:)``.
    /// - Parameters:
    ///   - path: `lock.db`. The directory it is in is made if only that is missing.
    ///   - bootID: the kernel's name for this boot, for the audit log.
    package static func open(at path: String, bootID: String) -> OpenedStore {
        let files = StoreFiles(path: path)
        do throws(OpeningFailure) {
            let (store, isNew) = try attempt(files, bootID: bootID)
            return .ready(store, isNew ? .created : .opened)
        } catch {
            switch error {
            case .unavailable(let reason): return .unavailable(reason)
            case .damaged(let damage): return replace(files, bootID: bootID, because: damage)
            }
        }
    }

    /// Deletes the store at this path and whatever was set aside of it. Nobody has it open.
    package static func delete(at path: String) throws(StoreError) {
        do throws(FileError) { try StoreFiles(path: path).delete() } catch { throw .file(error) }
    }

    /// Whether a damaged store of this path was set aside, at whatever time, and nobody has deleted it since. Doubt counts as yes.
    package static func hasSetAside(at path: String) -> Bool { StoreFiles(path: path).hasQuarantine }

    /// Sets the damaged file aside and makes a new one.
    private static func replace(_ files: StoreFiles, bootID: String, because damage: StoreDamage) -> OpenedStore {
        do throws(FileError) { try files.setAside() } catch { return .unavailable(.file(error)) }
        do throws(OpeningFailure) {
            let (store, _) = try attempt(files, bootID: bootID)
            return .ready(store, .quarantined(as: files.quarantine, because: damage))
        } catch {
            switch error {
            case .unavailable(let reason): return .unavailable(reason)
            case .damaged(let again): return .unavailable(.damagedAgain(path: files.path, again))
            }
        }
    }

    private static func attempt(
        _ files: StoreFiles, bootID: String
    ) throws(OpeningFailure) -> (store: LockStore, isNew: Bool) {
        let bytes: Int64
        do throws(FileError) { bytes = try files.prepare() } catch { throw .unavailable(.file(error)) }
        guard bytes <= StoreLimits.fileBytes else { throw .damaged(.tooLarge(bytes: bytes)) }

        let database: Database
        do throws(SQLiteError) { database = try connect(files) } catch { throw OpeningFailure(reading: error) }
        let standing: Migrator.Standing
        do throws(SQLiteError) {
            standing = try Migrator.lock.standing(of: database)
        } catch {
            throw OpeningFailure(reading: error)
        }

        let version: Int64
        switch standing {
        case .blank: version = 0
        case .known(let known): version = known
        case .newer(let found):
            throw .unavailable(.newerSchema(path: files.path, found: found, known: Migrator.lock.newest))
        case .foreign(let application, let found):
            throw .damaged(.foreign(application: application, version: found))
        }

        if version > 0 {
            let foreign: String?
            do throws(SQLiteError) {
                foreign = try Migrator.lock.foreignObject(in: database, ofVersion: version)
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
            try Migrator.lock.migrate(database, from: version)
        } catch {
            throw OpeningFailure(writing: error)
        }
        let store: LockStore
        do throws(SQLiteError) {
            store = try LockStore(database, bootID: bootID)
            try store.countAudit()
        } catch {
            throw OpeningFailure(reading: error)
        }
        return (store, version == 0)
    }

    /// Connects, and sets what must be set before the first byte is read.
    private static func connect(_ files: StoreFiles) throws(SQLiteError) -> Database {
        let database = try Database(path: files.path)
        try database.execute(
            """
            -- Before the log is first touched: its index is then memory of this process, and nobody else opens the file.
            PRAGMA locking_mode = EXCLUSIVE;
            -- A file that shrinks or fails under a mapping would be a SIGBUS; a read is an error code.
            PRAGMA mmap_size = 0;
            PRAGMA cell_size_check = ON;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -\(StoreLimits.cacheKiB);
            """, as: "open for this process alone")
        return database
    }

    /// SQLite's check of every page, type and constraint; nil when all is well. Bounded by ``StoreLimits/fileBytes`` and by
    /// ending at the first finding. The thorough form costs nothing more here, because there are no secondary indices.
    private static func check(_ database: borrowing Database) throws(SQLiteError) -> String? {
        let finding = try database.text("PRAGMA integrity_check(1)") ?? "no answer"
        return finding == "ok" ? nil : finding
    }

    /// What must be set before the first byte is written. Writes only to a file that is new.
    private static func prepareToWrite(_ database: borrowing Database) throws(SQLiteError) {
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
            PRAGMA journal_size_limit = \(StoreLimits.logBytesKept);
            PRAGMA max_page_count = \(StoreLimits.pages);
            -- What was pruned or erased is overwritten, in the pages and, from the next checkpoint on, in the file.
            PRAGMA secure_delete = ON;
            PRAGMA foreign_keys = ON;
            """, as: "prepare to write")
        database.checkpoint(afterPages: StoreLimits.checkpointPages)
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
