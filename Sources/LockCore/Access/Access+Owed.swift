// What must be made durable and is nobody's request. It has no place in the queue, so that a full one cannot lose it: it goes with
// whatever is made durable next.
extension Access {
    /// As large as the set at most: it names only what is in it.
    struct Owed: Hashable, Sendable {
        /// Uses that were paid for and moved nothing.
        var uses: [KeyID: UInt32] = [:]
        /// Wrong secrets, which count for the delay at once.
        var wrongSecrets: [PairingSecretID: UInt32] = [:]
        /// Owners are to hear that somebody wants a reset.
        var isResetRequested = false

        var isEmpty: Bool { self == Owed() }

        mutating func add(_ other: Owed) {
            uses.merge(other.uses) { $0 + $1 }
            wrongSecrets.merge(other.wrongSecrets) { $0 + $1 }
            isResetRequested = isResetRequested || other.isResetRequested
        }
    }

    /// Tries to make it durable, unless something else is under way, which takes it along. A store that fails is not tried again before
    /// somebody comes: a lock that nobody uses writes nothing.
    mutating func settleOwed(at now: Instant, _ effects: inout [AccessEffect]) {
        guard standing == .ready, commit == nil, !owed.isEmpty else { return }
        var new = set
        _ = settle(owed, in: &new, regiven: nil, at: now)
        guard new != set else {
            // What it is about is no more.
            owed = Owed()
            return
        }
        begin(set, at: now, &effects)
    }

    /// Brings it into a set that is about to be made durable; what is to be said of it in the audit log.
    ///
    /// - Parameter regiven: the key that the change gives its terms anew: it has as many uses as they say, whatever was owed.
    func settle(_ owed: Owed, in new: inout AccessSet, regiven: KeyID?, at now: Instant) -> [AccessEntry] {
        for (key, count) in owed.uses.sorted(by: { $0.key < $1.key }) {
            guard key != regiven, let left = new[key]?.terms.usesLeft else { continue }
            new.update(key) { $0.terms.usesLeft = min(left + count, KeyTerms.uses.upperBound) }
        }
        var entries: [AccessEntry] = []
        for (id, count) in owed.wrongSecrets.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard countWrong(count, of: id, in: &new) else { continue }
            for _ in 0..<count {
                new.notice(.wrongSecret, nil, unixSeconds: trustedSeconds(at: now))
                entries.append(AccessEntry(.wrongSecret, .device))
            }
        }
        if owed.isResetRequested { new.notice(.resetRequested, nil, unixSeconds: trustedSeconds(at: now)) }
        return entries
    }

    /// False: there is nothing of this name.
    private func countWrong(_ count: UInt32, of id: PairingSecretID, in new: inout AccessSet) -> Bool {
        if id == .setup {
            new.wrongSetupCodes = min(new.wrongSetupCodes, .max - count) + count
            return true
        }
        guard let before = new[id]?.wrongSecrets else { return false }
        let wrong = UInt32(before) + count
        if wrong < Invitation.strikes {
            new.update(id) { $0.wrongSecrets = UInt8(wrong) }
        } else {
            new.remove(id)
        }
        return true
    }

    /// How often a secret was wrong, durably or not yet.
    func wrongSecrets(_ id: PairingSecretID) -> UInt32 {
        let durable = id == .setup ? set.wrongSetupCodes : set[id].map { UInt32($0.wrongSecrets) } ?? 0
        let pending = (commit?.owed.wrongSecrets[id] ?? 0) + (owed.wrongSecrets[id] ?? 0)
        return min(durable, .max - pending) + pending
    }
}
