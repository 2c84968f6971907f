/// Everything that the lock holds about consent and telemetry, as plain JSON for its owner. It only reads: exporting deletes nothing.
package struct TelemetryExport {
    package static let schema = "mortise-telemetry-export"
    package static let schemaVersion = 1

    private let consent: Consent
    private let history: [ConsentRecord]
    private let queue: TelemetryQueue
    private let noted: [DatedValue]
    private let now: Moment

    /// `history`: the whole ledger, oldest first. `noted`: what is in memory only (``Coalescer/pending``).
    package init(
        _ consent: Consent, history: [ConsentRecord], queue: TelemetryQueue, noted: [DatedValue], at now: Moment
    ) {
        self.consent = consent
        self.history = history
        self.queue = queue
        self.noted = noted
        self.now = now
    }

    package var bytes: [UInt8] {
        JSONText.object([
            "schema": .text(Self.schema),
            "schema_version": .number(Self.schemaVersion),
            "exported": ConsentReceipt.json(ofTime: now.unixSeconds, isTrusted: now.trustedDay != nil),
            "policy": policy,
            "processing": consent.context.map { ConsentReceipt.json(of: $0.details) } ?? .null,
            "consent": state,
            "erasure_requests": erasures,
            "history": .list(history.map(ConsentReceipt.json(of:))),
            "records": records,
            "batches": batches,
            "noted_in_memory": .list(noted.map(Self.members).map { .object($0) }),
            "remembered": remembered,
            "counters": counters,
        ]).bytes
    }

    private var policy: JSONText {
        guard let manifest = consent.context?.manifest else { return .null }
        return .object([
            "date": .text(manifest.identity.date.text), "sha256": .text(manifest.identity.sha256Text),
            "languages": .texts(manifest.languages.sorted()),
        ])
    }

    private var state: JSONText {
        let state = consent.state
        return .object([
            "ledger": .text(standing),
            "consent_epoch": ConsentReceipt.json(of: state.epoch),
            "diagnostics": .text(state.statuses.diagnostics.rawValue),
            "location": .text(state.statuses.location.rawValue),
            "given": state.grant.map(Self.given) ?? .null,
            "is_frozen": .bool(state.freeze != nil),
            "frozen_since": .text(state.freeze?.since?.text),
            "acceptances": .list(
                state.acceptances.map {
                    .object([
                        "entity_id": .text(ConsentReceipt.name(of: $0.by)),
                        "privacy_notice": ConsentReceipt.json(of: $0.policy),
                        "at_least_18": .bool($0.isAdult),
                    ])
                }),
            "location_service_active": .bool(state.isLocationServiceActive),
            "remembered_cell": .text(state.location?.text),
            "safety_notices": .text(state.notices.rawValue),
        ])
    }

    private var standing: String {
        switch consent.standing {
        case .booting: "not read yet"
        case .ready: "read"
        case .unreadable: "unreadable, which means no"
        }
    }

    private static func given(_ grant: Grant) -> JSONText {
        .object([
            "entity_id": .text(ConsentReceipt.name(of: grant.by)),
            "switches": .texts(grant.switches.sorted().map(\.rawValue)),
            "privacy_notice": ConsentReceipt.json(of: grant.policy),
            "language": .text(grant.language),
            "pii_information": ConsentReceipt.json(of: grant.scope),
            "pii_controller": ConsentReceipt.json(of: grant.details),
            "install_id": .text(grant.installID.id.text),
            "install_id_known_outside": .bool(grant.isExposed),
        ])
    }

    private var erasures: JSONText {
        .list(
            consent.state.erasures.map {
                .object([
                    "request_id": .text($0.id.id.text), "install_id": .text($0.installID.id.text),
                    "consent_epoch": ConsentReceipt.json(of: $0.epoch),
                    "refused_with_status": .number($0.parkedBy.map(Int.init)),
                ])
            })
    }

    private static func members(_ dated: DatedValue) -> [JSONText.Member] {
        [
            JSONText.Member(name: "item", value: .text(dated.value.item.rawValue)),
            JSONText.Member(name: "value", value: .text(dated.value.text)),
            JSONText.Member(name: "day", value: .text(dated.day.text)),
        ]
    }

    private var records: JSONText {
        var batches: [UInt64: BatchID] = [:]
        for batch in queue.batches { for sequence in batch.sequences { batches[sequence] = batch.id } }
        return .list(
            queue.rows.map { row in
                .object(
                    [JSONText.Member(name: "sequence", value: .count(row.sequence))]
                        + Self.members(DatedValue(row.value, on: row.day))
                        + [JSONText.Member(name: "batch_id", value: .text(batches[row.sequence]?.id.text))])
            })
    }

    private var batches: JSONText {
        .list(
            queue.batches.map {
                .object([
                    "batch_id": .text($0.id.id.text), "state": .text($0.stage.word),
                    "items": .texts($0.items.map(\.rawValue).sorted()),
                    "sequences": .list($0.sequences.map { .count($0) }), "was_sent": .bool($0.wasBegun),
                    "bytes_base64": .text(Base64.text(of: $0.bytes)),
                ])
            })
    }

    private var remembered: JSONText {
        .list(ItemID.allCases.compactMap { queue.memory[$0] }.map(Self.members).map { .object($0) })
    }

    private var counters: JSONText {
        let (counters, contents) = (queue.counters, queue.contents)
        return .object([
            "recorded": .count(counters.recorded), "acknowledged": .count(counters.acknowledged),
            "queued": .number(contents.queued), "leased": .number(contents.leased), "parked": .number(contents.parked),
            "quarantined": .number(contents.quarantined),
            "dropped": .object(
                DropReason.allCases.map {
                    JSONText.Member(name: $0.rawValue, value: .count(counters.dropped[$0] ?? 0))
                }),
            "expired": .count(counters.expired), "erased": .count(counters.erased),
        ])
    }
}

extension Batch.Stage {
    fileprivate var word: String {
        switch self {
        case .waiting: "waiting"
        case .leased: "leased"
        case .begun: "may be on the wire"
        case .parked: "parked"
        case .quarantined: "quarantined"
        }
    }
}
