/// What an owner keeps of a decision: one row of the ledger as plain JSON, with the fields of ISO/IEC TS 27560 by the names that W3C's
/// guide "Implementing ISO/IEC TS 27560:2023 with DPV" has for them, where it has any.
package enum ConsentReceipt {
    package static let schema = "mortise-consent-receipt"

    /// The receipt of one row.
    package static func bytes(of record: ConsentRecord) -> [UInt8] {
        JSONText.object(["schema": .text(schema), "record": json(of: record)]).bytes
    }

    /// The row itself, as the export's history has it too.
    static func json(of record: ConsentRecord) -> JSONText {
        .object([
            "schema_version": .number(ConsentRecord.schemaVersion),
            "record_id": .count(record.number),
            "event_state": .text(record.status.rawValue),
            "event_type": .text(record.cause.rawValue),
            "event_time": json(ofTime: record.unixSeconds, isTrusted: record.isTimeTrusted),
            "entity": json(of: record.actor),
            "switches": .texts(record.switches.sorted().map(\.rawValue)),
            "privacy_notice": json(of: record.policy),
            "language": .text(record.language),
            "at_least_18": record.isAdult.map { .bool($0) } ?? .null,
            "purposes": .texts(record.scope.purposes.sorted().map(\.rawValue)),
            "pii_information": json(of: record.scope),
            "pii_controller": json(of: record.details),
            "withdrawal_method": .text(ConsentRecord.withdrawalMethod),
            "consent_epoch": json(of: record.epoch),
        ])
    }

    static func json(of policy: PolicyIdentity) -> JSONText {
        .object(["date": .text(policy.date.text), "sha256": .text(policy.sha256Text)])
    }

    static func json(of scope: ConsentScope) -> JSONText {
        .list(
            scope.lines.map { line in
                .object([
                    "item": .text(line.item.rawValue),
                    "purposes": .texts(line.purposes.sorted().map(\.rawValue)),
                    "retention_period": .text(line.retention.words),
                ])
            })
    }

    static func json(of details: ProcessingDetails) -> JSONText {
        .object([
            "name": .text(details.controller),
            "contact": .text(details.contact),
            "erasure_endpoint": .text(details.erasureEndpoint),
            "storage_location": .text(details.storagePlace),
            "jurisdiction": .text(details.jurisdiction),
            "recipients": details.recipients.map { .texts($0) } ?? .null,
        ])
    }

    /// Who acted, and by which path.
    static func json(of actor: ConsentActor) -> JSONText {
        switch actor {
        case .key(let key):
            .object(["entity_id": .text(Self.name(of: key)), "path": .text("channel")])
        case .local(let user):
            .object(["entity_id": .text("user \(user)"), "path": .text("on the lock")])
        case .lock: .object(["entity_id": .text("lock"), "path": .text("by itself")])
        }
    }

    static func name(of key: KeyReference) -> String {
        let bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: key.fingerprint >> (8 * $0)) }
        return "key \(key.number) \(Hex.text(of: bytes))"
    }

    /// Epochs begin at random and are 64 bits long: a name, not a number.
    static func json(of epoch: ConsentEpoch) -> JSONText { .text("\(epoch.rawValue)") }

    static func json(ofTime seconds: Int64?, isTrusted: Bool) -> JSONText {
        .object([
            "utc": .text(seconds.flatMap(text(ofTime:))),
            "is_trusted": .bool(isTrusted),
        ])
    }

    /// `YYYY-MM-DDThh:mm:ssZ`; nil: before 1970 or after 2099, which no clock can say.
    private static func text(ofTime seconds: Int64) -> String? {
        let number = seconds.flooredQuotient(by: Day.secondsPerDay)
        guard let day = Int32(exactly: number).flatMap(Day.init(number:)) else { return nil }
        let rest = seconds - number * Day.secondsPerDay
        func two(_ value: Int64) -> String { (value < 10 ? "0" : "") + "\(value)" }
        return "\(day.text)T\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }
}
