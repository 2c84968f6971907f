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
        guard id == .setup else {
            guard let invitation = set[id], isAlive(invitation, at: now) else { return .unknown }
            return .invitation(invitation.secret)
        }
        if set.isOwned { return mayRepeat(.setup, at: now) ? .setupCode : .closed }
        return isPairingOpen(at: now) ? .setupCode : .closed
    }

    /// Whether somebody who knows its secret may be let in on it. While no clock can be believed they are, and are told so when they
    /// claim their key.
    private func isAlive(_ invitation: Invitation, at now: Instant) -> Bool {
        guard wrongSecrets(invitation.id) < Invitation.strikes else { return false }
        guard invitation.redeemedBy == nil else { return mayRepeat(invitation.id, at: now) }
        return trustedSeconds(at: now).map { $0 < invitation.expires } ?? true
    }

    private func mayRepeat(_ id: PairingSecretID, at now: Instant) -> Bool { repeatUntil[id].map { $0 > now } ?? false }

    private mutating func allowRepeat(_ id: PairingSecretID, at now: Instant) {
        repeatUntil = repeatUntil.filter { $0.value > now }
        repeatUntil[id] = now + Self.setupRepeat
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
        guard standing == .ready, id == .setup || set[id] != nil else { return }
        owed.wrongSecrets[id, default: 0] += 1
        close(id, wrong: wrongSecrets(id), at: now)
        if id == .setup { closePairing(&effects) }
        settleOwed(at: now, &effects)
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
        guard claim.publicKey != lockKey else { return refused(.invalidRequest, Self.ownKeyComplaint, id, &effects) }
        if claim.secret == .setup { return claimOwnership(claim, id: id, at: now, &effects) }
        redeem(claim, id: id, at: now, &effects)
    }

    private mutating func claimOwnership(
        _ claim: PairingClaim, id: RequestID, at now: Instant, _ effects: inout [AccessEffect]
    ) {
        if set.isOwned {
            let isRepeated = mayRepeat(.setup, at: now)
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
        allowRepeat(.setup, at: now)
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
        allowRepeat(claim.secret, at: now)
        begin(
            new, for: id, entries: [AccessEntry(.keyAdded, .key(key.id.rawValue), subject: key.id)],
            then: [.answer(id, .key(key))], at: now, &effects)
    }
}
