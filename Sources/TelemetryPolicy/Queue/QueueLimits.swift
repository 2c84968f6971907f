/// The queue's bounds. All ours; the requirements set the first three.
package enum QueueLimits {
    /// A lock that is offline for a month has far fewer.
    package static let rows = 2_000
    /// What rows and batches are charged: 2,000 of the longest rows, and the fixed bytes of a batch on its way besides one or two that wait
    /// for people.
    package static let bytes = 256 << 10
    /// What the store may take on a disk, with its free pages and its write-ahead log. Of four times what is charged a database's own
    /// bytes take less than half, and a log that rewrites everything the other half.
    package static let fileBytes = 1 << 20
    /// What the file system must have left, so that telemetry never takes the last of it from the lock.
    package static let headroom: UInt64 = 10 << 20
    /// A month's records in some ten transfers, and no batch that would push out the rest of the queue.
    package static let batchRows = 200
    /// A receiver's usual limit is far above; what a transfer costs on a poor network is not.
    package static let batchBytes = 64 << 10
    /// A transfer over a poor network, with its retries.
    package static let leaseTime: Duration = .seconds(900)
    /// Flash wears: what is noted is written together.
    package static let flushInterval: Duration = .seconds(3_600)
    /// Values noted and not yet written: every item, every failure, on two days.
    package static let noted = 64
}
