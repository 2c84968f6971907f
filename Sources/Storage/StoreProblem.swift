package import LockCore

/// Something wrong in the store that was survived, for the journal. It says what happened instead.
package enum StoreProblem: Hashable, Sendable {
    /// The stored settings cannot be used; defaults apply until they are saved again.
    case settingsUnusable(String)
    /// The stored calibration cannot be used; the lock counts as not calibrated.
    case calibrationUnusable(String)
    /// A motion that was under way cannot be read; it was closed.
    case motionUnreadable(MotionID)
    /// More motions were open than the core ever leaves behind; the oldest were closed.
    case staleMotions([MotionID])
    /// Motions were still open when they became too old to be kept; they were dropped.
    case openMotionsPruned(count: Int64)
    /// The newest copy of the keys is damaged; the one before, which gives nobody more, is used.
    case keysFromOlderCopy(String)
    /// This many numbers are missing in the midst of the audit log.
    case auditNumbersMissing(count: Int64)
}

extension StoreProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .settingsUnusable(let reason): "stored settings are not used: \(reason)"
        case .calibrationUnusable(let reason): "stored calibration is not used: \(reason)"
        case .motionUnreadable(let id): "motion \(id.rawValue) was open and cannot be read; closed"
        case .staleMotions(let ids):
            "motions \(ids.map { "\($0.rawValue)" }.joined(separator: ", ")) were open besides newer ones; closed"
        case .openMotionsPruned(let count): "\(count) motions were never closed; dropped"
        case .keysFromOlderCopy(let reason):
            "the newest copy of the keys is damaged (\(reason)); the one before is used: a key that was just added is not in it"
        case .auditNumbersMissing(let count): "\(count) entries are missing in the midst of the audit log"
        }
    }
}
