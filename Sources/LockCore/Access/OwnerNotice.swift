/// Something that every owner hears of at their next connection.
package struct OwnerNotice: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        case keyAdded
        case keyChanged
        case keyRemoved
        case invitationCreated
        /// Somebody who knew of an invitation or the setup code did not know its secret.
        case wrongSecret
        case resetRequested
    }

    /// Rises by one with each notice.
    package var number: UInt64
    package var kind: Kind
    /// Whom it is about.
    package var key: KeyID?
    /// That key's name when it happened; it may be gone.
    package var name: String
    /// Seconds since 1970; nil: no trusted clock.
    package var unixSeconds: Int64?

    package init(number: UInt64, kind: Kind, key: KeyID?, name: String, unixSeconds: Int64?) {
        self.number = number
        self.kind = kind
        self.key = key
        self.name = name
        self.unixSeconds = unixSeconds
    }
}
