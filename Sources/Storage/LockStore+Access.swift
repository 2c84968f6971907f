internal import Crypto
package import LockCore

/// What the store says of keys.
package enum StoredAccess: Hashable, Sendable {
    /// There never was a set in this file.
    case none
    case set(AccessSet)
    /// There was one and it cannot be read, in words.
    case damaged(String)
}

extension LockStore {
    /// The newest set of keys that can be read.
    ///
    /// There are two copies, each with a checksum. The one before the newest is taken only where the newest gives nobody less, so that no
    /// damage brings a revoked key back (``saveAccess(_:keepsOlder:recording:)``).
    package func loadAccess() throws(StoreError) -> StoredAccess {
        let copies = try reading { () throws(SQLiteError) in
            defer { statements.loadAccess.reset() }
            var copies: [AccessCopy] = []
            while try statements.loadAccess.step() {
                copies.append(
                    AccessCopy(
                        generation: statements.loadAccess.integer(0), checksum: statements.loadAccess.bytes(1),
                        body: statements.loadAccess.bytes(2)))
            }
            return copies
        }
        var damage: String?
        for copy in copies {
            do throws(ByteReader.Failure) {
                let set = try copy.set()
                if let damage { report(.keysFromOlderCopy(damage)) }
                return .set(set)
            } catch {
                if damage == nil { damage = error.words }
            }
        }
        return damage.map(StoredAccess.damaged) ?? .none
    }

    /// Makes a set of keys durable, together with the entries of the audit log that say so; their numbers.
    ///
    /// - Parameter keepsOlder: whether the set before may take this one's place when it turns out damaged, as
    ///   ``AccessSet/kept(beside:)`` has it: numbers are not given twice for it. When the new set takes something away it may not, and
    ///   both copies are replaced; so they are when the set before cannot be read.
    package func saveAccess(
        _ set: AccessSet, keepsOlder: Bool, recording events: [AuditEvent]
    ) throws(StoreError) -> [Int64] {
        let range = try auditRange()
        guard range.last < StoreLimits.numbers.upperBound - Int64(events.count) else { throw .numbersExhausted }
        let generation = try newestAccess() + 1
        guard StoreLimits.numbers.contains(generation) else { throw .numbersExhausted }
        let copy = AccessCopy(generation: generation, set)
        let older = keepsOlder ? try newestCopy()?.kept(beside: set) : nil
        try transaction { () throws(SQLiteError) in
            for slot in 0...1 as ClosedRange<Int64> {
                let kept = slot == generation % 2 ? copy : older ?? copy
                defer { statements.saveAccess.reset() }
                try statements.saveAccess.bind(1, slot)
                try statements.saveAccess.bind(2, kept.generation)
                try statements.saveAccess.bind(3, kept.checksum)
                try statements.saveAccess.bind(4, kept.body)
                try statements.saveAccess.run()
            }
            for (index, event) in events.enumerated() {
                let seq = range.last + 1 + Int64(index)
                try append(event, as: seq)
                try pruneAudit(first: range.first, last: seq)
            }
        }
        return events.indices.map { range.last + 1 + Int64($0) }
    }

    private func newestAccess() throws(StoreError) -> Int64 {
        try reading { () throws(SQLiteError) in
            defer { statements.loadAccess.reset() }
            return try statements.loadAccess.step() ? statements.loadAccess.integer(0) : 0
        }
    }

    private func newestCopy() throws(StoreError) -> AccessCopy? {
        try reading { () throws(SQLiteError) in
            defer { statements.loadAccess.reset() }
            guard try statements.loadAccess.step() else { return nil }
            return AccessCopy(
                generation: statements.loadAccess.integer(0), checksum: statements.loadAccess.bytes(1),
                body: statements.loadAccess.bytes(2))
        }
    }
}

/// One of the two copies.
private struct AccessCopy {
    let generation: Int64
    let checksum: [UInt8]
    let body: [UInt8]

    init(generation: Int64, checksum: [UInt8], body: [UInt8]) {
        self.generation = generation
        self.checksum = checksum
        self.body = body
    }

    init(generation: Int64, _ set: AccessSet) {
        let body = AccessCoding.bytes(set)
        self.init(generation: generation, checksum: AccessChecksum.of(generation: generation, body), body: body)
    }

    /// The copy as it stays beside a newer set; nil: it cannot be read.
    func kept(beside newer: AccessSet) -> AccessCopy? {
        guard let set = try? set() else { return nil }
        return AccessCopy(generation: generation, set.kept(beside: newer))
    }

    func set() throws(ByteReader.Failure) -> AccessSet {
        guard checksum == AccessChecksum.of(generation: generation, body) else {
            throw ByteReader.Failure(words: "its checksum is another")
        }
        return try AccessCoding.set(body)
    }
}

/// What tells a copy of the keys from what is left of one.
package enum AccessChecksum {
    /// Of the generation too: a copy whose number was damaged must not be taken for the newest.
    package static func of(generation: Int64, _ body: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        withUnsafeBytes(of: generation.bigEndian) { hash.update(bufferPointer: $0) }
        body.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return Array(hash.finalize())
    }
}
