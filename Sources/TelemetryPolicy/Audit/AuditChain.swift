/// A hash function, given by whoever can reach one: SHA-256 in the lock. There is none in here.
package typealias HashFunction = (_ bytes: [UInt8]) -> [UInt8]

/// One link of the chain over the audit log: what it says of an entry without the entry.
///
/// `payloadHash = H("mortise audit payload" || length of salt || salt || payload)` and
/// `hash = H("mortise audit entry" || previous hash || number || payloadHash)`. Whoever erases payload and salt leaves nothing that could
/// be guessed, and the chain still verifies.
package struct AuditLink: Hashable, Sendable {
    package let number: UInt64
    package let payloadHash: [UInt8]
    package let hash: [UInt8]

    /// Ours; enough that nobody tries all of a lock's few possible entries against a hash.
    package static let saltBytes = 16
    package static let hashBytes = 32

    package init(number: UInt64, payloadHash: [UInt8], hash: [UInt8]) {
        self.number = number
        self.payloadHash = payloadHash
        self.hash = hash
    }

    /// The next link after another one; nil: the salt has another length, or the chain is full.
    package init?(after previous: AuditLink?, payload: [UInt8], salt: [UInt8], hashedBy hash: HashFunction) {
        guard salt.count == Self.saltBytes, previous?.number != .max else { return nil }
        let payloadHash = Self.payloadHash(of: payload, salt: salt, hashedBy: hash)
        let number = (previous?.number ?? 0) + 1
        self.init(
            number: number, payloadHash: payloadHash,
            hash: Self.hash(after: previous?.hash, number: number, payloadHash: payloadHash, hashedBy: hash))
    }

    static func payloadHash(of payload: [UInt8], salt: [UInt8], hashedBy hash: HashFunction) -> [UInt8] {
        hash(Array("mortise audit payload".utf8) + [UInt8(truncatingIfNeeded: salt.count)] + salt + payload)
    }

    static func hash(
        after previous: [UInt8]?, number: UInt64, payloadHash: [UInt8], hashedBy hash: HashFunction
    ) -> [UInt8] {
        let before = previous ?? [UInt8](repeating: 0, count: hashBytes)
        let big = (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        return hash(Array("mortise audit entry".utf8) + before + big + payloadHash)
    }
}

/// How long the chain was and what it ended with: what an owner's phone keeps and brings back.
package struct AuditCheckpoint: Hashable, Sendable {
    package let number: UInt64
    package let hash: [UInt8]

    package init(number: UInt64, hash: [UInt8]) {
        self.number = number
        self.hash = hash
    }

    package init(_ link: AuditLink) { self.init(number: link.number, hash: link.hash) }
}

/// An entry as the log has it: its link, and its payload and salt unless they were erased.
package struct AuditChainEntry: Hashable, Sendable {
    package let link: AuditLink
    package let content: Content?

    package struct Content: Hashable, Sendable {
        package let payload: [UInt8]
        package let salt: [UInt8]

        package init(payload: [UInt8], salt: [UInt8]) {
            self.payload = payload
            self.salt = salt
        }
    }

    package init(link: AuditLink, content: Content?) {
        self.link = link
        self.content = content
    }
}

/// What verification found. The claim is exactly this: tamper-evident since the last witnessed checkpoint.
package enum AuditVerdict: Hashable, Sendable {
    /// `witnessedThrough`: up to here somebody outside vouches for it; nil: nobody does. `erased`: so many entries have no payload any more.
    case intact(witnessedThrough: UInt64?, erased: Int)
    /// The entries do not follow each other.
    case gap(after: UInt64)
    /// An entry was changed, or what comes before it.
    case broken(at: UInt64)
    /// A phone has seen another chain, or a longer one.
    case contradictsWitness(at: UInt64)
}

package enum AuditChain {
    /// Verifies what is there. `anchor`: the link before the first entry, for a log whose oldest entries have been retired; nil: the log
    /// is whole. Checkpoints of retired entries cannot be compared and are passed over, except the anchor's own.
    package static func verify(
        _ entries: some Sequence<AuditChainEntry>, after anchor: AuditCheckpoint? = nil, witnesses: [AuditCheckpoint],
        hashedBy hash: HashFunction
    ) -> AuditVerdict {
        var last = anchor
        var erased = 0
        var witnessed: UInt64?
        let checkpoints = witnesses.sorted { $0.number < $1.number }.filter { $0.number >= anchor?.number ?? 0 }
        var next = checkpoints.startIndex
        if let verdict = compare(anchor, checkpoints, &next, &witnessed) { return verdict }
        for entry in entries {
            let link = entry.link
            guard link.number == (last?.number ?? 0) &+ 1 else { return .gap(after: last?.number ?? 0) }
            if let content = entry.content {
                let payloadHash = AuditLink.payloadHash(of: content.payload, salt: content.salt, hashedBy: hash)
                // A longer salt could swallow the payload's beginning: only its length's last byte is hashed.
                guard content.salt.count == AuditLink.saltBytes, payloadHash == link.payloadHash else {
                    return .broken(at: link.number)
                }
            } else {
                erased += 1
            }
            let expected = AuditLink.hash(
                after: last?.hash, number: link.number, payloadHash: link.payloadHash, hashedBy: hash)
            guard expected == link.hash else { return .broken(at: link.number) }
            last = AuditCheckpoint(link)
            if let verdict = compare(last, checkpoints, &next, &witnessed) { return verdict }
        }
        // Somebody has seen more than there is: the end was cut off.
        guard next == checkpoints.endIndex else { return .contradictsWitness(at: checkpoints[next].number) }
        return .intact(witnessedThrough: witnessed, erased: erased)
    }

    private static func compare(
        _ here: AuditCheckpoint?, _ checkpoints: [AuditCheckpoint], _ next: inout Int, _ witnessed: inout UInt64?
    ) -> AuditVerdict? {
        guard let here else { return nil }
        while next < checkpoints.endIndex, checkpoints[next].number == here.number {
            guard checkpoints[next].hash == here.hash else { return .contradictsWitness(at: here.number) }
            witnessed = here.number
            next += 1
        }
        return nil
    }
}
