/// Names an owner's key inside the lock. Never a person's name, never part of telemetry.
package struct KeyReference: Hashable, Comparable, Sendable {
    /// The number that people know the key by. A reset begins them anew, so that it alone does not say whose the key is.
    package let number: UInt32
    /// Eight bytes of a hash of the public key: the next owner's first key is not the last owner's, although both are number 1.
    package let fingerprint: UInt64

    package init(number: UInt32, fingerprint: UInt64) {
        self.number = number
        self.fingerprint = fingerprint
    }

    package static func < (left: KeyReference, right: KeyReference) -> Bool {
        (left.number, left.fingerprint) < (right.number, right.fingerprint)
    }
}

/// Who acts. It also says by which path: keys over the authenticated channel, users by a program on the lock.
package enum ConsentActor: Hashable, Sendable {
    case key(KeyReference)
    case local(user: UInt32)
    /// Nobody: what it was given for is no more.
    case lock
}

/// Counts the times between one consent's beginning and its end. A record of another epoch does not exist for anybody.
package struct ConsentEpoch: Hashable, Comparable, Sendable {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (left: ConsentEpoch, right: ConsentEpoch) -> Bool { left.rawValue < right.rawValue }
    /// It never comes to an end: not one epoch a nanosecond would do that within a lock's life.
    var next: ConsentEpoch { ConsentEpoch(rawValue &+ 1) }
}

/// What was shown to whoever agrees, said back by their phone. It must be exactly what the lock would have shown.
package struct PolicyEcho: Hashable, Sendable {
    package var sha256: [UInt8]
    package var language: String
    /// Of the switches that are turned on; none when only the policy is accepted.
    package var purposes: Set<Purpose>

    package init(sha256: [UInt8], language: String, purposes: Set<Purpose>) {
        self.sha256 = sha256
        self.language = language
        self.purposes = purposes
    }
}

/// Names drawn by the caller for what may begin with a request.
package struct FreshIdentifiers: Hashable, Sendable {
    package let installID: InstallID
    package let erasureID: ErasureID

    /// nil: not 32 random bytes.
    package init?(random: [UInt8]) {
        guard random.count == 2 * RandomID.byteCount,
            let install = RandomID(random: Array(random.prefix(RandomID.byteCount))),
            let erasure = RandomID(random: Array(random.suffix(RandomID.byteCount))), install != erasure
        else { return nil }
        installID = InstallID(install)
        erasureID = ErasureID(erasure)
    }
}
