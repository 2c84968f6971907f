internal import Glibc
internal import SystemdRuntime

/// Who may use the lock over the bus, besides what the bus's own policy says.
struct Authorisation: Hashable, Sendable {
    /// What somebody wants to do.
    enum Purpose: Hashable, Sendable {
        /// Status, lock, unlock.
        case use
        /// Settings, calibration, log.
        case administer
    }

    static let userGroup = "mortise"
    static let adminGroup = "mortise-admin"

    /// Group ids; nil: the group does not exist.
    var users: UInt32?
    var administrators: UInt32?
    /// On a private bus, whoever runs the daemon owns it.
    var owner: UInt32?

    /// Looks the groups up, once: a lock's groups do not change while it runs.
    static func system(bus: Bus.Address) -> Authorisation {
        var owner: UInt32?
        if case .address = bus { owner = geteuid() }
        return Authorisation(
            users: identifier(of: userGroup), administrators: identifier(of: adminGroup), owner: owner)
    }

    /// The names of groups that do not exist.
    var missingGroups: [String] {
        (users == nil ? [Self.userGroup] : []) + (administrators == nil ? [Self.adminGroup] : [])
    }

    func allows(_ purpose: Purpose, for caller: BusCredentials) -> Bool {
        if caller.user == 0 || caller.user == owner { return true }
        if let administrators, caller.groups.contains(administrators) { return true }
        guard purpose == .use, let users else { return false }
        return caller.groups.contains(users)
    }

    /// What a caller is told who may not.
    static func refusal(of purpose: Purpose, user: UInt32) -> BusError {
        let groups =
            switch purpose {
            case .use: "the group \(userGroup) or \(adminGroup)"
            case .administer: "the group \(adminGroup)"
            }
        return BusError(
            name: "org.mortise.Error.NotAuthorised",
            message: "User \(user) may not do this; it needs \(groups). A new membership counts from the next login on."
        )
    }

    /// Bytes for one entry of the group database: names of all its members.
    private static let groupEntryLimit = 65_536

    private static func identifier(of name: String) -> UInt32? {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: groupEntryLimit)
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }
}
