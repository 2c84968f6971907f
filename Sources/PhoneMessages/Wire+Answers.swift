package import LockCore
package import LockProtocol

// The core's values as messages.

extension WireTerms {
    package init(_ terms: KeyTerms) {
        self.init()
        role = WireRole(terms.role)
        name = terms.name
        if !terms.schedule.isAlways { schedule = WireSchedule(terms.schedule) }
        uses = terms.usesLeft ?? 0
        isUsedUp = terms.usesLeft == 0
    }
}

extension WireSchedule {
    package init(_ schedule: Schedule) {
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
    package init(_ key: PhoneKey) {
        self.init()
        id = key.id.rawValue
        terms = WireTerms(key.terms)
        addedBy = key.addedBy?.rawValue ?? 0
    }
}

extension WireInvitation {
    /// - Parameter code: for whoever made it, and nobody else.
    package init(_ invitation: Invitation, code: String = "") {
        self.init()
        id = invitation.id.rawValue
        terms = WireTerms(invitation.terms)
        expires = invitation.expires
        redeemedBy = invitation.redeemedBy?.rawValue ?? 0
        self.code = code
    }
}

extension WireNotice {
    package init(_ notice: OwnerNotice) {
        self.init()
        number = notice.number
        kind = WireNoticeKind(notice.kind)
        key = notice.key?.rawValue ?? 0
        name = notice.name
        unixSeconds = notice.unixSeconds ?? 0
    }
}

extension WireSettings {
    package init(_ settings: Settings) {
        self.init()
        mode = WireMode(settings.mode)
        autoRelockMilliseconds = UInt32(clamping: settings.autoRelockMilliseconds ?? 0)
        doorAjarMilliseconds = UInt32(clamping: settings.doorAjarMilliseconds ?? 0)
    }
}

extension WireStatus {
    package init(_ status: Status, isResetAnnounced: Bool, at now: Instant) {
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
