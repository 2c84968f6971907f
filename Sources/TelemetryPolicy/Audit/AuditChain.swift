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
        self.init(
            number: (previous?.number ?? 0) + 1, after: previous?.hash, payload: payload, salt: salt, hashedBy: hash)
    }

    /// The link with that number behind whatever hash comes before it; nil: none does. The salt has ``saltBytes``.
    package init(
        number: UInt64, after previous: [UInt8]?, payload: [UInt8], salt: [UInt8], hashedBy hash: HashFunction
    ) {
        let payloadHash = Self.payloadHash(of: payload, salt: salt, hashedBy: hash)
        self.init(
            number: number, payloadHash: payloadHash,
            hash: Self.hash(after: previous, number: number, payloadHash: payloadHash, hashedBy: hash))
    }

    static func payloadHash(of payload: [UInt8], salt: [UInt8], hashedBy hash: HashFunction) -> [UInt8] {
        hash(Array("mortise audit payload".utf8) + [UInt8(truncatingIfNeeded: salt.count)] + salt + payload)
    }

    /// What an entry's hash is; `previous` nil: it is the first.
    package static func hash(
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
