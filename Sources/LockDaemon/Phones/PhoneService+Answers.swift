internal import LockCore
internal import LockProtocol
internal import PhoneMessages
internal import SecureChannel
internal import Storage
internal import SwiftProtobuf
internal import SystemdRuntime
internal import TelemetryPolicy

// From what the core and the store say to messages.
extension PhoneService {
    /// The machine of keys lets it be told.
    func permitted(_ number: RequestID) {
        guard let request = requests[number.rawValue] else { return }
        switch request.kind {
        case .watch(let subscribes):
            if subscribes { links[request.link]?.isSubscribed = true }
            answer(number, .status(wireStatus))
        case .settings: answer(number, .settings(WireSettings(delegate.status.settings)))
        case .log(let since, let limit):
            guard
                delegate.readLog(
                    number.rawValue, since: since, limit: min(limit, Self.entriesPerMessage))
            else {
                return answer(number, refused(.busy))
            }
        case .chain(let since):
            guard delegate.readChain(number.rawValue, since: since, limit: Self.linksPerMessage) else {
                return answer(number, refused(.busy))
            }
        case .checkpoint(let count, let hash):
            if let key = request.key { delegate.keep(AuditCheckpoint(number: count, hash: hash), of: key) }
            answer(number, .done(WireDone()))
        case .configuration(let change): configure(change, number, from: request.key)
        case .pairing, .motion, .calibration, .keys, .list: break
        }
    }

    /// By the settings as they are now: two changes that waited, of two phones, do not undo each other.
    private func configure(_ change: WireChangeSettings, _ number: RequestID, from key: KeyID?) {
        // They would be made from the defaults, and a stored lock-out would be lost.
        guard let key, !delegate.isStoreAwaited else { return answer(number, refused(.storeUnavailable)) }
        do throws(WireComplaint) {
            let settings = try change.applied(to: delegate.status.settings)
            delegate.submit(.configure(settings), from: .key(key.rawValue), id: number)
        } catch {
            answer(number, refused(.invalidRequest, error.words))
        }
    }

    /// The machine of keys has answered.
    func answered(_ number: RequestID, _ answer: AccessAnswer) {
        switch answer {
        case .done: self.answer(number, .done(WireDone()))
        case .refused(let code, let wait, let complaint):
            self.answer(number, refused(code, complaint, retryAfter: wait))
        case .failed(let code): self.answer(number, failed(code))
        case .key(let key):
            adopt(key, number)
            self.answer(number, .key(WireKey(key)))
        case .keys(let keys):
            var list = WireKeys()
            let wanted = keys.filter { UInt64($0.id.rawValue) > start(of: number) }.map(WireKey.init)
            list.keys = Self.fitting(wanted)
            list.hasMore_p = list.keys.count < wanted.count
            self.answer(number, .keys(list))
        case .invitation(let invitation):
            self.answer(number, .invitation(WireInvitation(invitation, code: code(invitation))))
        case .invitations(let invitations):
            var list = WireInvitations()
            let after = start(of: number)
            let known = after == 0 ? nil : invitations.firstIndex { $0.id.rawValue == after }
            // Where to go on cannot be told: whoever asks begins anew, rather than miss one.
            guard after == 0 || known != nil else { return self.answer(number, refused(.noSuchInvitation)) }
            let wanted = invitations.dropFirst(known.map { $0 + 1 } ?? 0).map { WireInvitation($0) }
            list.invitations = Self.fitting(wanted)
            list.hasMore_p = list.invitations.count < wanted.count
            self.answer(number, .invitations(list))
        }
    }

    /// A phone that has just paired may go on over the same channel: it is the one that the key belongs to.
    private func adopt(_ key: PhoneKey, _ number: RequestID) {
        guard let request = requests[number.rawValue], case .pairing = request.kind, let link = links[request.link]
        else {
            return
        }
        // It may have paired again and again, each time over another link.
        keepFew(of: key.id)
        link.standing = .holder(key.id)
    }

    /// Where a list that is asked for begins.
    private func start(of number: RequestID) -> UInt64 {
        guard case .list(let after) = requests[number.rawValue]?.kind else { return 0 }
        return after
    }

    /// As many as one message holds.
    private static func fitting<Element: Message>(_ all: [Element]) -> [Element] {
        var room = listBytes
        let count = all.prefix {
            // With its tag and its length.
            room -= ((try? $0.serializedBytes() as [UInt8])?.count ?? room) + 3
            return room >= 0
        }.count
        return Array(all.prefix(count))
    }

    private func code(_ invitation: Invitation) -> String {
        PairingCode(
            id: SecretID(invitation.id), secret: SecretBytes(copying: invitation.secret),
            fingerprint: identity.fingerprint
        ).text
    }

    /// The core has answered a command.
    func replied(_ number: RequestID, _ reply: Reply) {
        guard let request = requests[number.rawValue] else { return }
        switch reply {
        case .done(let state, let warning): answer(number, done(request.kind, state, warning))
        case .refused(let code): answer(number, refused(code, delegate.status.settings.complaint()))
        case .failed(let code, let finding): answer(number, failed(code, finding))
        }
    }

    private func done(
        _ kind: Ask.Kind, _ state: LockState, _ warning: FaultCode?
    ) -> WireAnswer.OneOf_Outcome {
        switch kind {
        case .motion, .calibration:
            var moved = WireMoved()
            moved.state = WireState(state)
            if let warning { moved.warning = WireFault(warning) }
            if case .calibration = kind, let learned = delegate.status.calibration {
                moved.extendNanoseconds = UInt64(clamping: learned.extendNanoseconds)
                moved.retractNanoseconds = UInt64(clamping: learned.retractNanoseconds)
            }
            return .moved(moved)
        case .configuration: return .settings(WireSettings(delegate.status.settings))
        case .pairing, .keys, .watch, .settings, .log, .chain, .checkpoint, .list: return .done(WireDone())
        }
    }

    /// It applies, and is not in the store.
    func notDurable(_ number: RequestID) { answer(number, failed(.storeUnavailable)) }

    func refused(
        _ code: FaultCode, _ complaint: String? = nil, retryAfter wait: Duration? = nil
    ) -> WireAnswer.OneOf_Outcome {
        var refused = WireRefused()
        refused.fault = WireFault(code)
        refused.complaint = complaint ?? ""
        if let wait { refused.retryAfterSeconds = UInt32(clamping: (wait.wholeMilliseconds + 999) / 1_000) }
        return .refused(refused)
    }

    private func failed(_ code: FaultCode, _ finding: CalibrationFinding? = nil) -> WireAnswer.OneOf_Outcome {
        var failed = WireFailed()
        failed.fault = WireFault(code)
        failed.finding = WireFinding(finding)
        return .failed(failed)
    }

    func logRead(_ number: UInt64, _ result: Result<AuditPage, LogError>) {
        switch result {
        case .failure: answer(RequestID(number), refused(.storeUnavailable))
        case .success(let page):
            var log = WireLog()
            log.first = UInt64(page.first)
            log.last = UInt64(page.last)
            log.entries = Self.fitting(page.records.map { WireEntry($0) })
            answer(RequestID(number), .log(log))
        }
    }

    func chainRead(_ number: UInt64, _ result: Result<ChainPage, LogError>) {
        switch result {
        case .failure: answer(RequestID(number), refused(.storeUnavailable))
        case .success(let page): answer(RequestID(number), .chain(WireChain(page)))
        }
    }

    // MARK: News

    private var wireStatus: WireStatus {
        WireStatus(delegate.status, isResetAnnounced: delegate.isResetAnnounced, at: BootClock.now())
    }

    /// To everybody who wants to hear of changes and still may.
    func publish() {
        guard links.values.contains(where: \.isSubscribed) else { return }
        var event = WireEvent()
        event.status = wireStatus
        tellSubscribers(event)
    }

    func alarm(_ alarm: WireAlarm, isActive: Bool) {
        var event = WireEvent()
        event.alarm.alarm = alarm
        event.alarm.isActive = isActive
        tellSubscribers(event)
    }

    private func tellSubscribers(_ event: WireEvent) {
        let now = BootClock.now()
        for link in links.values where link.isSubscribed {
            guard let key = link.key, let role = delegate.access.role(of: .key(key)) else { continue }
            // Whose hours are over hears no more, until they ask again.
            guard delegate.access.obstacle(to: .watch, from: .key(key), role: role, at: now) == nil else {
                link.isSubscribed = false
                continue
            }
            tell(event, link)
        }
    }

    func tellOwners(_ notices: [OwnerNotice]) {
        for link in links.values {
            guard let key = link.key, delegate.access.role(of: .key(key)) == .owner else { continue }
            for notice in notices {
                var event = WireEvent()
                event.notice = WireNotice(notice)
                tell(event, link)
            }
        }
    }

    /// As things are now.
    func advertise() {
        transport.advertise(
            PhoneAdvertisement(
                version: LockEndpoint.version, isPairingOpen: delegate.access.isPairingOpen(at: BootClock.now()),
                tag: tag))
    }

    /// What phones with a key know the lock by.
    var tag: RotatingTag { identity.rotatingTag(generation: delegate.access.set.tagGeneration) }
}
