internal import Glibc
internal import LockCore
internal import LockProtocol
internal import PhoneMessages
internal import SecureChannel
internal import Storage
internal import SwiftProtobuf
internal import SystemdRuntime
internal import TelemetryPolicy

/// What the phones' service asks of the daemon that it belongs to.
protocol PhoneServiceDelegate: AnyObject {
    var access: Access { get }
    var status: Status { get }
    var isResetAnnounced: Bool { get }
    /// The setup code's secret; nil: there is none.
    var setupSecret: [UInt8]? { get }
    /// What its label says of the lock's key, which may have been another one then.
    var labelFingerprint: Fingerprint? { get }
    var wireClock: WireClock { get }
    /// The core runs without what the store says of settings, which may still come.
    var isStoreAwaited: Bool { get }
    func tellAccess(_ input: AccessInput)
    func submit(_ command: Command, from origin: Origin, id: RequestID)
    func readLog(_ number: UInt64, since: Int64, limit: Int) -> Bool
    func readChain(_ number: UInt64, since: UInt64, limit: Int) -> Bool
    /// What a phone has seen of the chain over the log.
    func keep(_ checkpoint: AuditCheckpoint, of key: KeyID)
    /// Writes it into the owner's log.
    func recordStrangers(attempts: UInt32)
}

/// The lock toward phones: links, channels, requests, answers. Confined to the loop's thread; it keeps nobody waiting and writes nothing.
final class PhoneService {
    /// Links at once: the controller's connections, and as many again over which bulk answers go.
    static let linkLimit = 8
    /// Links of one key at once: one, and another for bulk answers. So four phones take all of them, and not one.
    static let linksPerKey = 2
    /// How long a stranger may take to show a key. A phone's handshake takes a fraction of a second.
    static let strangerLimit: Duration = .seconds(10)
    /// A link without a key that is so old makes room for another that has just come: a phone asks for its key at once.
    static let patience: Duration = .seconds(2)
    /// How long a phone may take to ask for the key that it has come for.
    static let claimantLimit: Duration = .seconds(30)
    /// How long a phone with a key may be silent. It may say hello to stay.
    static let idleLimit: Duration = .seconds(600)
    /// Requests of one link without an answer: reading the log keeps some on their way.
    static let requestLimit = 8
    /// Entries of the audit log that are asked of the store for one message: as many as one surely holds, and a few more.
    static let entriesPerMessage = 100
    /// Links of the chain over the log in one message: 32 bytes each, and the checkpoints around them.
    static let linksPerMessage = 120
    /// Bytes that the elements of a list may take of a message, which has its other fields besides.
    static let listBytes = FrameLimit.answer - 64

    /// Numbers of requests toward the core and the store: apart from the bus service's and from the daemon's own.
    static let numbers: Range<UInt64> = 1 << 62..<1 << 63

    unowned let delegate: any PhoneServiceDelegate
    let transport: any PhoneTransport
    let version: String
    let board: String
    let identity: Identity
    /// How long a phone that has given up its key waits for the end of what it had asked for: until that is durable, and the board's
    /// longest stroke has ended.
    let leavingLimit: Duration
    /// Tells this run of the daemon from others: to a phone that meets another one, what ``AnswerMemory`` held is forgotten.
    let run = UInt64.random(in: 1 ... .max)

    var links: [PhoneLinkID: PhoneLink] = [:]
    var requests: [UInt64: OpenRequest] = [:]
    var memory = AnswerMemory()
    var counts = StrangerCounts()
    private var nextNumber = PhoneService.numbers.lowerBound
    private var timer: LoopTimer?

    /// One request, from its arrival to its answer.
    struct OpenRequest {
        /// Where the answer goes. Another, when the phone has asked again over another.
        var link: PhoneLinkID
        /// As the phone numbers it.
        var id: UInt64
        /// Whose it is; nil: of a phone that pairs.
        var key: KeyID?
        var kind: Ask.Kind
        var isRemembered: Bool
    }

    init(
        delegate: any PhoneServiceDelegate, transport: any PhoneTransport, identity: Identity, version: String,
        board: String, longestCommand: Duration, on events: EventLoop
    ) throws(SystemdError) {
        self.delegate = delegate
        self.transport = transport
        self.identity = identity
        self.version = version
        self.board = board
        leavingLimit = longestCommand + Access.commitWait * 2
        timer = try events.timer { [unowned self] in deadlineReached() }
    }

    func start() { transport.start(telling: self) }

    // MARK: Ends

    /// Ends a link with a last word, or without.
    func close(_ link: PhoneLink, saying reason: WireGoodbyeReason? = nil) {
        if let reason, !link.isStranger {
            var event = WireEvent()
            event.goodbye.reason = reason
            tell(event, link)
        }
        link.endpoint.close()
        links[link.id] = nil
        forgetRequests(of: link.id)
        transport.close(link.id)
        armTimer()
    }

    /// What is under way goes on: it may be asked for again over another link.
    private func forgetRequests(of link: PhoneLinkID) {
        for (number, request) in requests where request.link == link && !request.isRemembered { requests[number] = nil }
    }

    /// A key is no more. Who has given up their own key is still to hear that it is done (``revoked(_:)``), and what became of what they had
    /// asked for before: their link takes nothing more, and stays for that.
    func endSessions(of key: KeyID, but asker: RequestID?) {
        let asking = asker.flatMap { requests[$0.rawValue] }.flatMap { $0.key == key ? links[$0.link] : nil }
        for link in links.values where link.key == key {
            if link === asking { link.standing = .leaving } else { close(link, saying: .revoked) }
        }
        for (number, request) in requests where request.key == key && request.link != asking?.id {
            requests[number] = nil
        }
        memory.forget(key)
    }

    /// Nothing is left of a key that was taken away; whoever asked for that hears so, and goes if it was theirs.
    func revoked(_ asker: RequestID) {
        let link = requests[asker.rawValue].flatMap { links[$0.link] }
        answer(asker, .done(WireDone()))
        if let link, link.standing == .leaving { close(link, saying: .revoked) }
    }

    func endAll(saying reason: WireGoodbyeReason) {
        for link in links.values { close(link, saying: reason) }
        transport.stop()
    }

    private func deadlineReached() {
        let now = BootClock.now()
        for link in links.values where link.deadline <= now {
            countSilence(of: link, at: now)
            close(link, saying: .idle)
        }
        if let attempts = counts.due(at: now) { delegate.recordStrangers(attempts: attempts) }
        armTimer()
    }

    /// Armed while there is somebody or something to wait for, and at no other time.
    func armTimer() {
        let deadlines = links.values.map(\.deadline) + [counts.deadline].compactMap(\.self)
        guard let deadline = deadlines.min() else { return timer?.cancel() ?? () }
        timer?.arm(atBootNanoseconds: deadline.nanoseconds)
    }

    // MARK: Strangers

    /// The daemon ends, and with it what it knows of strangers.
    func recordStrangers() {
        if let attempts = counts.takeAll(at: BootClock.now()) { delegate.recordStrangers(attempts: attempts) }
    }

    /// Whoever has sent a right first message may have replayed it, which counts for nothing.
    private func countSilence(of link: PhoneLink, at now: Instant) {
        if link.isStranger, !link.endpoint.isAnswered { counts.count(.silence, at: now) }
    }

    // MARK: Requests

    func register(_ request: OpenRequest) -> RequestID {
        let number = nextNumber
        nextNumber += 1
        requests[number] = request
        links[request.link]?.open += 1
        if request.isRemembered, let key = request.key { memory.begin(request.id, of: key) }
        return RequestID(number)
    }

    /// Answers a request that is open, wherever its phone is now.
    func answer(_ number: RequestID, _ outcome: WireAnswer.OneOf_Outcome) {
        guard let request = requests.removeValue(forKey: number.rawValue) else { return }
        var answer = WireAnswer()
        answer.id = request.id
        answer.outcome = outcome
        if request.isRemembered, let key = request.key { memory.end(answer, of: key) }
        guard let link = links[request.link] else { return }
        link.open -= 1
        tell(answer, link)
    }

    func tell(_ answer: WireAnswer, _ link: PhoneLink) {
        var message = WireFromLock()
        message.answer = answer
        send(message, link)
    }

    func tell(_ event: WireEvent, _ link: PhoneLink) {
        var message = WireFromLock()
        message.event = event
        send(message, link)
    }

    private func send(_ message: WireFromLock, _ link: PhoneLink) {
        do {
            let bytes: [UInt8] = try message.serializedBytes()
            // A phone that does not take what it has asked for is let go.
            guard transport.send(try link.endpoint.send(bytes), on: link.id) else { return drop(link) }
        } catch {
            // Too long, or a channel that has no numbers left; neither is the phone's fault, and neither is passed over.
            drop(link)
        }
    }

    /// The transport has ended the link, or is about to.
    private func drop(_ link: PhoneLink) {
        link.endpoint.close()
        guard links.removeValue(forKey: link.id) != nil else { return }
        forgetRequests(of: link.id)
        transport.close(link.id)
        armTimer()
    }
}

// MARK: - Links

extension PhoneService: PhoneTransportDelegate {
    func linkOpened(_ id: PhoneLinkID) {
        let now = BootClock.now()
        if links.count >= Self.linkLimit, !makeRoom(at: now) {
            counts.count(.noRoom, at: now)
            transport.close(id)
            return armTimer()
        }
        links[id] = PhoneLink(
            id, identity, label: delegate.labelFingerprint, leavingLimit: leavingLimit, at: now)
        armTimer()
    }

    /// Ends the stranger who has been there longest, or else whoever knows a secret and has not got a key by it, if that was long enough
    /// for an honest one.
    private func makeRoom(at now: Instant) -> Bool {
        let patient = links.values.filter { $0.isEvictable && now - $0.since >= Self.patience }
        let strangers = patient.filter(\.isStranger)
        guard let oldest = (strangers.isEmpty ? patient : strangers).min(by: { $0.since < $1.since }) else {
            return false
        }
        countSilence(of: oldest, at: now)
        close(oldest)
        return true
    }

    /// A phone that has lost its connections comes back before the lock has noticed: the one that has been silent longest makes room.
    func keepFew(of key: KeyID) {
        let others = links.values.filter { $0.key == key }
        guard others.count >= Self.linksPerKey, let oldest = others.min(by: { $0.heard < $1.heard }) else { return }
        close(oldest, saying: .replaced)
    }

    /// The other side has gone, or the transport has ended a link that showed nothing: over Bluetooth that comes before the time here is over.
    func linkClosed(_ id: PhoneLinkID) {
        guard let link = links.removeValue(forKey: id) else { return }
        let now = BootClock.now()
        // Whoever passes by and looks is gone sooner.
        if now - link.opened >= Self.patience { countSilence(of: link, at: now) }
        link.endpoint.close()
        forgetRequests(of: id)
        armTimer()
    }

    func linkReceived(_ id: PhoneLinkID, _ bytes: [UInt8]) {
        guard let link = links[id] else { return }
        link.pending += bytes
        let door = PhoneDoor(self, link)
        while !link.pending.isEmpty, links[id] === link {
            for output in link.endpoint.receive(&link.pending, asking: door) {
                guard links[id] === link else { return }
                perform(output, link)
            }
        }
    }

    private func perform(_ output: LockEndpoint.Output, _ link: PhoneLink) {
        switch output {
        case .send(let bytes): if !transport.send(bytes, on: link.id) { drop(link) }
        case .opened(let peer, let purpose): opened(link, peer, purpose)
        case .message(let bytes):
            link.heard = BootClock.now()
            armTimer()
            take(bytes, link)
        case .closed(let ending):
            count(ending)
            close(link)
        }
    }

    private func opened(_ link: PhoneLink, _ peer: PublicKey, _ purpose: SecureChannel.Purpose) {
        switch purpose {
        case .pairing:
            link.standing = .claimant(peer.bytes)
            link.since = BootClock.now()
        case .session:
            // It was there when the handshake asked, in the same turn of the loop or an earlier one.
            guard let key = delegate.access.set.key(publicKey: peer.bytes) else { return close(link) }
            keepFew(of: key.id)
            link.standing = .holder(key.id)
            link.heard = BootClock.now()
        }
        transport.authenticated(link.id)
    }

    private func count(_ ending: LockEndpoint.Ending) {
        let now = BootClock.now()
        switch ending {
        // Where the keys cannot be read the family's phones are among those that are unknown.
        case .unknownKey where delegate.access.standing != .ready: break
        case .refused(.tryAgainLater): break
        case .refused where delegate.access.standing != .ready: break
        case .unknownKey: counts.count(.unknownKey, at: now)
        case .wrongSecret: counts.count(.wrongSecret, at: now)
        case .refused: counts.count(.pairingRefused, at: now)
        case .garbage, .unsupportedVersion: counts.count(.garbage, at: now)
        case .broken: break
        }
    }
}
