/// Records that leave together. Its bytes are fixed when it is first leased: a repeated transfer is the same to the last bit.
package struct Batch: Hashable, Sendable {
    package enum Stage: Hashable, Sendable {
        /// Nobody has it in hand: a lease ran out, or a transfer is to be tried again.
        case waiting
        case leased(until: Duration)
        /// It may be on the wire.
        case begun(until: Duration)
        case parked
        case quarantined
    }

    package let id: BatchID
    package let epoch: ConsentEpoch
    /// The items that it carries, install id and day among them.
    package let items: Set<ItemID>
    package let sequences: [UInt64]
    package let bytes: [UInt8]
    package internal(set) var stage: Stage
    /// Whether it has ever been on the wire: before that nobody can have taken it.
    package internal(set) var wasBegun = false

    var deadline: Duration? {
        switch stage {
        case .leased(let until), .begun(let until): until
        case .waiting, .parked, .quarantined: nil
        }
    }

    var isBegun: Bool { if case .begun = stage { true } else { false } }
    /// Whether it may still be sent without anybody's doing.
    var isOpen: Bool { stage != .parked && stage != .quarantined }
}

/// What came of a transfer.
package enum TransferOutcome: Hashable, Sendable {
    /// Taken; so many records of it were rejected for good (OTLP's partial success).
    case accepted(rejected: Int)
    /// Nothing is known, or it should be tried again.
    case retry
    /// 401, 403: somebody has to change something.
    case unauthorised
    /// 413: less at a time.
    case tooLarge
    /// Never to be sent again.
    case rejected
}
