/// Who may use the lock: all of it that outlives a restart. A value; what changes it is made durable whole, or not at all.
package struct AccessSet: Hashable, Sendable {
    package var keys: [PhoneKey] = []
    package var invitations: [Invitation] = []
    package var notices: [OwnerNotice] = []
    /// The next key's number.
    package var nextKey: UInt32 = 1
    package var nextNotice: UInt64 = 1
    /// How often the setup code was wrong, since it was right.
    package var wrongSetupCodes: UInt32 = 0
    /// The latest civil time that was vouched for, in seconds since 1970: a clock that says less has been set back.
    package var clockMark: Int64 = 0

    package init() {}

    /// A household, its cleaner, its carers and its neighbours several times over; a full set is read in a millisecond.
    package static let keyLimit = 64
    package static let invitationLimit = 16
    package static let noticeLimit = 32

    package var isOwned: Bool { keys.contains { $0.terms.role == .owner } }
    package var owners: Int { keys.count { $0.terms.role == .owner } }

    package subscript(id: KeyID) -> PhoneKey? { keys.first { $0.id == id } }

    package func key(publicKey: [UInt8]) -> PhoneKey? { keys.first { $0.publicKey == publicKey } }

    package subscript(id: PairingSecretID) -> Invitation? { invitations.first { $0.id == id } }

    // MARK: Changes

    /// Adds a key; nil: there is no room, or it is there.
    mutating func add(_ publicKey: [UInt8], _ terms: KeyTerms, by: KeyID?) -> PhoneKey? {
        guard keys.count < Self.keyLimit, nextKey < .max, key(publicKey: publicKey) == nil else { return nil }
        var key = PhoneKey(id: KeyID(nextKey), publicKey: publicKey, terms: terms, addedBy: by)
        // What happened before is not news to it.
        key.heardThrough = nextNotice - 1
        nextKey += 1
        keys.append(key)
        return key
    }

    mutating func update(_ id: KeyID, _ body: (inout PhoneKey) -> Void) {
        guard let index = keys.firstIndex(where: { $0.id == id }) else { return }
        body(&keys[index])
    }

    mutating func update(_ id: PairingSecretID, _ body: (inout Invitation) -> Void) {
        guard let index = invitations.firstIndex(where: { $0.id == id }) else { return }
        body(&invitations[index])
    }

    /// Removes a key, and what it has promised and nobody has taken up.
    mutating func remove(_ id: KeyID) {
        keys.removeAll { $0.id == id }
        invitations.removeAll { $0.by == id || $0.redeemedBy == id }
    }

    mutating func remove(_ id: PairingSecretID) { invitations.removeAll { $0.id == id } }

    /// Drops what has expired by a clock that is vouched for.
    mutating func removeExpiredInvitations(unixSeconds: Int64) { invitations.removeAll { $0.expires <= unixSeconds } }

    mutating func notice(_ kind: OwnerNotice.Kind, _ key: PhoneKey?, unixSeconds: Int64?) {
        notices.append(
            OwnerNotice(
                number: nextNotice, kind: kind, key: key?.id, name: key?.terms.name ?? "", unixSeconds: unixSeconds))
        nextNotice += 1
        if notices.count > Self.noticeLimit { notices.removeFirst(notices.count - Self.noticeLimit) }
    }

    /// What an owner has not confirmed yet, oldest first.
    package func notices(for key: PhoneKey) -> [OwnerNotice] {
        guard key.terms.role == .owner else { return [] }
        return notices.filter { $0.number > key.heardThrough }
    }

    /// Whether the other set, which was before this one, gives nobody more than this: it may then take this one's place if that turns out
    /// damaged (``kept(beside:)``). False whenever there is doubt.
    package func isGenerous(comparedTo older: AccessSet) -> Bool {
        // A lock that has an owner must not become one that has none.
        older.isOwned == isOwned && older.wrongSetupCodes == wrongSetupCodes
            && older.keys.allSatisfy { old in
                guard let new = self[old.id] else { return false }
                return new.publicKey == old.publicKey && !new.terms.exceeds(old.terms)
            }
            && older.invitations.allSatisfy { old in
                guard let new = self[old.id] else { return false }
                return new.redeemedBy == old.redeemedBy && new.wrongSecrets == old.wrongSecrets
            }
    }

    /// This set as it is kept beside a newer one: with what never goes back, the numbers that were given and the clock's mark.
    package func kept(beside newer: AccessSet) -> AccessSet {
        var kept = self
        kept.nextKey = max(nextKey, newer.nextKey)
        kept.nextNotice = max(nextNotice, newer.nextNotice)
        kept.clockMark = newer.clockMark
        return kept
    }
}
