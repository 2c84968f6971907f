/// What is durable about consent, besides the ledger of what led to it.
package struct ConsentState: Hashable, Sendable {
    package var epoch: ConsentEpoch
    package var statuses = SwitchStatuses()
    /// What was agreed to, while it is valid or frozen.
    package var grant: Grant?
    /// The policy is no longer the one that was agreed to: nothing is recorded and nothing leaves.
    package var freeze: Freeze?
    /// Who has accepted which policy, in the order of their keys. Owners only.
    package var acceptances: [Acceptance] = []
    /// Whether a service that needs the location is in use.
    package var isLocationServiceActive = false
    /// The remembered cell; only while location is consented.
    package var location: Geohash?
    package var notices = NoticeChoice.notShown
    /// What servers are still to be asked to erase, oldest first. At most ``erasureLimit``, and never dropped.
    package var erasures: [ErasureRequest] = []
    /// See ``DayClock``.
    package var dayMark: Int64?
    /// The number of the next ledger record; rises by one with each.
    package var nextRecord: UInt64 = 1

    /// Each is some 40 bytes. With so many unanswered no new consent can be given: the next withdrawal must find room.
    package static let erasureLimit = 256

    package init(epoch: ConsentEpoch) { self.epoch = epoch }

    package func acceptance(by key: KeyReference) -> Acceptance? { acceptances.first { $0.by == key } }

    /// The number that the ledger's new rows begin with, and from which on it has no older ones: a reset begins them anew, also where
    /// more was decided before it could be stored.
    package func firstRecord(with records: [ConsentRecord]) -> UInt64 { records.first?.number ?? nextRecord }
}

/// Safety notices: outside consent, because nothing is said by fetching them, and declinable. The raw value is stable: it is stored.
package enum NoticeChoice: String, Hashable, Sendable, CaseIterable {
    /// No owner has seen the switch: nothing is fetched.
    case notShown
    case on
    case off
}

/// One decision of one owner.
package struct Grant: Hashable, Sendable {
    package var by: KeyReference
    package var switches: Set<ConsentSwitch>
    package var policy: PolicyIdentity
    package var details: ProcessingDetails
    package var language: String
    package var scope: ConsentScope
    package var installID: InstallID
    /// Whether anybody outside may know the install id. Durable before the first transfer begins; while it is false there is nothing that
    /// a server could be asked to erase.
    package var isExposed = false

    package init(
        by: KeyReference, switches: Set<ConsentSwitch>, policy: PolicyIdentity, details: ProcessingDetails,
        language: String, scope: ConsentScope, installID: InstallID
    ) {
        self.by = by
        self.switches = switches
        self.policy = policy
        self.details = details
        self.language = language
        self.scope = scope
        self.installID = installID
    }
}

/// The time during which a changed policy waits for an answer.
package struct Freeze: Hashable, Sendable {
    /// nil: it was not known what day it was.
    package var since: Day?
    package init(since: Day?) { self.since = since }
}

/// A person has accepted the policy. That is no consent to anything.
package struct Acceptance: Hashable, Sendable {
    package var by: KeyReference
    package var policy: PolicyIdentity
    /// "you are at least 18 years old": the statement, never a date of birth.
    package var isAdult: Bool

    package init(by: KeyReference, policy: PolicyIdentity, isAdult: Bool) {
        self.by = by
        self.policy = policy
        self.isAdult = isAdult
    }
}

/// Asks a server to erase what it has. It carries these three and nothing else.
package struct ErasureRequest: Hashable, Sendable {
    package let id: ErasureID
    package let installID: InstallID
    package let epoch: ConsentEpoch
    /// The HTTP status with which a server refused it (4xx); it waits, visibly, until somebody asks for it to be tried again.
    package var parkedBy: UInt16?

    package init(id: ErasureID, installID: InstallID, epoch: ConsentEpoch, parkedBy: UInt16? = nil) {
        self.id = id
        self.installID = installID
        self.epoch = epoch
        self.parkedBy = parkedBy
    }
}

/// What came of sending an erasure request.
package enum ErasureOutcome: Hashable, Sendable {
    /// 2xx or 410: it is done, or there is nothing.
    case done
    /// 4xx other than 408, 410, 425 and 429: it is parked.
    case refused(status: UInt16)
    /// Anything else; it is sent again.
    case failed

    /// By the HTTP status; nil: there was no answer.
    package init(status: UInt16?) {
        guard let status else {
            self = .failed
            return
        }
        self =
            switch status {
            case 200..<300, 410: .done
            case 408, 425, 429: .failed
            case 400..<500: .refused(status: status)
            default: .failed
            }
    }
}
