internal import LockCore
internal import Storage
internal import SystemdRuntime

/// The audit log as `Log` answers it: number, boot, boot time in nanoseconds, civil seconds (-1: none), whether they are
/// vouched for, action, origin, outcome, state, code, warning, and the key that it is about (0: none).
enum AuditRows {
    static let signature = "xxa(xsxxbssssssu)"
    private static let element = "(xsxxbssssssu)"

    static func values(_ page: AuditPage) -> [BusValue] {
        [.int64(page.first), .int64(page.last), .array(page.records.map(row), elementSignature: element)]
    }

    private static func row(_ record: AuditRecord) -> BusValue {
        switch record.content {
        case .event(let event): row(record, event)
        case .erased:
            // The entry counts, and nothing of it is left.
            structure(record, at: 0, unixSeconds: nil, isTrusted: false, texts: ["erased", "", "", "", "", ""])
        case .unreadable(let words):
            // The entry counts and is shown; what cannot be read of it stands where its cause would.
            structure(
                record, at: 0, unixSeconds: nil, isTrusted: false,
                texts: ["unreadable", "device", "failed", "", words, ""])
        }
    }

    private static func row(_ record: AuditRecord, _ event: AuditEvent) -> BusValue {
        let outcome: [String] =
            switch event.outcome {
            case .done(let state, let warning): ["done", state.storedText, "", warning?.rawValue ?? ""]
            case .already(let state): ["already", state.storedText, "", ""]
            case .refused(let code): ["refused", "", code.rawValue, ""]
            case .failed(let code): ["failed", "", code.rawValue, ""]
            }
        return structure(
            record, at: event.at.nanoseconds, unixSeconds: event.unixSeconds, isTrusted: event.isTimeTrusted,
            texts: [event.action.rawValue, text(of: event.origin)] + outcome, subject: event.subject)
    }

    private static func structure(
        _ record: AuditRecord, at nanoseconds: Int64, unixSeconds: Int64?, isTrusted: Bool, texts: [String],
        subject: KeyID? = nil
    ) -> BusValue {
        .structure(
            [
                .int64(record.seq), .string(record.bootID), .int64(nanoseconds), .int64(unixSeconds ?? -1),
                .bool(isTrusted),
            ] + texts.map { .string($0) } + [.uint32(subject?.rawValue ?? 0)])
    }

    static func text(of origin: Origin) -> String {
        switch origin {
        case .insideButton: "inside-button"
        case .local(let user): "local:\(user)"
        case .key(let number): "key:\(number)"
        case .autoRelock: "auto-relock"
        case .recovery: "recovery"
        case .device: "device"
        case .strangers(let attempts): "strangers:\(attempts)"
        }
    }
}
