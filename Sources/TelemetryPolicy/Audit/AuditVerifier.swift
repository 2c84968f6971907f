/// What verification found. The claim is exactly this: tamper-evident since the last witnessed checkpoint.
package enum AuditVerdict: Hashable, Sendable {
    /// `witnessedThrough`: up to here somebody outside vouches for it; nil: nobody does. `erased`: so many entries have no payload any more.
    case intact(witnessedThrough: UInt64?, erased: Int)
    /// The entries do not follow each other.
    case gap(after: UInt64)
    /// What the entry says, or its salt, is not what its link was made of; the link itself continues the one before.
    case altered(at: UInt64)
    /// The link does not continue what comes before it: the entry was put here, or what comes before it was changed or is not the beginning.
    case broken(at: UInt64)
    /// A phone has seen another chain, or a longer one.
    case contradictsWitness(at: UInt64)
}

/// Verifies a chain entry by entry, so that a long one need not be in memory at once.
///
/// After the first verdict nothing more is looked at: what comes behind a damage cannot be judged.
package struct AuditVerifier: Sendable {
    /// The last link that was verified; nil: none was, and the log is whole from its first entry on.
    package private(set) var last: AuditCheckpoint?
    private var erased = 0
    private var witnessed: UInt64?
    private var checkpoints: ArraySlice<AuditCheckpoint>

    /// - Parameters:
    ///   - anchor: the link before the first entry, for a log whose oldest entries have been retired; nil: the log is whole.
    ///   - witnesses: what others have seen. Those of retired entries cannot be compared and are passed over, except the anchor's own.
    package init(after anchor: AuditCheckpoint? = nil, witnesses: [AuditCheckpoint]) {
        last = anchor
        checkpoints = witnesses.sorted { $0.number < $1.number }.drop { $0.number < anchor?.number ?? 0 }
    }

    /// Takes the next entry; nil: all is well so far.
    package mutating func take(_ entry: AuditChainEntry, hashedBy hash: HashFunction) -> AuditVerdict? {
        let link = entry.link
        guard link.number == (last?.number ?? 0) &+ 1 else { return .gap(after: last?.number ?? 0) }
        let expected = AuditLink.hash(
            after: last?.hash, number: link.number, payloadHash: link.payloadHash, hashedBy: hash)
        guard expected == link.hash else { return .broken(at: link.number) }
        if let content = entry.content {
            let payloadHash = AuditLink.payloadHash(of: content.payload, salt: content.salt, hashedBy: hash)
            // A longer salt could swallow the payload's beginning: only its length's last byte is hashed.
            guard content.salt.count == AuditLink.saltBytes, payloadHash == link.payloadHash else {
                return .altered(at: link.number)
            }
        } else {
            erased += 1
        }
        last = AuditCheckpoint(link)
        return compare()
    }

    /// What is found before the first entry: a witness of the anchor itself.
    package mutating func begin() -> AuditVerdict? { compare() }

    /// What is found when there are no more entries.
    package func end() -> AuditVerdict {
        // Somebody has seen more than there is: the end was cut off.
        if let first = checkpoints.first { return .contradictsWitness(at: first.number) }
        return .intact(witnessedThrough: witnessed, erased: erased)
    }

    private mutating func compare() -> AuditVerdict? {
        guard let last else { return nil }
        while let next = checkpoints.first, next.number <= last.number {
            guard next == last else { return .contradictsWitness(at: next.number) }
            witnessed = last.number
            checkpoints.removeFirst()
        }
        return nil
    }
}

package enum AuditChain {
    /// Verifies what is there, as ``AuditVerifier`` does.
    package static func verify(
        _ entries: some Sequence<AuditChainEntry>, after anchor: AuditCheckpoint? = nil, witnesses: [AuditCheckpoint],
        hashedBy hash: HashFunction
    ) -> AuditVerdict {
        var verifier = AuditVerifier(after: anchor, witnesses: witnesses)
        if let verdict = verifier.begin() { return verdict }
        for entry in entries {
            if let verdict = verifier.take(entry, hashedBy: hash) { return verdict }
        }
        return verifier.end()
    }
}
