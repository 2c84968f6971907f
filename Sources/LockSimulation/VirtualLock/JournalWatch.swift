import LockCore

/// What the ``SafetyMonitor`` knows of the motion journal: of the wait for it, and of what becomes of each motion in it.
struct JournalWatch: Hashable, Sendable {
    /// The motion of the stroke under way, that its motor waits for.
    private(set) var wanted: MotionID?
    private var wantedSince = Instant.zero
    private var hasWantedFailed = false
    /// When each motion that is open was asked for, and what the store has said.
    private var askedAt: [MotionID: Instant] = [:]
    private var durable: Set<MotionID> = []
    private var failed: Set<MotionID> = []
    var isUnavailable = false
    /// Motions that the core has asked for, or been told of at boot, and has not closed. Lost with the power.
    private(set) var open: [MotionID: Motion] = [:]
    /// Motions that the store has, without the entry that closes them. A power cut does not touch them.
    private(set) var owed: [MotionID: Motion] = [:]
    /// Motions of a store that could not be read at the last boot.
    private(set) var hidden: Set<MotionID> = []
    /// Motions whose closing entry the store has.
    private var told: Set<MotionID> = []

    mutating func asked(_ motion: Motion, at now: Instant) {
        open[motion.id] = motion
        askedAt[motion.id] = now
    }

    /// A stroke begins with this motion, which may have been asked for while another one was still ending.
    mutating func begins(_ motion: MotionID) {
        wanted = motion
        wantedSince = askedAt[motion] ?? .zero
        hasWantedFailed = failed.contains(motion)
        isUnavailable = false
    }

    /// The core closes a motion; nil: it is not open.
    mutating func closed(_ motion: MotionID) -> Motion? {
        askedAt[motion] = nil
        durable.remove(motion)
        failed.remove(motion)
        return open.removeValue(forKey: motion)
    }

    /// The core has been told at boot of what was interrupted.
    mutating func booted(_ interrupted: [Motion]) {
        open = [:]
        for motion in interrupted { open[motion.id] = motion }
        // What a store that could not be read has kept to itself is told of when it can be: at a later boot.
        let known = Set(interrupted.map(\.id))
        hidden.formUnion(owed.keys.filter { !known.contains($0) })
        hidden.subtract(known)
        owed = owed.filter { known.contains($0.key) }
    }

    mutating func answered(_ motion: Motion, stored: Bool) {
        if stored { owed[motion.id] = motion }
        if motion.id == wanted, !stored { hasWantedFailed = true }
        guard open[motion.id] != nil else { return }
        if stored { durable.insert(motion.id) } else { failed.insert(motion.id) }
    }

    /// The store has taken an entry that closes a motion; false: it has one already.
    mutating func committedClosing(_ motion: MotionID) -> Bool {
        // The number of one that the store never had may be given to another.
        guard owed.removeValue(forKey: motion) != nil else { return !told.contains(motion) }
        return told.insert(motion).inserted
    }

    mutating func lostPower() {
        wanted = nil
        hasWantedFailed = false
        askedAt = [:]
        durable = []
        failed = []
        isUnavailable = false
        open = [:]
    }

    /// How long the journal has had for its answer about the stroke under way; nil when it has answered that it cannot.
    func waited(until now: Instant) -> Duration? { hasWantedFailed ? nil : now - wantedSince }

    /// Whether the store has said that it cannot take this motion.
    func hasFailed(_ motion: MotionID?) -> Bool { motion.map(failed.contains) ?? false }

    /// Whether a motor may be energised for the motion asked for last.
    var allowsDriving: Bool {
        guard let wanted else { return false }
        return isUnavailable || owed[wanted] != nil || durable.contains(wanted)
    }
}
