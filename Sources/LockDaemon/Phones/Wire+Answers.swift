internal import LockCore
internal import LockProtocol
internal import Storage

// The core's values as messages.

extension WireTerms {
    init(_ terms: KeyTerms) {
        self.init()
        role = WireRole(terms.role)
        name = terms.name
        if !terms.schedule.isAlways { schedule = WireSchedule(terms.schedule) }
        uses = terms.usesLeft ?? 0
        isUsedUp = terms.usesLeft == 0
    }
}

extension WireSchedule {
    init(_ schedule: Schedule) {
        self.init()
        windows = schedule.windows.map {
            var window = WireWindow()
            window.weekdays = UInt32($0.weekdays)
            window.startMinute = UInt32($0.start)
            window.endMinute = UInt32($0.end)
            return window
        }
        notBefore = schedule.notBefore ?? 0
        notAfter = schedule.notAfter ?? 0
    }
}

extension WireKey {
    init(_ key: PhoneKey) {
        self.init()
        id = key.id.rawValue
        terms = WireTerms(key.terms)
        addedBy = key.addedBy?.rawValue ?? 0
    }
}

extension WireInvitation {
    /// - Parameter code: for whoever made it, and nobody else.
    init(_ invitation: Invitation, code: String = "") {
        self.init()
        id = invitation.id.rawValue
        terms = WireTerms(invitation.terms)
        expires = invitation.expires
        redeemedBy = invitation.redeemedBy?.rawValue ?? 0
        self.code = code
    }
}

extension WireNotice {
    init(_ notice: OwnerNotice) {
        self.init()
        number = notice.number
        kind = WireNoticeKind(notice.kind)
        key = notice.key?.rawValue ?? 0
        name = notice.name
        unixSeconds = notice.unixSeconds ?? 0
    }
}

extension WireSettings {
    init(_ settings: Settings) {
        self.init()
        mode = WireMode(settings.mode)
        autoRelockMilliseconds = UInt32(clamping: settings.autoRelockMilliseconds ?? 0)
        doorAjarMilliseconds = UInt32(clamping: settings.doorAjarMilliseconds ?? 0)
    }
}

extension WireStatus {
    init(_ status: Status, isResetAnnounced: Bool, at now: Instant) {
        self.init()
        state = WireState(status.state)
        if let code = status.state.cause { cause = WireFault(code) }
        position = WirePosition(status.position)
        if let isDoorOpen = status.isDoorOpen { self.isDoorOpen = isDoorOpen }
        switch status.battery {
        case .unknown: break
        case .unreadable: battery.unreadable = true
        case .level(let percent, _): battery.percent = UInt32(clamping: percent)
        }
        alarms = status.alarms.list.map(WireAlarm.init) + (isResetAnnounced ? [.reset] : [])
        if let deadline = status.relockDeadline {
            relockInSeconds = UInt32(clamping: (deadline - now).wholeMilliseconds / 1_000)
        }
        isJournalAvailable = status.isJournalAvailable
    }
}

extension WireEntry {
    init(_ record: AuditRecord) {
        self.init()
        number = UInt64(record.seq)
        boot = Self.boot(record.bootID)
        guard let event = record.event else {
            outcome = .unreadable
            return
        }
        if let seconds = event.unixSeconds { unixSeconds = seconds }
        isTimeTrusted = event.isTimeTrusted
        bootMilliseconds = UInt64(event.at.nanoseconds / 1_000_000)
        action = WireAction(event.action)
        (origin, originNumber) = Self.origin(event.origin)
        subject = event.subject?.rawValue ?? 0
        switch event.outcome {
        case .done(let state, let warning):
            outcome = .done
            self.state = WireState(state)
            if let warning { fault = WireFault(warning) }
        case .already(let state):
            outcome = .already
            self.state = WireState(state)
        case .refused(let code):
            outcome = .refused
            fault = WireFault(code)
        case .failed(let code):
            outcome = .failed
            fault = WireFault(code)
        }
    }

    /// The first 16 hexadecimal digits of the kernel's name for a boot, which is a UUID.
    private static func boot(_ name: String) -> UInt64 {
        name.lazy.compactMap(\.hexDigitValue).prefix(16).reduce(0) { $0 << 4 | UInt64($1) }
    }

    private static func origin(_ origin: Origin) -> (WireOrigin, UInt32) {
        switch origin {
        case .insideButton: (.insideButton, 0)
        case .local(let user): (.local, user)
        case .key(let number): (.key, number)
        case .autoRelock: (.autoRelock, 0)
        case .recovery: (.recovery, 0)
        case .device: (.device, 0)
        }
    }
}
