import Testing

@testable import TelemetryPolicy

@Suite("The audit log's chain")
struct AuditChainTests {
    /// Not a good hash, and good enough to tell texts apart: FNV-1a, four times over.
    static func hash(_ bytes: [UInt8]) -> [UInt8] {
        (0..<4).flatMap { lane -> [UInt8] in
            var state: UInt64 = 0xcbf2_9ce4_8422_2325 &+ UInt64(lane)
            for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            return (0..<8).map { UInt8(truncatingIfNeeded: state >> (8 * $0)) }
        }
    }

    static func chain(_ count: Int) throws -> [AuditChainEntry] {
        var entries: [AuditChainEntry] = []
        for number in 0..<count {
            let (payload, salt) = (Array("unlock \(number)".utf8), [UInt8](repeating: UInt8(number), count: 16))
            let link = try #require(AuditLink(after: entries.last?.link, payload: payload, salt: salt, hashedBy: hash))
            entries.append(AuditChainEntry(link: link, content: .init(payload: payload, salt: salt)))
        }
        return entries
    }

    static func verify(_ entries: [AuditChainEntry], _ witnesses: [AuditCheckpoint] = []) -> AuditVerdict {
        AuditChain.verify(entries, witnesses: witnesses, hashedBy: hash)
    }

    @Test("verifies with payloads and without")
    func intact() throws {
        var entries = try Self.chain(10)
        let seen = AuditCheckpoint(entries[6].link)
        #expect(Self.verify(entries) == .intact(witnessedThrough: nil, erased: 0))
        for index in [0, 3, 9] { entries[index] = AuditChainEntry(link: entries[index].link, content: nil) }
        #expect(Self.verify(entries, [seen]) == .intact(witnessedThrough: 7, erased: 3))
        let anchor = AuditCheckpoint(entries[3].link)
        let rest = AuditChain.verify(entries[4...], after: anchor, witnesses: [anchor, seen], hashedBy: Self.hash)
        #expect(rest == .intact(witnessedThrough: 7, erased: 1))
    }

    @Test("shows a changed, removed, exchanged or cut-off entry")
    func tampering() throws {
        let entries = try Self.chain(10)
        var changed = entries
        changed[4] = AuditChainEntry(
            link: entries[4].link, content: .init(payload: [1], salt: [UInt8](repeating: 4, count: 16)))
        #expect(Self.verify(changed) == .altered(at: 5))
        var removed = entries
        removed.remove(at: 4)
        #expect(Self.verify(removed) == .gap(after: 4))
        var exchanged = entries
        exchanged.swapAt(4, 5)
        #expect(Self.verify(exchanged) == .gap(after: 4))
        var relinked = entries
        relinked[4] = AuditChainEntry(
            link: AuditLink(number: 5, payloadHash: entries[5].link.payloadHash, hash: entries[4].link.hash),
            content: entries[5].content)
        #expect(Self.verify(relinked) == .broken(at: 5))
        let forged = AuditCheckpoint(number: 4, hash: [UInt8](repeating: 3, count: 32))
        let rest = AuditChain.verify(entries[4...], after: forged, witnesses: [], hashedBy: Self.hash)
        #expect(rest == .broken(at: 5))
        let cut = Array(entries.prefix(8))
        #expect(Self.verify(cut) == .intact(witnessedThrough: nil, erased: 0))
        #expect(Self.verify(cut, [AuditCheckpoint(entries[9].link)]) == .contradictsWitness(at: 10))
    }

    @Test("shows that all of it was written anew only to whoever has seen it before")
    func rewritten() throws {
        let seen = AuditCheckpoint(try Self.chain(3)[2].link)
        var other = try Self.chain(0)
        for number in 0..<3 {
            let (payload, salt) = (Array("lock \(number)".utf8), [UInt8](repeating: 9, count: 16))
            let link = try #require(
                AuditLink(after: other.last?.link, payload: payload, salt: salt, hashedBy: Self.hash))
            other.append(AuditChainEntry(link: link, content: .init(payload: payload, salt: salt)))
        }
        #expect(Self.verify(other) == .intact(witnessedThrough: nil, erased: 0))
        #expect(Self.verify(other, [seen]) == .contradictsWitness(at: 3))
    }

    @Test("passes over a witness of what was retired, and not over one of the anchor or of no entry")
    func retired() throws {
        let entries = try Self.chain(10)
        func verify(_ witness: AuditCheckpoint) -> AuditVerdict {
            AuditChain.verify(
                entries[4...], after: AuditCheckpoint(entries[3].link), witnesses: [witness], hashedBy: Self.hash)
        }
        let other = [UInt8](repeating: 3, count: 32)
        #expect(verify(AuditCheckpoint(number: 3, hash: other)) == .intact(witnessedThrough: nil, erased: 0))
        #expect(verify(AuditCheckpoint(number: 4, hash: other)) == .contradictsWitness(at: 4))
        #expect(Self.verify(entries, [AuditCheckpoint(number: 0, hash: other)]) == .contradictsWitness(at: 0))
    }

    @Test("needs a salt of its length")
    func salt() throws {
        #expect(AuditLink(after: nil, payload: [], salt: [1], hashedBy: Self.hash) == nil)
        // 272 is 16 to whoever looks at the last byte: the payload's beginning must not pass for salt.
        let salt = [UInt8](repeating: 7, count: AuditLink.saltBytes)
        let payload = [UInt8](repeating: 1, count: 300)
        let link = try #require(AuditLink(after: nil, payload: payload, salt: salt, hashedBy: Self.hash))
        let shifted = AuditChainEntry.Content(payload: Array(payload[256...]), salt: salt + payload[..<256])
        #expect(Self.verify([AuditChainEntry(link: link, content: shifted)]) == .altered(at: 1))
    }
}
