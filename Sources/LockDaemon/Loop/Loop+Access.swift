internal import Configuration
internal import LockCore
internal import LockProtocol
internal import PhoneMessages
internal import SecureChannel
internal import Storage
internal import SystemdRuntime

// The machine of keys, and the phones that it is about.
extension Loop: PhoneServiceDelegate {
    /// What the store and the files beside it say of phones. Sent once, when the store has opened.
    func phonesOpened(_ facts: PhoneFacts) {
        if let problem = facts.problem { journal.write(.phonesUnavailable, problem) }
        phoneProblem = facts.problem
        setupCode = facts.setupCode
        identity = facts.identity
        tellAccess(.boot(facts.access))
        if let identity { tellAccess(.identity(identity.publicKey.bytes)) }
        guard let make = configuration.phoneTransport, let identity = facts.identity else { return }
        do throws(SystemdError) {
            let service = try PhoneService(
                delegate: self, transport: try make(events), identity: identity, version: configuration.version,
                board: board.name, longestCommand: configuration.profile.deviceConfiguration.longestCommand, on: events)
            phones = service
            service.advertise()
            service.start()
            service.transport.use(link?.bus)
        } catch {
            transportProblem = error
            journal.write(.phonesUnavailable, "Phones cannot be taken in: \(error)")
        }
    }

    // MARK: Turns

    /// Gives the machine of keys an input and performs what it wants. Inputs that come of performing wait for their turn.
    func tellAccess(_ input: AccessInput) {
        if case .ending = stage { return }
        accessInputs.append(input)
        guard !isAccessTurning else { return }
        isAccessTurning = true
        // Bounded as the core's turns are: an effect brings about one input at most.
        while !accessInputs.isEmpty {
            let next = accessInputs.removeFirst()
            let now = BootClock.now()
            let clock = accessClock(at: now)
            if clock != toldAccessClock {
                toldAccessClock = clock
                perform(access.handle(.civilTime(clock), at: now))
            }
            perform(access.handle(next, at: now))
        }
        isAccessTurning = false
        endRevokedSessions()
    }

    private func accessClock(at now: Instant) -> AccessClock? {
        civil.told.map {
            AccessClock(reading: $0, utcOffsetSeconds: configuration.utcOffset($0.unixSeconds(at: now)))
        }
    }

    private func perform(_ effects: [AccessEffect]) {
        for effect in effects { perform(effect) }
    }

    private func perform(_ effect: AccessEffect) {
        switch effect {
        case .commit(let id, let set, let keepsOlder, let entries):
            let events = entries.map(auditEvent)
            guard storage.send(.commitAccess(id, set, keepsOlder: keepsOlder, events)) else {
                return tellAccess(.committed(id, stored: false))
            }
        case .record(let entry): if !storage.send(.record(auditEvent(entry), closing: nil)) { lost(1) }
        case .command(let command, let actor, let id, let costsUse):
            if costsUse, case .key(let key) = actor { paidFor[id] = key }
            submit(command, from: actor.origin, id: id)
        case .permit(let id): phones?.permitted(id)
        case .answer(let id, let answer):
            if isOfPhone(id) { phones?.answered(id, answer) } else { service?.answered(id, answer) }
        case .endSessions(let key, let id):
            phones?.endSessions(of: key, but: id)
            phones?.advertise()
            revocations.append(Revocation(key: key, asker: id))
        case .tellOwners(let notices): phones?.tellOwners(notices)
        case .startTimer(let id, let deadline):
            accessTimers[id]?.deadline = deadline
            accessTimers[id]?.timer.arm(atBootNanoseconds: deadline.nanoseconds)
        case .cancelTimer(let id): accessTimers[id]?.timer.cancel()
        case .pairing: phones?.advertise()
        case .resetAlarm(let isActive):
            isResetAnnounced = isActive
            phones?.alarm(.reset, isActive: isActive)
            service?.publish(isResetAnnounced: isActive)
            service?.alarm(named: StatusProperties.reset, isActive: isActive)
            if isActive {
                journal.write(.resetAnnounced, "A factory reset has been announced at the inside button.")
            } else {
                journal.write(
                    .alarmEnded, "The announced factory reset has been called off, or begins.",
                    fields: ["ALARM": StatusProperties.reset])
            }
        case .setClock(let seconds, let instant):
            civil.vouch(for: seconds, at: instant)
            tellCivilTime(at: BootClock.now())
        case .reset(let id):
            resetAsker = id
            if !storage.send(.reset) { wiped(failure: "the storage thread takes no messages") }
        }
    }

    private func auditEvent(_ entry: AccessEntry) -> AuditEvent {
        let now = BootClock.now()
        return AuditEvent(
            action: entry.action, origin: entry.origin,
            outcome: entry.refusal.map(AuditOutcome.refused) ?? .done(device.state), at: now,
            unixSeconds: civil.told?.unixSeconds(at: now), isTimeTrusted: civil.told?.isTrusted ?? false,
            subject: entry.subject)
    }

    /// An unlocking has had its use when the motor is energised for it, whoever joins it then and whatever becomes of it: from there on
    /// the bolt may be drawn, and who turns it round by locking again has come in all the same.
    func spendDrivenUses() {
        guard !paidFor.isEmpty, let stroke = device.stroke, stroke.goal == .unlocked, stroke.motion == drivenMotion
        else { return }
        for ticket in stroke.tickets {
            if let id = ticket.id { paidFor[id] = nil }
        }
    }

    /// Whoever took a key away is answered when nothing that it had asked for is under way any more.
    func endRevokedSessions() {
        guard !revocations.isEmpty else { return }
        for revocation in revocations where !device.isAskedBy(.key(revocation.key.rawValue)) {
            guard let asker = revocation.asker else { continue }
            if isOfPhone(asker) { phones?.revoked(asker) } else { service?.answered(asker, .done) }
        }
        revocations.removeAll { !device.isAskedBy(.key($0.key.rawValue)) }
    }

    func accessTimerFired(_ id: AccessTimerID) {
        guard let deadline = accessTimers[id]?.deadline else { return }
        // A store that has answered meanwhile has answered in time.
        if id == .commitWait { storage.answers.drain { storageSaid($0) } }
        tellAccess(.timer(id, deadline: deadline))
    }

    func recordStrangers(attempts: UInt32) {
        let event = auditEvent(AccessEntry(.strangersRefused, .strangers(attempts: attempts)))
        if !storage.send(.record(event, closing: nil)) { lost(1) }
    }

    func wiped(failure: String?) {
        let asker = resetAsker
        resetAsker = nil
        if let asker { phones?.answered(asker, failure == nil ? .done : .failed(.storeUnavailable)) }
        guard let failure else {
            phones?.endAll(saying: .reset)
            return finish(.reset)
        }
        journal.write(.storeProblem, "The factory reset has failed: \(failure)")
        finish(.failed("The factory reset has failed: \(failure)"))
    }

    // MARK: What the phones' service asks

    var setupSecret: [UInt8]? { setupCode.map { Array($0.prefix(PairingCode.secretSize)) } }

    var wireClock: WireClock {
        let now = BootClock.now()
        var clock = WireClock()
        guard let told = civil.told else { return clock }
        clock.unixSeconds = told.unixSeconds(at: now)
        clock.isTrusted = access.trustedSeconds(at: now) != nil
        clock.utcOffsetSeconds = configuration.utcOffset(clock.unixSeconds)
        return clock
    }

    // MARK: What administrators ask

    var pairing: PairingState? {
        guard access.standing == .ready else { return nil }
        return PairingState(
            code: setupText, hasOwner: access.set.isOwned, isOpen: access.isPairingOpen(at: BootClock.now()))
    }

    var labelFingerprint: Fingerprint? { setupCode.flatMap { Fingerprint($0.dropFirst(PairingCode.secretSize)) } }

    private var setupText: String? {
        guard let secret = setupSecret, let fingerprint = labelFingerprint else { return nil }
        return PairingCode(id: .setupCode, secret: SecretBytes(copying: secret), fingerprint: fingerprint).text
    }

    var sessions: [PhoneSession] {
        let now = BootClock.now()
        return phones?.links.values.compactMap { link in
            link.key.map {
                PhoneSession(
                    key: $0, seconds: (now - link.opened).wholeMilliseconds / 1_000, isSubscribed: link.isSubscribed)
            }
        }.sorted { $0.key < $1.key } ?? []
    }

    func code(for invitation: Invitation) -> String? {
        identity.map {
            PairingCode(
                id: SecretID(invitation.id), secret: SecretBytes(copying: invitation.secret),
                fingerprint: $0.fingerprint
            ).text
        }
    }

    func isOfPhone(_ id: RequestID) -> Bool { PhoneService.numbers.contains(id.rawValue) }
}

/// A key that has been taken away, and who waits to hear that nothing of it is left.
struct Revocation {
    var key: KeyID
    var asker: RequestID?
}
