// Keys and invitations: given, changed and taken away by those who may.
extension Access {
    mutating func changeKeys(
        _ request: AccessRequest, from actor: Actor, _ role: Role, id: RequestID, at now: Instant,
        _ effects: inout [AccessEffect]
    ) {
        switch request {
        case .addKey(let publicKey, let terms): addKey(publicKey, terms, from: actor, role, id: id, at: now, &effects)
        case .changeKey(let key, let terms): changeKey(key, terms, from: actor, role, id: id, at: now, &effects)
        case .revokeKey(let key): revokeKey(key, from: actor, role, id: id, at: now, &effects)
        default: break
        }
    }

    private mutating func addKey(
        _ publicKey: [UInt8], _ terms: KeyTerms, from actor: Actor, _ role: Role, id: RequestID, at now: Instant,
        _ effects: inout [AccessEffect]
    ) {
        if let complaint = terms.complaint() { return refused(.invalidRequest, complaint, id, &effects) }
        guard publicKey.count == PhoneKey.publicKeyBytes else {
            return refused(.invalidRequest, "a public key has 32 bytes, this one \(publicKey.count)", id, &effects)
        }
        guard publicKey != lockKey else { return refused(.invalidRequest, Self.ownKeyComplaint, id, &effects) }
        guard set.key(publicKey: publicKey) == nil else {
            return refused(.invalidRequest, "this phone has a key already", id, &effects)
        }
        guard role.mayGrant(terms.role) else { return refused(.notAllowed, nil, id, &effects) }
        var new = set
        guard let key = new.add(publicKey, terms, by: giver(actor)) else { return refused(.full, nil, id, &effects) }
        new.notice(.keyAdded, key, unixSeconds: trustedSeconds(at: now))
        save(
            new, for: id, .key(key), entries: [AccessEntry(.keyAdded, actor.origin, subject: key.id)], at: now, &effects
        )
    }

    private mutating func changeKey(
        _ key: KeyID, _ terms: KeyTerms, from actor: Actor, _ role: Role, id: RequestID, at now: Instant,
        _ effects: inout [AccessEffect]
    ) {
        // No uses at all are nobody's terms; but a key that has used up its own may be changed in other things.
        let staysUsedUp = terms.role == .guest && terms.usesLeft == 0
        var judged = terms
        if staysUsedUp { judged.usesLeft = nil }
        if let complaint = judged.complaint() { return refused(.invalidRequest, complaint, id, &effects) }
        guard let old = set[key] else { return refused(.noSuchKey, nil, id, &effects) }
        guard role.mayGrant(old.terms.role), role.mayGrant(terms.role) else {
            return refused(.notAllowed, nil, id, &effects)
        }
        // Somebody has given it uses since it was looked at, or one has come back.
        guard !staysUsedUp || old.terms.usesLeft == 0 else {
            return refused(.invalidRequest, "this key is not used up: say how many uses it has", id, &effects)
        }
        if old.terms.role == .owner, terms.role != .owner, set.owners == 1 {
            return refused(.lastOwner, nil, id, &effects)
        }
        // On the bus no uses and any number look the same: who reads the terms and writes them again must not make of the one the other.
        if case .local = actor, old.terms.usesLeft == 0, terms.usesLeft == nil, terms.role == .guest {
            return refused(
                .invalidRequest, "this key is used up: say how many uses it has from now on, or take it away", id,
                &effects)
        }
        var new = set
        new.update(key) { $0.terms = terms }
        guard new != set, let changed = new[key] else { return effects.append(.answer(id, .key(old))) }
        new.withdrawUnauthorised()
        new.notice(.keyChanged, changed, unixSeconds: trustedSeconds(at: now))
        save(
            new, for: id, .key(changed), regiven: staysUsedUp ? nil : key,
            entries: [AccessEntry(.keyChanged, actor.origin, subject: key)], at: now, &effects)
    }

    private mutating func revokeKey(
        _ key: KeyID, from actor: Actor, _ role: Role, id: RequestID, at now: Instant, _ effects: inout [AccessEffect]
    ) {
        guard let old = set[key] else { return refused(.noSuchKey, nil, id, &effects) }
        guard role.mayGrant(old.terms.role) || actor == .key(key) else {
            return refused(.notAllowed, nil, id, &effects)
        }
        guard old.terms.role != .owner || set.owners > 1 else { return refused(.lastOwner, nil, id, &effects) }
        var new = set
        new.remove(key)
        new.notice(.keyRemoved, old, unixSeconds: trustedSeconds(at: now))
        begin(
            new, for: id, entries: [AccessEntry(.keyRemoved, actor.origin, subject: key)],
            then: [.endSessions(key, then: id)], at: now, &effects)
    }

    // MARK: Invitations

    mutating func changeInvitations(
        _ request: AccessRequest, from actor: Actor, _ role: Role, id: RequestID, at now: Instant,
        _ effects: inout [AccessEffect]
    ) {
        switch request {
        case .invite(let terms, let lifetime, let name, let secret):
            let wanted = Invitation(id: name, secret: secret, terms: terms, by: giver(actor), expires: 0)
            invite(wanted, for: lifetime, from: actor, role, id: id, at: now, &effects)
        case .withdrawInvitation(let name):
            guard let old = set[name] else { return refused(.noSuchInvitation, nil, id, &effects) }
            guard role.mayGrant(old.terms.role) else { return refused(.notAllowed, nil, id, &effects) }
            var new = set
            new.remove(name)
            save(new, for: id, entries: [AccessEntry(.invitationWithdrawn, actor.origin)], at: now, &effects)
        default: break
        }
    }

    private mutating func invite(
        _ wanted: Invitation, for lifetime: Int64, from actor: Actor, _ role: Role, id: RequestID, at now: Instant,
        _ effects: inout [AccessEffect]
    ) {
        if let complaint = wanted.terms.complaint() { return refused(.invalidRequest, complaint, id, &effects) }
        guard Invitation.lifetimes.contains(lifetime) else {
            return refused(.invalidRequest, "\(lifetime) s is not a lifetime of one minute to a week", id, &effects)
        }
        guard role.mayGrant(wanted.terms.role) else { return refused(.notAllowed, nil, id, &effects) }
        // It must end some time, by a clock that can be believed.
        guard let seconds = trustedSeconds(at: now) else { return refused(.clockUntrusted, nil, id, &effects) }
        guard wanted.secret.count == Invitation.secretBytes, wanted.id != .setup, set[wanted.id] == nil else {
            return refused(.invalidRequest, "the daemon drew no usable secret", id, &effects)
        }
        var new = set
        new.removeExpiredInvitations(unixSeconds: seconds)
        guard new.invitations.count < AccessSet.invitationLimit else { return refused(.full, nil, id, &effects) }
        var invitation = wanted
        invitation.expires = seconds + lifetime
        new.invitations.append(invitation)
        new.notice(.invitationCreated, nil, unixSeconds: seconds)
        save(
            new, for: id, .invitation(invitation), entries: [AccessEntry(.invitationCreated, actor.origin)], at: now,
            &effects)
    }

    private func giver(_ actor: Actor) -> KeyID? {
        guard case .key(let id) = actor else { return nil }
        return id
    }
}

extension AccessSet {
    /// Whether whoever made an invitation may still give such a key.
    func isAuthorised(_ invitation: Invitation) -> Bool {
        guard let by = invitation.by else { return true }
        return self[by]?.terms.role.mayGrant(invitation.terms.role) ?? false
    }

    mutating func withdrawUnauthorised() {
        invitations = invitations.filter { $0.redeemedBy != nil || isAuthorised($0) }
    }
}
