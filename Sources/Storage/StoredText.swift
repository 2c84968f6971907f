package import LockCore

// The words of the core as the store keeps them. They are stable: a word once stored is never given another meaning.

extension LockState {
    /// The stable text: the name, and for a latched state its cause behind a colon (`jammed:blocked`).
    package var storedText: String {
        guard let cause else { return name }
        return "\(name):\(cause.rawValue)"
    }

    /// Reads a stable text; nil when this version does not know it.
    package init?(storedText: String) {
        let parts = storedText.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard let cause = FaultCode(rawValue: String(parts[1])) else { return nil }
            switch parts[0] {
            case "jammed": self = .jammed(cause)
            case "fault": self = .fault(cause)
            default: return nil
            }
            return
        }
        switch storedText {
        case "unknown": self = .unknown
        case "calibrating": self = .calibrating
        case "locked": self = .locked
        case "unlocked": self = .unlocked
        case "locking": self = .locking
        case "unlocking": self = .unlocking
        case "between": self = .between
        default: return nil
        }
    }
}

extension Origin {
    /// The stable text of its kind, and its number if it has one.
    package var stored: (kind: String, number: Int64?) {
        switch self {
        case .insideButton: ("insideButton", nil)
        case .local(let user): ("local", Int64(user))
        case .key(let number): ("key", Int64(number))
        case .autoRelock: ("autoRelock", nil)
        case .recovery: ("recovery", nil)
        case .device: ("device", nil)
        case .strangers(let attempts): ("strangers", Int64(attempts))
        }
    }

    /// Reads what ``stored`` wrote; nil when this version does not know it.
    package init?(storedKind kind: String, number: Int64?) {
        switch (kind, number.map(UInt32.init(exactly:))) {
        case ("insideButton", nil): self = .insideButton
        case ("local", .some(.some(let user))): self = .local(user: user)
        case ("key", .some(.some(let key))): self = .key(key)
        case ("autoRelock", nil): self = .autoRelock
        case ("recovery", nil): self = .recovery
        case ("device", nil): self = .device
        case ("strangers", .some(.some(let attempts))): self = .strangers(attempts: attempts)
        default: return nil
        }
    }
}

/// An audit entry's outcome in the four columns that hold it.
struct StoredOutcome: Hashable, Sendable {
    var kind: String
    var state: String?
    var code: String?
    var warning: String?

    init(kind: String, state: String?, code: String?, warning: String?) {
        self.kind = kind
        self.state = state
        self.code = code
        self.warning = warning
    }

    init(_ outcome: AuditOutcome) {
        switch outcome {
        case .done(let state, let warning):
            self.init(kind: "done", state: state.storedText, code: nil, warning: warning?.rawValue)
        case .already(let state): self.init(kind: "already", state: state.storedText, code: nil, warning: nil)
        case .refused(let code): self.init(kind: "refused", state: nil, code: code.rawValue, warning: nil)
        case .failed(let code): self.init(kind: "failed", state: nil, code: code.rawValue, warning: nil)
        }
    }

    /// The outcome; nil when this version does not know a word of it, or when columns are filled that its kind leaves empty.
    var outcome: AuditOutcome? {
        let state = state.map(LockState.init(storedText:))
        let code = code.map(FaultCode.init(rawValue:))
        let warning = warning.map(FaultCode.init(rawValue:))
        return switch (kind, state, code, warning) {
        case ("done", .some(.some(let state)), nil, nil): .done(state)
        case ("done", .some(.some(let state)), nil, .some(.some(let warning))): .done(state, warning: warning)
        case ("already", .some(.some(let state)), nil, nil): .already(state)
        case ("refused", nil, .some(.some(let code)), nil): .refused(code)
        case ("failed", nil, .some(.some(let code)), nil): .failed(code)
        default: nil
        }
    }
}
