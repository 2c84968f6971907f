internal import LockCore
internal import SecureChannel

/// One connection of a phone, from its first byte to its end.
final class PhoneLink {
    let id: PhoneLinkID
    var endpoint: LockEndpoint
    let opened: Instant
    /// Since when it has been a stranger's or a claimant's.
    var since: Instant
    /// When something authentic was heard last.
    var heard: Instant
    /// Bytes that the endpoint has not taken.
    var pending: ArraySlice<UInt8> = []
    var standing = Standing.stranger
    /// Which secret a pairing is about.
    var secret: PairingSecretID?
    /// Whether it is told of every change.
    var isSubscribed = false
    /// Requests without an answer.
    var open = 0
    /// How long it may stay to hear that its key is gone.
    private let leavingLimit: Duration

    enum Standing: Hashable {
        case stranger
        /// Knows a secret, and has no key yet.
        case claimant([UInt8])
        case holder(KeyID)
        /// Has given up its key, and waits to hear that it is done.
        case leaving
    }

    init(
        _ id: PhoneLinkID, _ identity: Identity, label: Fingerprint?, leavingLimit: Duration, at now: Instant
    ) {
        self.id = id
        self.leavingLimit = leavingLimit
        endpoint = LockEndpoint(identity, label: label)
        opened = now
        since = now
        heard = now
    }

    var key: KeyID? { if case .holder(let key) = standing { key } else { nil } }
    var isStranger: Bool { standing == .stranger }

    /// Whether it makes room for others: nobody with a key has it.
    var isEvictable: Bool {
        switch standing {
        case .stranger, .claimant: true
        case .holder, .leaving: false
        }
    }

    /// When it has to have shown who it is, or to have said something again.
    var deadline: Instant {
        switch standing {
        case .stranger: since + PhoneService.strangerLimit
        case .claimant: since + PhoneService.claimantLimit
        case .leaving: heard + leavingLimit
        case .holder: heard + PhoneService.idleLimit
        }
    }
}
