package import LockCore

/// Why the store did not do what was asked.
package enum StoreError: Error, Hashable, Sendable {
    case sqlite(SQLiteError)
    case file(FileError)
    /// The file was written by a newer program. It is left alone, because only that program understands it.
    case newerSchema(path: String, found: Int64, known: Int64)
    /// The file was set aside, and the new one that took its place is damaged too: the storage device cannot be believed.
    case damagedAgain(path: String, StoreDamage)
    /// A motion's number has been used before: the motion was not begun.
    case motionReused(MotionID)
    /// Settings that ``LockCore/Settings/complaint()`` objects to, or a calibration outside its bounds: not saved.
    case outOfBounds(String)
    /// The audit log or the motion journal has used up its numbers.
    case numbersExhausted

    /// Whether the cause is bytes on the disk that are not a sound database.
    package var isCorruption: Bool {
        switch self {
        case .sqlite(let error): error.isCorruption
        case .damagedAgain: true
        default: false
        }
    }
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .sqlite(let error): error.description
        case .file(let error): error.description
        case .newerSchema(let path, let found, let known):
            "\(path) has schema version \(found), and this program knows \(known) at most; install the newer program again"
        case .damagedAgain(let path, let damage):
            "\(path) was made anew and is damaged again (\(damage)); check the storage device"
        case .motionReused(let id): "motion \(id.rawValue) was begun before; take the next number from nextMotion()"
        case .outOfBounds(let complaint): "not saved: \(complaint)"
        case .numbersExhausted: "there are no numbers left for another entry"
        }
    }
}
