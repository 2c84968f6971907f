package import CommandSupport

/// What this program asks of the lock about phones: the second half of ``LockClient``.
package struct KeyClient {
    package var list: () throws(LockClientError) -> [KeyRow]
    package var invitations: () throws(LockClientError) -> [InvitationRow]
    /// Answered when nothing that the key has asked for is under way.
    package var revoke: (_ key: UInt32) throws(LockClientError) -> Void
    /// All of the terms: what is left out is taken away.
    package var change: (_ key: UInt32, TermsRow) throws(LockClientError) -> Void
    package var invite: (TermsRow, _ lifetimeSeconds: UInt32) throws(LockClientError) -> IssuedInvitation
    package var withdraw: (_ invitation: UInt64) throws(LockClientError) -> Void
    package var pairing: () throws(LockClientError) -> PairingReport
    package var sessions: () throws(LockClientError) -> [SessionRow]
}

/// An invitation that was just made.
package struct IssuedInvitation: Hashable, Sendable {
    package var number: UInt64
    /// What to show to whom it is for.
    package var code: String
    /// Seconds since 1970.
    package var expires: Int64

    package init(number: UInt64, code: String, expires: Int64) {
        self.number = number
        self.code = code
        self.expires = expires
    }
}

/// Whether a first phone can pair.
package struct PairingReport: Hashable, Sendable {
    /// "" is none.
    package var setupCode: String
    package var hasOwner: Bool
    package var isOpen: Bool

    package init(setupCode: String, hasOwner: Bool, isOpen: Bool) {
        self.setupCode = setupCode
        self.hasOwner = hasOwner
        self.isOpen = isOpen
    }
}

/// A phone that is connected.
package struct SessionRow: Hashable, Sendable {
    package var key: UInt32
    /// For how long.
    package var seconds: Int64
    /// Whether it is told of changes.
    package var isSubscribed: Bool

    package init(key: UInt32, seconds: Int64, isSubscribed: Bool) {
        self.key = key
        self.seconds = seconds
        self.isSubscribed = isSubscribed
    }
}
