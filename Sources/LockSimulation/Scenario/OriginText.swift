package import LockCore

extension Origin {
    /// The textual form, as scenarios, records and the daemon's interface write it.
    package var text: String {
        switch self {
        case .insideButton: "inside-button"
        case .local(let user): "local:\(user)"
        case .key(let number): "key:\(number)"
        case .autoRelock: "auto-relock"
        case .recovery: "recovery"
        case .device: "device"
        case .strangers(let attempts): "strangers:\(attempts)"
        }
    }

    /// What ``text`` may be.
    static let syntax = "inside-button, local:UID, key:NUMBER, auto-relock, recovery, device, strangers:ATTEMPTS"

    init?(text: String) {
        switch text {
        case "inside-button": self = .insideButton
        case "auto-relock": self = .autoRelock
        case "recovery": self = .recovery
        case "device": self = .device
        default:
            if text.hasPrefix("local:"), let user = UInt32(text.dropFirst("local:".count)) {
                self = .local(user: user)
            } else if text.hasPrefix("key:"), let number = UInt32(text.dropFirst("key:".count)) {
                self = .key(number)
            } else if text.hasPrefix("strangers:"), let attempts = UInt32(text.dropFirst("strangers:".count)) {
                self = .strangers(attempts: attempts)
            } else {
                return nil
            }
        }
    }
}
