import Glibc

/// Words for people, out of the words of the bus. What is not known is shown as it came.
package enum Words {
    package static func state(_ state: String, fault: String) -> String {
        fault.isEmpty ? state : "\(state) (\(fault))"
    }

    package static func mark(state: String) -> Mark {
        switch state {
        case "locked": .good
        case "jammed", "fault": .bad
        case "unknown", "between": .warning
        default: .plain
        }
    }

    /// A mode as it is typed.
    package static func modeName(_ mode: String) -> String { mode == "lockOut" ? "lock-out" : mode }

    package static func mode(_ mode: String) -> String {
        switch mode {
        case "passage": "passage (auto-relock suspended)"
        case "lockOut": "lock-out (only the inside button unlocks)"
        default: mode
        }
    }

    package static func door(_ door: String) -> String { door == "absent" ? "no sensor" : door }

    package static func alarm(_ alarm: String) -> String {
        switch alarm {
        case "doorAjar": "door ajar"
        case "forcedOpen": "forced open"
        case "tampered": "tampered"
        case "lowBattery": "low battery"
        case "batteryUnreadable": "battery unreadable"
        case "reset": "factory reset announced"
        default: alarm
        }
    }

    package static func period(_ milliseconds: UInt64, none: String) -> String {
        milliseconds == 0 ? none : TimeText.duration(milliseconds: milliseconds)
    }

    package static func action(_ action: String) -> String {
        switch action {
        case "movedByHand": "moved by hand"
        case "acknowledgeAlarms": "acknowledge alarms"
        case "faultCleared": "fault cleared"
        case "alarmEnded": "alarm ended"
        case "keyAdded": "key added"
        case "keyChanged": "key changed"
        case "keyRemoved": "key removed"
        case "invitationCreated": "invitation created"
        case "invitationWithdrawn": "invitation withdrawn"
        case "wrongSecret": "wrong pairing secret"
        case "pairingOpened": "pairing opened"
        case "clockSet": "clock set"
        case "resetRequested": "factory reset requested"
        case "strangersRefused": "strangers refused"
        case "logErased": "log erased"
        default: alarm(action)
        }
    }

    /// `local:1000` as the name of the user, where there is one.
    package static func origin(_ origin: String) -> String {
        switch origin {
        case "inside-button": return "inside button"
        case "auto-relock", "recovery", "device": return origin
        default: break
        }
        let parts = origin.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let number = UInt32(parts[1]) else { return origin }
        switch parts[0] {
        case "local": return userName(number) ?? "user \(number)"
        case "key": return "key \(number)"
        case "strangers": return number == 1 ? "1 attempt" : "\(number) attempts"
        default: return origin
        }
    }

    private static func userName(_ user: UInt32) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        // The size that getpwuid_r(3) suggests; a longer entry is shown by its number.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let start = buffer.baseAddress,
                getpwuid_r(user, &entry, start, buffer.count, &found) == 0, found != nil, let name = entry.pw_name
            else { return nil }
            return String(cString: name)
        }
    }
}
