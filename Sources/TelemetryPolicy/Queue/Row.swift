/// One record in the queue. Its fields are all that is stored of it, and each is an item of the registry or bookkeeping
/// (``RowField``).
package struct Row: Hashable, Sendable {
    /// Rises by one with each record; the order of everything. Never a time.
    package var sequence: UInt64
    package var epoch: ConsentEpoch
    package var value: ItemValue
    package var day: Day

    package init(sequence: UInt64, epoch: ConsentEpoch, value: ItemValue, day: Day) {
        self.sequence = sequence
        self.epoch = epoch
        self.value = value
        self.day = day
    }

    /// What a row costs besides its text: sequence, epoch, item, day, and a database's own bytes for them.
    package static let overhead = 48

    /// No value's text is longer; a test holds that.
    package static let textLimit = 32

    /// Bytes that the quota is charged.
    package var cost: Int { Self.overhead + value.text.utf8.count }
}

/// What each stored field of a record is. Adding a field to ``Row`` without a case here fails a test.
package enum RowField: String, Hashable, Sendable, CaseIterable {
    case sequence
    case epoch
    case value
    case day

    package enum Meaning: Hashable, Sendable {
        case items([ItemID])
        case bookkeeping(String)
    }

    package var meaning: Meaning {
        switch self {
        case .sequence: .bookkeeping("the order of records")
        case .epoch: .bookkeeping("the consent it was recorded under")
        case .value: .items([.deviceModel, .osVersion, .softwareVersion, .battery, .serviceFailures, .location])
        case .day: .items([.day])
        }
    }
}
