extension LockStore {
    private static let opening = StoreOpening(
        migrator: .lock, pages: StoreLimits.pages, cacheKiB: StoreLimits.cacheKiB,
        checkpointPages: StoreLimits.checkpointPages, logBytesKept: StoreLimits.logBytesKept)

    /// Opens the store, making it or setting a damaged one aside as need be (``StoreOpening/open(at:_:damage:)``).
    /// - Parameters:
    ///   - path: `lock.db`. The directory it is in is made if only that is missing.
    ///   - bootID: the kernel's name for this boot, for the audit log.
    package static func open(at path: String, bootID: String) -> OpenedStore {
        opening.open(at: path) { database throws(SQLiteError) in
            let store = try LockStore(database, bootID: bootID)
            try store.countAudit()
            return store
        }
    }

    /// Deletes the store at this path and whatever was set aside of it. Nobody has it open.
    package static func delete(at path: String) throws(StoreError) {
        do throws(FileError) { try StoreFiles(path: path).delete() } catch { throw .file(error) }
    }

    /// Whether a damaged store of this path was set aside, at whatever time, and nobody has deleted it since. Doubt counts as yes.
    package static func hasSetAside(at path: String) -> Bool { StoreFiles(path: path).hasQuarantine }
}
