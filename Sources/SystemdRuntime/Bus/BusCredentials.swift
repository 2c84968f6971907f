import CSystemd
import Glibc

/// Who a caller is, by the word of the bus daemon.
///
/// **To be trusted:** ``user`` and ``groups``. The bus took them from the kernel when the connection was made (`SO_PEERCRED`,
/// `SO_PEERGROUPS`), and gives them for a unique name, which it never gives to a second connection. They are those of the
/// process that connected, at that time: somebody who was in a group then keeps what it allows until the connection ends.
///
/// **Not to be trusted for a decision:** ``process``. The process that connected may have ended, handed its socket on, or
/// executed another program, and the kernel may have given its number to somebody else. It is for the log. For the same reason
/// nothing is read from /proc by that number: sd-bus would do so on request (`SD_BUS_CREDS_AUGMENT`), and a caller that ends at
/// the right moment would be judged by another process's groups. That is why ``Bus`` asks for the bus's own
/// `GetConnectionCredentials` and not for `sd_bus_query_sender_creds`, which fills gaps from /proc as soon as it is let.
package struct BusCredentials: Hashable, Sendable {
    /// Effective user id of the process that connected.
    package var user: UInt32
    /// Group ids, the primary one among them.
    package var groups: Set<UInt32>
    /// Where the groups are from.
    package var groupSource: GroupSource
    /// Process id, for the log only. nil: the bus does not know.
    package var process: Int32?

    /// Where the groups are from.
    package enum GroupSource: Hashable, Sendable {
        /// The bus's record of the connection.
        case bus
        /// The bus does not give groups (it is older than version 0.35 of the specification, or the kernel did not tell it),
        /// so those that the user database has for the user now.
        case userDatabase
    }

    package init(user: UInt32, groups: Set<UInt32>, groupSource: GroupSource, process: Int32? = nil) {
        self.user = user
        self.groups = groups
        self.groupSource = groupSource
        self.process = process
    }
}

/// The last callers' credentials. They cannot change while a unique name lives, and the name never comes back, so nothing here
/// goes stale; the bound only keeps a crowd of short-lived callers from filling memory.
struct BusCredentialCache {
    /// A lock has a handful of local programs.
    static let limit = 32

    private var known: [String: BusCredentials] = [:]
    private var order: [String] = []

    subscript(sender: String) -> BusCredentials? { known[sender] }

    mutating func insert(_ credentials: BusCredentials, for sender: String) {
        if order.count >= Self.limit { known[order.removeFirst()] = nil }
        if known.updateValue(credentials, forKey: sender) == nil { order.append(sender) }
    }
}

extension Bus {
    /// What the bus knows about a connection; from memory when it has been asked before, else waiting at most `limit`. Only for
    /// where there is no other way than to wait (``credentialsOfReader(_:)``): calls ask with ``credentialsLater(of:completion:)``.
    func credentials(
        of uniqueName: String, waitingAtMost limit: Duration
    ) throws(BusError) -> BusCredentials {
        if let known = credentials[uniqueName] { return known }
        guard uniqueName.hasPrefix(":") else {
            // A well-known name can change hands between question and answer.
            throw BusError(name: BusError.accessDenied, message: "“\(uniqueName)” is not a connection's own name.")
        }
        let answer = try driver.call(
            "GetConnectionCredentials", [.string(uniqueName)], answer: "a{sv}", timeout: limit)
        return try remember(answer, of: uniqueName)
    }

    /// What the bus knows about the reader of a property: waits at most ``propertyGuardLimit``, and not at all for
    /// ``propertyGuardPause`` after the bus did not answer in that time. Refuses with ``BusError/timedOut`` then.
    func credentialsOfReader(_ uniqueName: String) throws(BusError) -> BusCredentials {
        if let known = credentials[uniqueName] { return known }
        if let end = propertyGuardPausedUntil, ContinuousClock.now < end {
            throw BusError(
                name: BusError.timedOut, message: "The bus does not say who \(uniqueName) is. Try again in a moment.")
        }
        do throws(BusError) {
            let found = try credentials(of: uniqueName, waitingAtMost: Self.propertyGuardLimit)
            propertyGuardPausedUntil = nil
            return found
        } catch {
            if error.name == BusError.timedOut { propertyGuardPausedUntil = .now + Self.propertyGuardPause }
            throw error
        }
    }

    /// What the bus knows about a connection, without waiting: the completion is called at once when the bus has been asked
    /// before. Dropping the slot forgets the question; nil: it has been answered.
    package func credentialsLater(
        of uniqueName: String, completion: @escaping (Result<BusCredentials, BusError>) -> Void
    ) throws(BusError) -> BusSlot? {
        if let known = credentials[uniqueName] {
            completion(.success(known))
            return nil
        }
        return try driver.callLater(
            "GetConnectionCredentials", [.string(uniqueName)], answer: "a{sv}", timeout: Self.driverLimit
        ) { [unowned self] answer in
            switch answer {
            case .success(let values):
                let result: Result<BusCredentials, BusError>
                do throws(BusError) {
                    result = .success(try remember(values, of: uniqueName))
                } catch {
                    result = .failure(error)
                }
                completion(result)
            case .failure(let error): completion(.failure(error))
            }
        }
    }

    private func remember(_ answer: [BusValue], of uniqueName: String) throws(BusError) -> BusCredentials {
        let entries = answer.first?.asDictionary ?? [:]
        guard case .uint32(let user) = entries["UnixUserID"] else {
            throw BusError(name: BusError.accessDenied, message: "The bus does not know the user of \(uniqueName).")
        }
        var process: Int32?
        if case .uint32(let number) = entries["ProcessID"] { process = Int32(exactly: number) }
        let credentials: BusCredentials
        if case .array(let groups, "u") = entries["UnixGroupIDs"] {
            let ids = groups.compactMap { $0.asInteger.flatMap { UInt32(exactly: $0) } }
            credentials = BusCredentials(user: user, groups: Set(ids), groupSource: .bus, process: process)
        } else {
            credentials = BusCredentials(
                user: user, groups: groupsInUserDatabase(of: user), groupSource: .userDatabase, process: process)
        }
        self.credentials.insert(credentials, for: uniqueName)
        return credentials
    }
}

/// The groups that the user database has for a user. Empty when it does not know the user or has more than `groupLimit`
/// groups for him: unknown is none.
func groupsInUserDatabase(of user: UInt32) -> Set<UInt32> {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: passwordEntryLimit)
    guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return [] }
    var groups = [gid_t](repeating: 0, count: groupLimit)
    var count = Int32(groupLimit)
    guard getgrouplist(entry.pw_name, entry.pw_gid, &groups, &count) >= 0 else { return [] }
    return Set(groups.prefix(Int(count)))
}

/// Bytes for one entry of the user database: name, home directory and shell, each a path at most.
private let passwordEntryLimit = 16384
/// A user with more groups than this is no user of a lock.
private let groupLimit = 256
