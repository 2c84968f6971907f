internal import Glibc
internal import LockCore
internal import SecureChannel
internal import Storage

// Keys, and who the lock is.
extension StorageWorker {
    func phoneFacts(in store: LockStore, _ report: OpeningReport) -> PhoneFacts {
        let stored: StoredAccess
        // Whether the next start may well read what this one cannot.
        var mayPass = false
        do throws(StoreError) {
            try checkDisk()
            stored = try store.loadAccess()
        } catch {
            stored = .damaged(error.description)
            mayPass = !error.isCorruption
        }
        tellProblems()
        var facts = PhoneFacts(access: mayPass ? .unreadable : accessFacts(stored, report))
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
    private func accessFacts(_ stored: StoredAccess, _ report: OpeningReport) -> AccessFacts {
        switch stored {
        case .damaged:
            // There may have been an owner. The next start may find another file in this one's place, which says nothing of that.
            markOwned()
            return .unreadable
        case .none: return isUnowned(report) ? .unowned(AccessSet()) : .unreadable
        case .set(let set) where set.isOwned:
            // The power may have gone between the first key and the mark.
            markOwned()
            access.value = set
            return .owned(set)
        case .set(let set):
            guard isUnowned(report) else { return .unreadable }
            access.value = set
            return .unowned(set)
        }
    }

    /// Whether the mark agrees that there is no owner, in a store that knows of none.
    private func isUnowned(_ report: OpeningReport) -> Bool {
        switch identityFiles.ownership {
        case .none: return true
        case .owned: return false
        case .announced:
            // Of the key that was announced only the very file that it went into can say that it did not get there.
            guard case .opened = report, !LockStore.hasSetAside(at: path) else {
                markOwned()
                return false
            }
            // If it stays, it says as little as before.
            try? identityFiles.withdrawAnnouncement()
            return true
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
            let isFirstOwner = set.isOwned && access.value?.isOwned != true
            if isFirstOwner { try announceOwner() }
            try checkDisk()
            // Where the set before never got into this file, there is no older one to be kept; nor is the one without an owner, which
            // would say that the announced key never came.
            let keepsOlder = keepsOlder && !access.isDirty && !isFirstOwner
            for number in try store.saveAccess(set, keepsOlder: keepsOlder, recording: events) {
                tell(.appended(number))
            }
            access = Unsaved(value: set)
            if set.isOwned { markOwned() }
            return true
        } catch {
            failed(error)
            return false
        }
    }

    private func announceOwner() throws(StoreError) {
        try checkDisk()
        do throws(FileError) { try identityFiles.announceOwner() } catch { throw .file(error) }
    }

    private func markOwned() {
        guard !owesOwnedMark else { return }
        owesOwnedMark = true
        do throws(FileError) { try writeOwnedMark() } catch {
            tell(
                .problem("That the lock has an owner is not marked beside the store yet, and is tried again: \(error)"))
            scheduleRetry()
        }
    }

    private func writeOwnedMark() throws(FileError) {
        guard isFailing?() != true else {
            throw FileError(operation: "mark the owner", path: path, code: EIO)
        }
        try identityFiles.markOwned()
        owesOwnedMark = false
    }

    /// Without the mark a damaged store would be taken for that of a lock without an owner. False: it is still owed.
    func payOwnedMark() -> Bool {
        guard owesOwnedMark else { return true }
        // It was told when it failed first.
        try? writeOwnedMark()
        return !owesOwnedMark
    }

    /// What could not be wiped, in words; nil: nothing is left.
    func wipe() -> String? {
        closeStore()
        do throws(StoreError) { try LockStore.delete(at: path) } catch { return error.description }
        do throws(FileError) { try identityFiles.forget() } catch { return error.description }
        return nil
    }
}
