/// The bounds of `lock.db`, with their reasons.
package enum StoreLimits {
    /// Closed motions that are kept for diagnosis: some weeks of use, and less than ten pages.
    package static let motionsKept: Int64 = 64
    /// Motions that may be under way at once: eight wait for one stroke at most, and whoever presses the inside button besides,
    /// and as many for the stroke that replaces it; the rest is for those that a failing disk has left open.
    package static let interruptedMotions = 32

    /// Entries of the audit log that are kept: ten years of two a day, or four months of eighty, in under 3 MB.
    package static let auditEntries: Int64 = 10_000

    /// How long an entry of the audit log is kept, by trusted civil time.
    package static let auditSeconds: Int64 = 90 * 86_400

    /// Entries that one append may remove: enough to catch up soon with a lower bound, few enough (eight pages) that no
    /// append is noticeably slower than another.
    package static let auditEntriesPrunedAtOnce: Int64 = 64

    /// Numbers of entries over which one step of an erasure goes: some 60 pages of 1 kB, so that a motion that waits behind it still
    /// begins in time.
    package static let auditEntriesErasedAtOnce: Int64 = 256

    /// Entries that one reading of the audit log may return: about 100 kB of memory.
    package static let auditPage: ClosedRange<Int> = 1...500

    /// The numbers that motions and audit entries may have; the schema holds the same bound. A number beyond can only come
    /// of damage, and one more than any of these is still an integer.
    package static let numbers: ClosedRange<Int64> = 1...4_503_599_627_370_496

    /// Stroke times that can be believed: up to a minute. Caps are 5 s at most.
    package static let calibrationNanoseconds: ClosedRange<Int64> = 1...60_000_000_000

    /// Bytes in a page. Most commits change one to three pages, and file systems write 4 kB blocks. Measured on ext4 over 500
    /// lock-unlock cycles: 54 kB written a cycle with 4,096 bytes a page, 31 kB with 1,024, 24 kB with 512, which would need
    /// twice the pages for a full audit log.
    package static let pageBytes: Int64 = 1_024

    /// Pages that the file may have: 16 MiB, five times a full store. A runaway writer hits this and not the end of the disk.
    package static let pages: Int64 = 16_384

    /// A file that is larger was not written by this program. Bounds the time of the check at open.
    package static var fileBytes: Int64 { pages * pageBytes }

    /// Page cache, in KiB: a full store's inner pages and its newest leaves many times over.
    package static let cacheKiB: Int64 = 512

    /// Pages in the log after which ending a motion, or saving, also writes them back: about 30 lock-unlock cycles.
    package static let checkpointPages: Int32 = 256

    /// Pages in the log after which even beginning a motion writes them back. Beginning one is what the motor waits for, so it
    /// must not pay for a checkpoint; this bounds the log when nothing but beginnings succeed.
    package static let checkpointPagesAtMost: Int32 = 4_096

    /// The log file keeps this size between checkpoints, so that commits overwrite it in place and need not allocate; larger
    /// than ``checkpointPages`` with their headers.
    package static let logBytesKept: Int64 = 524_288

    /// Records of consent that are kept: a decision a week for forty years.
    package static let consentRecords: Int64 = 2_048

    /// Pages that `consent.db` may have: 4 MiB, twice as many as the longest records take.
    package static let consentPages: Int64 = 4_096

    /// Page cache of `consent.db`, in KiB.
    package static let consentCacheKiB: Int64 = 128

    /// Pages that `telemetry.db` may have. With the log of ``telemetryCheckpointPages`` and of one commit that rewrites all of them it stays
    /// below ``TelemetryPolicy/QueueLimits/fileBytes``.
    package static let telemetryPages: Int64 = 448

    /// Pages in the log after which a commit also writes them back.
    package static let telemetryCheckpointPages: Int32 = 64

    /// Page cache of `telemetry.db`, in KiB.
    package static let telemetryCacheKiB: Int64 = 256

    /// Problems that are remembered until somebody takes them.
    package static let problems = 32
}
