/// What the machine of consent is told.
package enum ConsentInput: Hashable, Sendable {
    /// The first input, once.
    case boot(ConsentFacts, PolicyContext, owners: Set<KeyReference>)
    case request(ConsentRequest, by: ConsentActor, id: ConsentRequestID)
    /// The owners there are, each time that they change.
    case owners(Set<KeyReference>)
    /// Another policy, or other details.
    case policy(PolicyContext)
    /// The lock is reset: all consent ends. `erasing`: the server's copy is to be erased too, by this name.
    case reset(erasing: ErasureID?)
    /// The store has answered; each commit is answered once.
    case committed(ConsentCommitID, stored: Bool)
    case erasureReported(ErasureID, ErasureOutcome)
    case timer(ConsentTimer, deadline: Duration)
    /// The civil clock was set, or is vouched for now.
    case clockChanged
}

/// What the ledger said when the daemon started.
package enum ConsentFacts: Hashable, Sendable {
    /// There is none. The epoch is drawn at random, so that one of a ledger that was lost never comes back.
    case fresh(startingAt: ConsentEpoch)
    case stored(ConsentState)
    /// It cannot be read, which means no. The epoch, at random too, is for the time after a reset.
    case unreadable(startingAt: ConsentEpoch)
}

package enum ConsentRequest: Hashable, Sendable {
    /// The text was shown, in this language. An owner's.
    case show(language: String)
    /// An owner's.
    case accept(PolicyEcho, isAdult: Bool)
    /// Turns on these and no others. An owner's.
    case give(Set<ConsentSwitch>, PolicyEcho, FreshIdentifiers)
    /// An owner's, or on the lock.
    case refuse
    /// Turns these off; diagnostics takes location with it. An owner's, or on the lock.
    case withdraw(Set<ConsentSwitch>, erasingOnServer: Bool, FreshIdentifiers)
    /// An owner's; turning it off also on the lock.
    case setLocationService(isActive: Bool)
    /// Safety notices: declined, or wanted again. An owner's; declining also on the lock.
    case setNotices(isOn: Bool)
    /// Snapped already. An owner's.
    case setLocation(LocationSource)
    /// The server's copy, while consent goes on. An owner's, or on the lock.
    case eraseOnServer(FreshIdentifiers)
    /// Everything that is queued, while consent goes on. An owner's, or on the lock.
    case eraseLocally
    /// Tries a parked erasure request again. An owner's, or on the lock.
    case retryErasure(ErasureID)
    /// A transfer is about to begin: the install id leaves the lock. The uplink's.
    case expose(ConsentEpoch)

    /// Whether less is permitted afterwards: it holds from the moment it is asked for.
    var takesAway: Bool {
        switch self {
        case .refuse, .withdraw, .setLocationService(isActive: false), .setNotices(isOn: false), .eraseOnServer: true
        case .show, .accept, .give, .setLocationService, .setNotices, .setLocation, .eraseLocally, .retryErasure,
            .expose:
            false
        }
    }

    /// The name of the erasure request that it brings; nil: it brings none.
    var erasing: ErasureID? {
        switch self {
        case .withdraw(_, erasingOnServer: true, let fresh), .eraseOnServer(let fresh): fresh.erasureID
        default: nil
        }
    }

    /// Whether whoever administers the lock may ask for it without being an owner.
    var mayBeLocal: Bool {
        switch self {
        case .refuse, .withdraw, .setLocationService(isActive: false), .setNotices(isOn: false), .eraseOnServer,
            .eraseLocally, .retryErasure, .expose:
            true
        case .show, .accept, .give, .setLocationService, .setNotices, .setLocation: false
        }
    }
}

/// Where a cell comes from.
package enum LocationSource: Hashable, Sendable {
    /// The owner chose it: it replaces what is remembered.
    case region(Geohash)
    /// The owner's phone handed over a position, and it was snapped. A cell that touches the remembered one changes nothing: a door does
    /// not move, and a position near a cell's edge would tell more by jumping.
    case position(Geohash)
}

/// Names one request until it is answered.
package struct ConsentRequestID: Hashable, Sendable {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// Names one commit.
package struct ConsentCommitID: Hashable, Sendable {
    package var rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

package enum ConsentTimer: String, Hashable, Sendable, CaseIterable {
    /// Whoever waits for the store has waited long enough.
    case commitWait
    /// What could not be stored is tried again.
    case retry
    /// A changed policy has waited long enough.
    case freeze
}
