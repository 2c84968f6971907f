/// Why a record was dropped.
package enum DropReason: String, Hashable, Sendable, CaseIterable {
    /// Older than what had to find room.
    case quota
    /// The file system has no headroom.
    case headroom
    /// A later value of the same day took its place.
    case superseded
    /// The receiver took the batch and not this record.
    case rejected
}

/// What has become of all records, since the queue began.
package struct QueueCounters: Hashable, Sendable {
    package var recorded: UInt64 = 0
    package var acknowledged: UInt64 = 0
    package var dropped: [DropReason: UInt64] = [:]
    package var expired: UInt64 = 0
    package var erased: UInt64 = 0

    package init() {}

    package var totalDropped: UInt64 { dropped.values.reduce(0, +) }
}

/// Where the records are that are there.
package struct QueueContents: Hashable, Sendable {
    package var queued = 0
    /// In a batch that is on its way, or waits to be.
    package var leased = 0
    /// In a batch that waits for somebody to change something (the receiver says 401 or 403).
    package var parked = 0
    /// In a batch that the receiver refused for good. Kept for its owner to see.
    package var quarantined = 0

    package init() {}

    package var total: Int { queued + leased + parked + quarantined }
}
