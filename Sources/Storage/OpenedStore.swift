/// What opening the store came to. Opening always comes to one of these, whatever bytes are on the disk.
package enum Opening<Store> {
    /// The store works; the report says how it came about.
    case ready(Store, OpeningReport)
    /// There is no store, and the daemon goes on without one. What was there was left alone, unless the reason is
    /// ``StoreError/damagedAgain(path:_:)``.
    case unavailable(StoreError)
}

/// What opening `lock.db` came to.
package typealias OpenedStore = Opening<LockStore>

/// How a working store came about.
package enum OpeningReport: Hashable, Sendable {
    /// It was there, and sound.
    case opened
    /// There was none, or an empty file.
    case created
    /// What was there was damaged. It is under the name given, in the stead of whatever was set aside before, and the store is
    /// new and empty.
    case quarantined(as: String, because: StoreDamage)
}
