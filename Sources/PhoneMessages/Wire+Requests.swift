package import LockCore
package import LockProtocol

// Messages as the core's values. What the core cannot express is a complaint, in words for whoever writes a client; bounds are the core's.

/// Why a message makes no request.
package struct WireComplaint: Error, Hashable, Sendable {
    package var words: String

    package init(words: String) { self.words = words }
}

extension WireTerms {
    /// - Parameter mayBeUsedUp: of a key that there is, which may have no uses left, and not of one to be.
    package func core(mayBeUsedUp: Bool = false) throws(WireComplaint) -> KeyTerms {
        guard let role = role.core else { throw WireComplaint(words: "there is no such role") }
        // Else a key that is used up could be used for ever once somebody has read its terms and written them again.
        guard !isUsedUp || (mayBeUsedUp && uses == 0) else {
            throw WireComplaint(
                words: "is_used_up is for a key that has no uses left: say how many it has, or leave it out")
        }
        let usesLeft: UInt32? = isUsedUp ? 0 : uses == 0 ? nil : uses
        return KeyTerms(role: role, name: name, schedule: try schedule.core(), usesLeft: usesLeft)
    }
}

extension WireSchedule {
    package func core() throws(WireComplaint) -> Schedule {
        var schedule = Schedule(
            notBefore: notBefore == 0 ? nil : notBefore, notAfter: notAfter == 0 ? nil : notAfter)
        for window in windows {
            guard let weekdays = UInt8(exactly: window.weekdays), let start = UInt16(exactly: window.startMinute),
                let end = UInt16(exactly: window.endMinute)
            else { throw WireComplaint(words: "a weekly window is out of its bounds") }
            schedule.windows.append(WeeklyWindow(weekdays: weekdays, start: start, end: end))
        }
        return schedule
    }
}

extension WireChangeSettings {
    /// The settings after the change.
    package func applied(to settings: Settings) throws(WireComplaint) -> Settings {
        var settings = settings
        if hasMode {
            guard let mode = mode.core else { throw WireComplaint(words: "there is no such mode") }
            settings.mode = mode
        }
        if hasAutoRelockMilliseconds {
            settings.autoRelockMilliseconds = autoRelockMilliseconds == 0 ? nil : Int64(autoRelockMilliseconds)
        }
        if hasDoorAjarMilliseconds {
            settings.doorAjarMilliseconds = doorAjarMilliseconds == 0 ? nil : Int64(doorAjarMilliseconds)
        }
        return settings
    }
}
