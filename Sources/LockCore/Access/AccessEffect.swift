/// What the machine of keys asks of the world, in this order.
package enum AccessEffect: Hashable, Sendable {
    /// Make the set durable together with the entries, then answer ``AccessInput/committed(_:stored:)``.
    ///
    /// `keepsOlder`: should this copy turn out damaged one day, the one before may take its place. Else both are replaced, because the
    /// one before gives somebody more.
    case commit(CommitID, AccessSet, keepsOlder: Bool, [AccessEntry])
    /// An entry of the audit log without a change.
    case record(AccessEntry)
    /// Give it to the bolt; its reply answers the request. `costsUse`: when it does not move, say ``AccessInput/useNotSpent(_:)``.
    case command(Command, from: Actor, id: RequestID, costsUse: Bool)
    /// It may be told what it asked for.
    case permit(RequestID)
    case answer(RequestID, AccessAnswer)
    /// End every session of a key that is no more, once its last command at the bolt has been answered; then say so to whoever asked.
    case endSessions(KeyID, then: RequestID?)
    /// Tell owners who are connected.
    case tellOwners([OwnerNotice])
    case startTimer(AccessTimerID, deadline: Instant)
    case cancelTimer(AccessTimerID)
    /// Pairing with the setup code is open, or not.
    case pairing(isOpen: Bool)
    /// Sound the alarm that announces a reset, or end it.
    case resetAlarm(isActive: Bool)
    /// Civil time as it was at that instant, from somebody who may set it.
    case setClock(Int64, at: Instant)
    /// Wipe everything, then tell whoever asked that it is done, take a new identity, end all sessions.
    case reset(for: RequestID?)
}

/// The one answer to a request that the machine of keys answers itself.
package enum AccessAnswer: Hashable, Sendable {
    case done
    case refused(FaultCode, retryAfter: Duration? = nil, complaint: String? = nil)
    /// It could not be made durable in time. It may be so later.
    case failed(FaultCode)
    case key(PhoneKey)
    case keys([PhoneKey])
    case invitation(Invitation)
    case invitations([Invitation])
}

/// One line for the owner's audit log, about keys.
package struct AccessEntry: Hashable, Sendable {
    package var action: AuditAction
    package var origin: Origin
    /// Whom it is about.
    package var subject: KeyID?
    /// nil: done.
    package var refusal: FaultCode?

    package init(_ action: AuditAction, _ origin: Origin, subject: KeyID? = nil, refusal: FaultCode? = nil) {
        self.action = action
        self.origin = origin
        self.subject = subject
        self.refusal = refusal
    }
}
