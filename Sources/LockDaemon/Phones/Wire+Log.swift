internal import FoundationEssentials
internal import LockCore
internal import LockProtocol
internal import PhoneMessages
internal import Storage
internal import TelemetryPolicy

// What the store keeps of the audit log, as messages.

extension WireEntry {
    init(_ record: AuditRecord) {
        self.init()
        number = UInt64(record.seq)
        if record.content == .erased {
            outcome = .erased
            return
        }
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
        case .strangers(let attempts): (.strangers, attempts)
        }
    }
}

extension WireChain {
    init(_ page: ChainPage) {
        self.init()
        before = WireCheckpoint(page.before)
        payloadHashes = Data(page.links.flatMap(\.payloadHash))
        end = page.links.last.map { WireCheckpoint(AuditCheckpoint($0)) } ?? before
        last = page.last
    }
}

extension WireCheckpoint {
    init(_ checkpoint: AuditCheckpoint) {
        self.init()
        number = checkpoint.number
        hash = Data(checkpoint.hash)
    }
}
