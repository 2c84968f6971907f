import Crypto
import LockCore
import Storage
import TelemetryPolicy
import Testing

/// The chain over the log of a real file, as somebody who has the file can change it.
@Suite("The chain over the stored log")
struct ChainTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Makes a log of so many entries, the last of which is its checkpoint.
    @discardableResult
    private func fill(_ count: Int64) throws -> AuditCheckpoint {
        let store = try openStore(directory.store)
        for number in 1...count { try store.finish(nil, .sample(number)) }
        return try #require(try store.auditCheckpoint())
    }

    private func tamper(_ sql: String) throws {
        let database = try Database(path: directory.store)
        try database.execute(sql)
    }

    private func verdict(_ witnesses: AuditCheckpoint...) throws -> AuditVerdict {
        try chainVerdict(try openStore(directory.store), witnesses)
    }

    private static let intact = AuditVerdict.intact(witnessedThrough: nil, erased: 0)

    @Test("Holds over every entry, over opening again and over the entries of a commit of keys")
    func intact() throws {
        let seen = try fill(20)
        let store = try openStore(directory.store)
        let numbers = try store.saveAccess(
            AccessStoreTests.full, keepsOlder: true, recording: [.sample(21), .sample(22), .sample(23)])
        #expect(numbers == [21, 22, 23])
        #expect(try chainVerdict(store, [seen]) == .intact(witnessedThrough: 20, erased: 0))
        #expect(try store.chainEntries(since: 0, limit: 500).count == 23)
    }

    @Test("Is made of the bytes that the article names, by a hand that knows nothing of the store")
    func bytes() throws {
        let store = try openStore(directory.store)
        let event = AuditEvent(
            action: .unlock, origin: .key(7), outcome: .done(.unlocked, warning: .journalUnavailable),
            at: Instant(nanoseconds: 258), unixSeconds: 1_780_000_000, isTimeTrusted: true)
        try store.finish(nil, event)
        let entry = try #require(try store.chainEntries(since: 0, limit: 1).first)
        let content = try #require(entry.content)
        func text(_ text: String) -> [UInt8] { [2, 0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8) }
        func integer(_ bytes: UInt8...) -> [UInt8] { [1] + [UInt8](repeating: 0, count: 8 - bytes.count) + bytes }
        let parts: [[UInt8]] = [
            [1], text(bootID), integer(1, 2), integer(0x6a, 0x18, 0xa5, 0), integer(1), text("unlock"), text("key"),
            integer(7), text("done"), text("unlocked"), [0], text("journalUnavailable"), [0],
        ]
        let payload = parts.flatMap(\.self)
        #expect(content.payload == payload)
        #expect(content.salt.count == 16)
        let payloadHash = Array(SHA256.hash(data: Array("mortise audit payload".utf8) + [16] + content.salt + payload))
        #expect(entry.link.payloadHash == payloadHash)
        let zeros = [UInt8](repeating: 0, count: 32)
        let hash = SHA256.hash(
            data: Array("mortise audit entry".utf8) + zeros + [0, 0, 0, 0, 0, 0, 0, 1] + payloadHash)
        #expect(entry.link.hash == Array(hash))
    }

    @Test("Two entries that say the same have other salts, and nothing in common")
    func salts() throws {
        let store = try openStore(directory.store)
        for _ in 1...50 { try store.finish(nil, .sample(1)) }
        let entries = try store.chainEntries(since: 0, limit: 500)
        #expect(Set(entries.map { $0.content?.payload }).count == 1)
        #expect(Set(entries.map { $0.content?.salt }).count == 50)
        #expect(Set(entries.map(\.link.payloadHash)).count == 50)
    }

    @Test("Goes on behind an anchor when the oldest are pruned, and what was witnessed before them is passed over")
    func pruned() throws {
        let start: Int64 = 1_780_000_000
        let store = try openStore(directory.store)
        var seen: [AuditCheckpoint] = []
        for day in 0...200 as ClosedRange<Int64> {
            try store.finish(nil, .sample(day, unixSeconds: start + day * 86_400, isTimeTrusted: true))
            seen.append(try #require(try store.auditCheckpoint()))
        }
        let first = try store.entries(since: 0, limit: 1).first
        #expect(first == 108)
        #expect(try store.auditAnchor() == seen[106])
        #expect(try chainVerdict(store, [seen[0], seen[106], seen[150]]) == .intact(witnessedThrough: 151, erased: 0))
        #expect(try chainVerdict(store, [seen[0]]) == Self.intact)
    }

    // MARK: Tampering

    @Test(
        "A changed value is told by the entry's number, whichever of them it is",
        arguments: [
            "boot = 'x'", "at_ns = at_ns + 1", "unix_s = 1", "trusted = 1 - trusted", "action = 'lockk'",
            "origin = 'device'",
            "origin_number = NULL", "origin_number = 0", "outcome = 'refused'", "state = 'locked'", "code = ''",
            "warning = 'busy'", "subject = 1", "salt = zeroblob(16)", "salt = NULL", "salt = zeroblob(15)",
            "action = CAST(x'ff' AS TEXT)",
        ])
    func changed(_ change: String) throws {
        let seen = try fill(9)
        try tamper("UPDATE audit SET \(change) WHERE seq = 5")
        #expect(try verdict() == .altered(at: 5))
        #expect(try verdict(seen) == .altered(at: 5))
    }

    @Test("A changed link is told as broken there, and one whose hash alone was changed too")
    func links() throws {
        try fill(9)
        try tamper("UPDATE audit SET payload_hash = zeroblob(32) WHERE seq = 5")
        #expect(try verdict() == .broken(at: 5))
        try tamper("UPDATE audit SET payload_hash = x'' WHERE seq = 3")
        #expect(try verdict() == .broken(at: 3))
        try tamper("UPDATE audit SET hash = zeroblob(32) WHERE seq = 1")
        #expect(try verdict() == .broken(at: 1))
    }

    @Test("Salts that are exchanged are told at the first of the two")
    func exchangedSalts() throws {
        try fill(9)
        try tamper(
            """
            CREATE TEMP TABLE salts AS SELECT seq, salt FROM audit;
            UPDATE audit SET salt = (SELECT salt FROM salts WHERE seq = 7) WHERE seq = 4;
            UPDATE audit SET salt = (SELECT salt FROM salts WHERE seq = 4) WHERE seq = 7;
            """)
        #expect(try verdict() == .altered(at: 4))
    }

    @Test("Removed entries are told as a gap, at the beginning too")
    func removed() throws {
        try fill(9)
        try tamper("DELETE FROM audit WHERE seq IN (5, 6)")
        #expect(try verdict() == .gap(after: 4))
        try tamper("DELETE FROM audit WHERE seq = 1")
        #expect(try verdict() == .gap(after: 0))
    }

    @Test("An entry put in between, for which the later ones were numbered anew, is told where it was put")
    func inserted() throws {
        try fill(9)
        try tamper(
            """
            UPDATE audit SET seq = seq + 100 WHERE seq >= 5;
            UPDATE audit SET seq = seq - 99 WHERE seq >= 100;
            INSERT INTO audit SELECT 5, hash, payload_hash, salt, boot, at_ns, unix_s, trusted, action, origin, origin_number,
                outcome, state, code, warning, subject FROM audit WHERE seq = 3;
            """)
        #expect(try verdict() == .broken(at: 5))
    }

    @Test("Exchanged entries are told at the first of the two, with their links or without")
    func reordered() throws {
        try fill(9)
        let sound = try #require(try Self.read(directory.store))
        try tamper(
            "UPDATE audit SET seq = 99 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 7; UPDATE audit SET seq = 7 WHERE seq = 99"
        )
        #expect(try verdict() == .broken(at: 4))
        try write(sound, to: directory.store)
        try tamper(
            """
            CREATE TEMP TABLE said AS SELECT * FROM audit;
            UPDATE audit SET (salt, boot, at_ns, action, origin_number, state)
                = (SELECT salt, boot, at_ns, action, origin_number, state FROM said WHERE seq = 11 - audit.seq) WHERE seq IN (4, 7);
            """)
        #expect(try verdict() == .altered(at: 4))
    }

    @Test("A log whose end was cut off is told only by whoever has seen the end, and so is one that went on since")
    func truncated() throws {
        let seen = try fill(9)
        try tamper("DELETE FROM audit WHERE seq > 6")
        #expect(try verdict() == Self.intact)
        #expect(try verdict(seen) == .contradictsWitness(at: 9))
        let store = try openStore(directory.store)
        for number in 7...12 as ClosedRange<Int64> { try store.finish(nil, .sample(number)) }
        #expect(try chainVerdict(store) == Self.intact)
        #expect(try chainVerdict(store, [seen]) == .contradictsWitness(at: 9))
    }

    @Test("A log that was emptied begins anew, which is told only by whoever has seen it")
    func emptied() throws {
        let seen = try fill(9)
        try tamper("DELETE FROM audit")
        #expect(try verdict() == Self.intact)
        #expect(try verdict(seen) == .contradictsWitness(at: 9))
        try fill(1)
        #expect(try verdict(seen) == .contradictsWitness(at: 9))
    }

    @Test("An older copy of the file is sound by itself, and told by whoever has seen what came after it")
    func replaced() throws {
        try fill(9)
        let older = try #require(try Self.read(directory.store))
        let store = try openStore(directory.store)
        for number in 10...12 as ClosedRange<Int64> { try store.finish(nil, .sample(number)) }
        let seen = try #require(try store.auditCheckpoint())
        _ = consume store
        try write(older, to: directory.store)
        #expect(try verdict() == Self.intact)
        #expect(try verdict(seen) == .contradictsWitness(at: 12))
        // Nine was there before it was copied: whoever has seen no more than that has nothing to say.
        #expect(try fill(1).number == 10)
        #expect(try verdict(seen) == .contradictsWitness(at: 12))
    }

    @Test("A log that was written anew, with a right chain, is told only by whoever has seen the other one")
    func rewritten() throws {
        let seen = try fill(9)
        try #require(unlinkFile(directory.store))
        try fill(9)
        #expect(try verdict() == Self.intact)
        #expect(try verdict(seen) == .contradictsWitness(at: 9))
    }

    @Test("A forged anchor does not fit the first entry, and one that is missing is missed")
    func anchors() throws {
        let store = try openStore(directory.store)
        let start: Int64 = 1_780_000_000
        for day in 0...100 as ClosedRange<Int64> {
            try store.finish(nil, .sample(day, unixSeconds: start + day * 86_400, isTimeTrusted: true))
        }
        let anchor = try #require(try store.auditAnchor())
        let entries = try store.chainEntries(since: 0, limit: 500)
        let first = try #require(entries.first?.link.number)
        try #require(anchor.number == first - 1)
        _ = consume store
        try tamper("UPDATE audit_anchor SET hash = zeroblob(32)")
        #expect(try verdict() == .broken(at: first))
        #expect(try verdict(anchor) == .contradictsWitness(at: anchor.number))
        try tamper("UPDATE audit_anchor SET number = number + 1")
        #expect(try verdict() == .gap(after: first))
        try tamper("UPDATE audit_anchor SET number = number - 3")
        #expect(try verdict() == .gap(after: first - 3))
        try tamper("DELETE FROM audit_anchor")
        #expect(try verdict() == .gap(after: 0))
        // Retired before its time, with the true link as the anchor: nothing in the chain says so.
        let later = entries[5].link
        try tamper(
            """
            INSERT INTO audit_anchor SELECT 1, seq, hash FROM audit WHERE seq = \(later.number);
            DELETE FROM audit WHERE seq <= \(later.number);
            """)
        #expect(try verdict() == Self.intact)
    }

    @Test("An append to a log that was tampered with goes on, and hides nothing")
    func goesOn() throws {
        try fill(9)
        try tamper("UPDATE audit SET action = 'lock' WHERE seq IN (3, 5)")
        let store = try openStore(directory.store)
        #expect(try store.finish(nil, .sample(10)) == 10)
        #expect(try chainVerdict(store) == .altered(at: 3))
        _ = consume store
        try tamper("UPDATE audit SET hash = x'00' WHERE seq = 10")
        #expect(try openStore(directory.store).finish(nil, .sample(11)) == 11)
        try tamper("UPDATE audit SET action = 'unlock' WHERE seq IN (3, 5)")
        #expect(try verdict() == .broken(at: 10))
    }

    /// The file alone: the store is closed, and its log written back.
    private static func read(_ path: String) throws -> [UInt8]? { try StorageTests.bytes(of: path) }
}
