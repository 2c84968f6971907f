/// One line of the owner's audit log: who, what, why and with what outcome. The store numbers it densely.
package struct AuditEvent: Hashable, Sendable {
    package var action: AuditAction
    package var origin: Origin
    package var outcome: AuditOutcome
    /// Boot time of the event.
    package var at: Instant
    /// Civil seconds since 1970, when there is a civil clock at all.
    package var unixSeconds: Int64?
    /// Whether ``unixSeconds`` is vouched for.
    package var isTimeTrusted: Bool
    /// The key that it is about.
    package var subject: KeyID?

    package init(
        action: AuditAction, origin: Origin, outcome: AuditOutcome, at: Instant, unixSeconds: Int64? = nil,
        isTimeTrusted: Bool = false, subject: KeyID? = nil
    ) {
        self.action = action
        self.origin = origin
        self.outcome = outcome
        self.at = at
        self.unixSeconds = unixSeconds
        self.isTimeTrusted = isTimeTrusted
        self.subject = subject
    }
}

/// What the audit log can say has happened. The raw value is stable: it is stored.
package enum AuditAction: String, Hashable, Sendable, CaseIterable, Codable {
    case boot
    case lock
    case unlock
    case calibrate
    case configure
    case acknowledgeAlarms
    /// The bolt moved without the motor: the thumbturn, or a tool.
    case movedByHand
    /// A limit switch pair or the driver can no longer be believed, while nothing was commanded.
    case fault
    case faultCleared
    case doorAjar
    case forcedOpen
    case tampered
    case lowBattery
    case batteryUnreadable
    /// The named alarm ended; the outcome's code is not used.
    case alarmEnded
    case keyAdded
    case keyChanged
    case keyRemoved
    case invitationCreated
    case invitationWithdrawn
    /// Somebody knew of the setup code or an invitation, and not its secret.
    case wrongSecret
    /// The inside button of a lock without an owner was pressed.
    case pairingOpened
    case clockSet
    case resetRequested
    /// Somebody tried to open a channel and showed neither a key nor a secret; the origin says how often, since the entry before.
    case strangersRefused
    /// What the log said was erased: of the subject's key, or all of it up to here.
    case logErased
}

/// How it ended.
package enum AuditOutcome: Hashable, Sendable {
    /// Done, or noticed; the warning says what did not work besides.
    case done(LockState, warning: FaultCode? = nil)
    /// Nothing had to be moved.
    case already(LockState)
    case refused(FaultCode)
    case failed(FaultCode)
}
