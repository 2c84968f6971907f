/// One row of the ledger: the fields of ISO/IEC TS 27560 (as W3C's guide "Implementing ISO/IEC TS 27560:2023 with DPV" maps them), and why.
/// Rows are only ever added.
package struct ConsentRecord: Hashable, Sendable {
    package static let schemaVersion = 1

    /// `record_id`: dense, within this lock.
    package var number: UInt64
    /// `event_state`.
    package var status: ConsentStatus
    /// `event_type`, in more words than the state's.
    package var cause: ConsentCause
    package var switches: Set<ConsentSwitch>
    /// `privacy_notice`.
    package var policy: PolicyIdentity
    /// `language`; nil: nothing was shown.
    package var language: String?
    /// `purpose`, `pii_information` and `retention_period`.
    package var scope: ConsentScope
    /// `pii_controllers`, `storage_locations`, `jurisdiction`, `recipient_third_parties`.
    package var details: ProcessingDetails
    /// `entity_id`, and the path by which it acted.
    package var actor: ConsentActor
    /// The 18-or-over statement; only where the policy was accepted.
    package var isAdult: Bool?
    package var epoch: ConsentEpoch
    /// `event_time`: seconds since 1970; nil: no civil clock.
    package var unixSeconds: Int64?
    package var isTimeTrusted: Bool

    package init(
        number: UInt64, status: ConsentStatus, cause: ConsentCause, switches: Set<ConsentSwitch>,
        policy: PolicyIdentity,
        language: String?, scope: ConsentScope, details: ProcessingDetails, actor: ConsentActor, isAdult: Bool?,
        epoch: ConsentEpoch, unixSeconds: Int64?, isTimeTrusted: Bool
    ) {
        self.number = number
        self.status = status
        self.cause = cause
        self.switches = switches
        self.policy = policy
        self.language = language
        self.scope = scope
        self.details = details
        self.actor = actor
        self.isAdult = isAdult
        self.epoch = epoch
        self.unixSeconds = unixSeconds
        self.isTimeTrusted = isTimeTrusted
    }

    /// `withdrawal_method`.
    package static let withdrawalMethod =
        "On the phone, by any owner, where it was given; or on the lock: mortise consent withdraw. At once, without a network, free."
}

/// Why a ledger row was written. The raw value is stable: it is stored.
package enum ConsentCause: String, Hashable, Sendable, CaseIterable {
    case shown
    case accepted
    case decided
    case refused
    case withdrawn
    /// The policy, or who processes the data, is another.
    case policyChanged
    /// Nobody agreed to the changed policy in time.
    case policyNotAgreedTo
    /// Whoever had agreed is not an owner any more.
    case ownerRemoved
    /// The server's copy is to be erased, and consent goes on.
    case erasedOnServer
}
