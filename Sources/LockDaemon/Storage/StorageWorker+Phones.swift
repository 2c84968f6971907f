internal import LockCore
internal import SecureChannel
internal import Storage

// Keys, and who the lock is.
extension StorageWorker {
    func phoneFacts(in store: LockStore) -> PhoneFacts {
        let stored: StoredAccess
        do throws(StoreError) { stored = try store.loadAccess() } catch { stored = .damaged(error.description) }
        tellProblems()
        var facts = PhoneFacts(access: accessFacts(stored))
        if facts.access == .unreadable {
            let why =
                if case .damaged(let words) = stored { words } else { "there are none, and the lock has had an owner" }
            facts.problem =
                "The keys cannot be read (\(why)). Phones are not let in; a factory reset makes the lock usable again."
        }
        loadIdentity(&facts)
        return facts
    }

    /// Never is what cannot be read taken for a lock without an owner.
    private func accessFacts(_ stored: StoredAccess) -> AccessFacts {
        switch stored {
        case .damaged: return .unreadable
        case .none: return identityFiles.isOwned ? .unreadable : .unowned(AccessSet())
        case .set(let set) where set.isOwned:
            // The power may have gone between the first key and the mark.
            markOwned()
            return .owned(set)
        case .set(let set): return identityFiles.isOwned ? .unreadable : .unowned(set)
        }
    }

    /// A key is made for a lock that has never had one, and for no other: whoever has paired would take it for a stranger.
    private func loadIdentity(_ facts: inout PhoneFacts) {
        do throws(FileError) {
            switch identityFiles.loadKey() {
            case .bytes(let bytes): facts.identity = Identity(privateBytes: SecretBytes(copying: bytes))
            case .unusable(let words): facts.problem = "The lock's own key cannot be used: \(words)"
            case .absent:
                guard case .unowned = facts.access else {
                    facts.problem =
                        "The lock's own key is missing. Phones cannot tell it from another lock; a factory reset makes a new one."
                    return
                }
                facts.identity = try Identity.make { bytes throws(FileError) in
                    try identityFiles.saveKey(bytes.withBytes { Array($0) })
                }
            }
            guard let identity = facts.identity else { return }
            switch identityFiles.loadSetup() {
            case .bytes(let bytes): facts.setupCode = bytes
            case .unusable(let words): facts.problem = "The setup code cannot be used: \(words)"
            case .absent:
                // A label that somebody has is not made void.
                guard case .unowned = facts.access else { return }
                let secret = SecretBytes(randomCount: PairingCode.secretSize).withBytes { Array($0) }
                try identityFiles.saveSetup(secret + identity.fingerprint.bytes)
                facts.setupCode = secret + identity.fingerprint.bytes
            }
        } catch {
            facts.identity = nil
            facts.problem = "Who the lock is cannot be kept: \(error)"
        }
    }

    /// Whether it is durable.
    func commitAccess(_ set: AccessSet, keepsOlder: Bool, _ events: [AuditEvent]) -> Bool {
        // Entries that wait have lower numbers.
        guard let store = storeWithoutBacklog() else { return false }
        do throws(StoreError) {
            try checkDisk()
            for number in try store.saveAccess(set, keepsOlder: keepsOlder, recording: events) {
                tell(.appended(number))
            }
            access = set
            if set.isOwned { markOwned() }
            return true
        } catch {
            failed(error)
            return false
        }
    }

    private func markOwned() {
        do throws(FileError) { try identityFiles.markOwned() } catch {
            tell(.problem("That the lock has an owner could not be marked beside the store: \(error)"))
        }
    }

    /// What could not be wiped, in words; nil: nothing is left.
    func wipe() -> String? {
        closeStore()
        do throws(StoreError) { try LockStore.delete(at: path) } catch { return error.description }
        do throws(FileError) { try identityFiles.forget() } catch { return error.description }
        return nil
    }
}
