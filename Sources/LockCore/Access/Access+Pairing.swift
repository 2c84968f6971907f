// How a phone gets its key: the first by the setup code and the inside button, every later one by an invitation.
extension Access {
    /// What a stranger who names a secret is told.
    package enum PairingSecret: Hashable, Sendable {
        /// Try the setup code's secret.
        case setupCode
        /// Try this one.
        case invitation([UInt8])
        /// It was wrong before; not before so long.
        case later(Duration)
        /// Nobody has pressed the button, or there is an owner already.
        case closed
        case unknown
    }

    /// Changes nothing, so that whoever asks without knowing a secret changes nothing.
    package func pairingSecret(_ id: PairingSecretID, at now: Instant) -> PairingSecret {
        guard standing == .ready else { return .closed }
        if let closure = closed.first(where: { $0.id == id }), closure.until > now {
            return .later(closure.until - now)
        }
        guard id == .setup else { return set[id].map { .invitation($0.secret) } ?? .unknown }
        if set.isOwned { return setupRepeatUntil.map { $0 > now } == true ? .setupCode : .closed }
        return isPairingOpen(at: now) ? .setupCode : .closed
    }

    package func isPairingOpen(at now: Instant) -> Bool { pairingOpenUntil.map { $0 > now } ?? false }

    // MARK: Wrong secrets

    /// How long a secret is not listened to after it was wrong so often. Guessing 128 bits takes for ever anyway; this is against
    /// whoever hopes for a weak one.
    static func closureTime(wrong: UInt32) -> Duration {
        min(.seconds(30) * (1 << min(wrong - 1, 20)), .seconds(21_600))
    }

    mutating func close(_ id: PairingSecretID, wrong: UInt32, at now: Instant) {
        closed.removeAll { $0.id == id || $0.until <= now }
        closed.append(SecretClosure(id: id, until: now + Self.closureTime(wrong: max(wrong, 1))))
    }

    /// At once in memory, so that the next guess waits whatever the store does; then durably.
    mutating func wrongSecret(_ id: PairingSecretID, at now: Instant, _ effects: inout [AccessEffect]) {
        guard standing == .ready else { return }
        if id == .setup {
            close(.setup, wrong: set.wrongSetupCodes + 1, at: now)
            closePairing(&effects)
        } else if let invitation = set[id] {
            close(id, wrong: UInt32(invitation.wrongSecrets) + 1, at: now)
        } else {
            return
        }
        take(.wrongSecret(id), at: now, &effects)
    }

    mutating func countWrongSecret(_ id: PairingSecretID, at now: Instant, _ effects: inout [AccessEffect]) {
        var new = set
        if id == .setup {
            new.wrongSetupCodes = min(new.wrongSetupCodes, .max - 1) + 1
        } else {
            guard let wrong = set[id]?.wrongSecrets else { return }
            if wrong + 1 < Invitation.strikes {
                new.update(id) { $0.wrongSecrets = wrong + 1 }
            } else {
                new.remove(id)
            }
        }
        new.notice(.wrongSecret, nil, unixSeconds: trustedSeconds(at: now))
        begin(new, entries: [AccessEntry(.wrongSecret, .device)], at: now, &effects)
    }

    // MARK: The window

    /// Somebody inside has pressed the button of a lock that has no owner.
    mutating func openPairing(at now: Instant, _ effects: inout [AccessEffect]) {
        guard standing == .ready, !set.isOwned else { return }
        if let closure = closed.first(where: { $0.id == .setup }), closure.until > now { return }
        let wasOpen = pairingOpenUntil != nil
        let until = now + Self.pairingWindow
        pairingOpenUntil = until
        effects.append(.startTimer(.pairingWindow, deadline: until))
        guard !wasOpen else { return }
        if openings.take(at: now) != .leaveOut { effects.append(.record(AccessEntry(.pairingOpened, .insideButton))) }
        effects.append(.pairing(isOpen: true))
    }

    mutating func closePairing(_ effects: inout [AccessEffect]) {
        guard pairingOpenUntil != nil else { return }
        pairingOpenUntil = nil
        effects.append(.cancelTimer(.pairingWindow))
        effects.append(.pairing(isOpen: false))
    }

    // MARK: The claim

    mutating func perform(_ claim: PairingClaim, id: RequestID, at now: Instant, _ effects: inout [AccessEffect]) {
        guard claim.publicKey.count == PhoneKey.publicKeyBytes else {
            return refused(
                .invalidRequest, "a public key has 32 bytes, this one \(claim.publicKey.count)", id, &effects)
        }
        if claim.secret == .setup { return claimOwnership(claim, id: id, at: now, &effects) }
        redeem(claim, id: id, at: now, &effects)
    }

    private mutating func claimOwnership(
        _ claim: PairingClaim, id: RequestID, at now: Instant, _ effects: inout [AccessEffect]
    ) {
        if set.isOwned {
            let isRepeated = setupRepeatUntil.map { $0 > now } ?? false
            guard isRepeated, let key = set.key(publicKey: claim.publicKey), key.terms.role == .owner else {
                return refused(.pairingClosed, nil, id, &effects)
            }
            return effects.append(.answer(id, .key(key)))
        }
        guard isPairingOpen(at: now) else { return refused(.pairingClosed, nil, id, &effects) }
        let terms = KeyTerms(role: .owner, name: claim.name)
        if let complaint = terms.complaint() { return refused(.invalidRequest, complaint, id, &effects) }
        var new = set
        // Whatever a lock without an owner has of keys is not from an owner of now.
        new.keys = []
        new.invitations = []
        new.wrongSetupCodes = 0
        guard let key = new.add(claim.publicKey, terms, by: nil) else { return refused(.full, nil, id, &effects) }
        closePairing(&effects)
        setupRepeatUntil = now + Self.setupRepeat
        begin(
            new, for: id, entries: [AccessEntry(.keyAdded, .key(key.id.rawValue), subject: key.id)],
            then: [.answer(id, .key(key))], at: now, &effects)
    }

    private mutating func redeem(
        _ claim: PairingClaim, id: RequestID, at now: Instant, _ effects: inout [AccessEffect]
    ) {
        guard let invitation = set[claim.secret] else { return refused(.noSuchInvitation, nil, id, &effects) }
        if let redeemer = invitation.redeemedBy {
            guard let key = set[redeemer], key.publicKey == claim.publicKey else {
                return refused(.noSuchInvitation, nil, id, &effects)
            }
            return effects.append(.answer(id, .key(key)))
        }
        guard set.isAuthorised(invitation) else { return refused(.noSuchInvitation, nil, id, &effects) }
        guard let seconds = trustedSeconds(at: now) else { return refused(.clockUntrusted, nil, id, &effects) }
        guard seconds < invitation.expires else { return refused(.expired, nil, id, &effects) }
        guard set.key(publicKey: claim.publicKey) == nil else {
            return refused(.invalidRequest, "this phone has a key already", id, &effects)
        }
        var new = set
        guard let key = new.add(claim.publicKey, invitation.terms, by: invitation.by) else {
            return refused(.full, nil, id, &effects)
        }
        new.update(claim.secret) {
            $0.redeemedBy = key.id
            $0.wrongSecrets = 0
        }
        new.notice(.keyAdded, key, unixSeconds: seconds)
        begin(
            new, for: id, entries: [AccessEntry(.keyAdded, .key(key.id.rawValue), subject: key.id)],
            then: [.answer(id, .key(key))], at: now, &effects)
    }
}
