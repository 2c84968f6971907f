/// One answer of `Log`.
package struct LogPage: Hashable, Sendable {
    /// The number of the oldest entry that is still kept.
    package var first: Int64
    /// The number of the newest entry; 0 when there never was one.
    package var last: Int64
    package var entries: [LogEntry]

    package init(first: Int64, last: Int64, entries: [LogEntry]) {
        self.first = first
        self.last = last
        self.entries = entries
    }
}

/// One entry of the owner's audit log, as it was sent.
package struct LogEntry: Hashable, Sendable {
    /// The action of an entry of which nothing is left but its number.
    package static let erased = "erased"

    package var sequence: Int64
    package var bootID: String
    package var bootNanoseconds: Int64
    /// -1 when there was no civil clock.
    package var unixSeconds: Int64
    package var isTrusted: Bool
    package var action: String
    package var origin: String
    package var outcome: String
    /// "" when the outcome has none.
    package var state: String
    /// "" when the outcome has none.
    package var code: String
    /// "" when there is none.
    package var warning: String
    /// The key that it is about, where that is told; 0 is none.
    package var subject: UInt32

    package init(
        sequence: Int64, bootID: String, bootNanoseconds: Int64, unixSeconds: Int64, isTrusted: Bool, action: String,
        origin: String, outcome: String, state: String, code: String, warning: String,
        subject: UInt32 = 0
    ) {
        self.sequence = sequence
        self.bootID = bootID
        self.bootNanoseconds = bootNanoseconds
        self.unixSeconds = unixSeconds
        self.isTrusted = isTrusted
        self.action = action
        self.origin = origin
        self.outcome = outcome
        self.state = state
        self.code = code
        self.warning = warning
        self.subject = subject
    }
}
