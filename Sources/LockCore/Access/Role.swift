/// What the holder of a key may do. Nobody grants more than they hold.
package enum Role: String, Hashable, Sendable, CaseIterable, Codable {
    /// Everything; the last one cannot be removed.
    case owner
    /// Runs the lock for its owners: everything but owners' keys and the factory reset.
    case admin
    /// Locks and unlocks, when the schedule says so.
    case guest

    /// Whether a holder of this role may make, change or remove a key of the other.
    package func mayGrant(_ other: Role) -> Bool {
        switch self {
        case .owner: true
        case .admin: other != .owner
        case .guest: false
        }
    }

    package func may(_ right: Right) -> Bool {
        switch right {
        case .move, .watch: true
        case .administer: self != .guest
        case .own: self == .owner
        }
    }
}

/// What a request needs.
package enum Right: Hashable, Sendable {
    /// Lock and unlock.
    case move
    /// See where the bolt is.
    case watch
    /// Keys, invitations, settings, calibration, the audit log, the clock.
    case administer
    /// The factory reset, and what only owners hear.
    case own
}
