package import LockCore

/// One numbered entry of the owner's audit log.
package struct AuditRecord: Hashable, Sendable {
    /// Its number. The first entry ever is 1, and each has the number after the one before.
    package var seq: Int64
    /// The kernel's name for the boot that it happened in: boot times compare only within one. Empty when it was erased.
    package var bootID: String
    package var content: Content

    /// What the entry says.
    package enum Content: Hashable, Sendable {
        case event(AuditEvent)
        /// The entry is there and counts, but a word or value in it is unknown to this version; the text says which.
        case unreadable(String)
        /// The entry counts, and what it said was erased.
        case erased
    }

    package init(seq: Int64, bootID: String, content: Content) {
        self.seq = seq
        self.bootID = bootID
        self.content = content
    }

    /// The event; nil when it is unreadable.
    package var event: AuditEvent? {
        guard case .event(let event) = content else { return nil }
        return event
    }
}

/// A part of the audit log, and what there is of it in all, so that a reader sees what was pruned before it came.
package struct AuditPage: Hashable, Sendable {
    /// Oldest first, without gaps.
    package var records: [AuditRecord]
    /// The number of the oldest entry that is kept; 1 while there is none.
    package var first: Int64
    /// The number of the newest entry; 0 while there is none.
    package var last: Int64

    package init(records: [AuditRecord], first: Int64, last: Int64) {
        self.records = records
        self.first = first
        self.last = last
    }
}
