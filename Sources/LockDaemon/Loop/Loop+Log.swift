internal import LockCore
internal import SystemdRuntime
internal import TelemetryPolicy

// What is asked of the audit log.
extension Loop {
    func readLog(_ number: UInt64, since: Int64, limit: Int) -> Bool {
        storage.send(.readLog(number, since: since, limit: limit))
    }

    func readChain(_ number: UInt64, since: UInt64, limit: Int) -> Bool {
        storage.send(.readChain(number, since: since, limit: limit))
    }

    /// One of each key that may read the log.
    func keep(_ checkpoint: AuditCheckpoint, of key: KeyID) { witnesses[key] = checkpoint }

    /// What phones have seen whose keys are still there. Others' words are forgotten: whoever took the key away did not trust them.
    var knownWitnesses: [KeyID: AuditCheckpoint] {
        witnesses = witnesses.filter { access.set[$0.key] != nil }
        return witnesses
    }

    func verifyLog(_ number: UInt64, witnesses: [AuditCheckpoint]) -> Bool {
        storage.send(.verifyLog(number, witnesses: witnesses))
    }

    func eraseLog(_ number: UInt64, of key: KeyID?, from user: UInt32) -> LogErasureAdmission {
        let (origin, now) = (Origin.local(user: user), BootClock.now())
        // It leaves an entry each time; root could write into the log's file as well.
        guard user == 0 || budget.take(for: origin, at: now) else { return .overBudget }
        let event = AuditEvent(
            action: .logErased, origin: origin, outcome: .done(device.state), at: now,
            unixSeconds: civil.told?.unixSeconds(at: now), isTimeTrusted: civil.told?.isTrusted ?? false, subject: key)
        return storage.send(.eraseLog(number, of: key, event)) ? .taken : .busy
    }
}

/// What becomes of asking for an erasure.
enum LogErasureAdmission: Hashable, Sendable {
    case taken
    /// The storage thread's queue is full.
    case busy
    /// The user has asked for too much that moves nothing.
    case overBudget
}
