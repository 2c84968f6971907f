/// What the machine of keys is told. Together with the instant it is a complete record of what it did and why.
package enum AccessInput: Hashable, Sendable {
    /// The first input, once.
    case boot(AccessFacts)
    /// Who the lock is: its own public key.
    case identity([UInt8])
    case request(AccessRequest, from: Actor, id: RequestID)
    /// A phone has shown that it knows a secret, and asks for its key.
    case pair(PairingClaim, id: RequestID)
    /// Somebody knew a secret's id, and not the secret.
    case wrongSecret(PairingSecretID)
    /// The store has answered; each commit is answered once.
    case committed(CommitID, stored: Bool)
    /// What the bolt did with an unlocking that had cost a use: the motor was not energised for it.
    case useNotSpent(KeyID)
    case insideButton(isPressed: Bool)
    case civilTime(AccessClock?)
    case timer(AccessTimerID, deadline: Instant)
}

/// Who asks.
package enum Actor: Hashable, Sendable {
    case key(KeyID)
    /// An administrator's program on the lock itself.
    case local(user: UInt32)

    package var origin: Origin {
        switch self {
        case .key(let id): .key(id.rawValue)
        case .local(let user): .local(user: user)
        }
    }
}

/// What the store knew of keys when the daemon started.
package enum AccessFacts: Hashable, Sendable {
    /// Nobody has ever owned it, or it was reset: an empty set, or one that only counts wrong setup codes.
    case unowned(AccessSet)
    case owned(AccessSet)
    /// It had an owner, and what is stored cannot be read. Nobody is let in and nobody can pair: never is that "unowned".
    case unreadable
}

/// What can be asked. The secrets are random bytes that the daemon has drawn: there is no randomness in here.
package enum AccessRequest: Hashable, Sendable {
    /// Something for the bolt: lock, unlock, calibrate, alarms.
    case command(Command)
    /// To be told where the bolt is, and of changes.
    case watch
    /// To read the audit log, or the settings.
    case inspect
    /// To change settings. What becomes of them follows from what they are when it is permitted, so that two changes that wait do not undo
    /// each other.
    case configure
    case listKeys
    case addKey(publicKey: [UInt8], KeyTerms)
    case changeKey(KeyID, KeyTerms)
    case revokeKey(KeyID)
    case listInvitations
    case invite(KeyTerms, lifetimeSeconds: Int64, id: PairingSecretID, secret: [UInt8])
    case withdrawInvitation(PairingSecretID)
    case confirmNotices(through: UInt64)
    /// Seconds since 1970, now.
    case setClock(Int64)
    case factoryReset

    /// The key that it changes or takes away.
    var key: KeyID? {
        switch self {
        case .changeKey(let key, _), .revokeKey(let key): key
        default: nil
        }
    }

    package var right: Right {
        switch self {
        case .command(.lock), .command(.unlock): .move
        case .command: .administer
        case .watch: .watch
        case .inspect, .configure, .listKeys, .addKey, .changeKey, .revokeKey, .listInvitations, .invite,
            .withdrawInvitation,
            .setClock:
            .administer
        case .confirmNotices, .factoryReset: .own
        }
    }
}

/// A phone that has shown that it knows a secret.
package struct PairingClaim: Hashable, Sendable {
    package var secret: PairingSecretID
    package var publicKey: [UInt8]
    /// What the phone calls itself; an invitation has a name of its own.
    package var name: String

    package init(secret: PairingSecretID, publicKey: [UInt8], name: String) {
        self.secret = secret
        self.publicKey = publicKey
        self.name = name
    }
}

/// Names one commit.
package struct CommitID: Hashable, Sendable {
    package var rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// The civil clock, and the wall clock's distance from it where the lock is.
package struct AccessClock: Hashable, Sendable {
    package var reading: CivilReading
    /// Seconds east of UTC, now.
    package var utcOffsetSeconds: Int32

    package init(reading: CivilReading, utcOffsetSeconds: Int32 = 0) {
        self.reading = reading
        self.utcOffsetSeconds = utcOffsetSeconds
    }
}

/// The timers, one deadline each.
package enum AccessTimerID: String, Hashable, Sendable, CaseIterable {
    /// Pairing with the setup code closes.
    case pairingWindow
    /// Whoever waits for the store has waited long enough.
    case commitWait
    /// The button was held long enough for a reset without an owner, or the delay behind it has passed.
    case resetHold
    /// An owner's reset waits for the button.
    case resetConfirmation
}
