/// What showed that the bytes of a store are not a sound store, so that it was set aside.
package enum StoreDamage: Hashable, Sendable {
    /// SQLite could not make sense of it.
    case sqlite(SQLiteError)
    /// It has another schema than this program makes: a table that is different, or a trigger or view that is somebody else's.
    case foreignSchema(String)
    /// SQLite's integrity check found this.
    case failedCheck(String)
    /// A sound database that this program did not make, or whose version fields contradict each other.
    case foreign(application: Int64, version: Int64)
    /// SQLite finds it sound, and what is in it is not what this program writes.
    case unreadable(String)
    /// Larger than the store ever grows.
    case tooLarge(bytes: Int64)
}

extension StoreDamage: CustomStringConvertible {
    package var description: String {
        switch self {
        case .sqlite(let error): error.description
        case .foreignSchema(let what): "its schema is not this program's: \(what)"
        case .failedCheck(let finding): "the integrity check says: \(finding)"
        case .foreign(let application, let version):
            "not a store of this program (application id \(application), version \(version))"
        case .unreadable(let words): "what is in it makes no sense: \(words)"
        case .tooLarge(let bytes): "\(bytes) bytes is more than the store ever grows to"
        }
    }
}
