import LockCore
import Storage
import Testing

@Suite("Keys in the store") struct AccessStoreTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Every field filled, with values that tell them apart.
    static var full: AccessSet {
        var set = AccessSet()
        let windows = [
            WeeklyWindow(weekdays: 0x7f, start: 0, end: 1_439), WeeklyWindow(weekdays: 1, start: 1_300, end: 20),
        ]
        let schedule = Schedule(windows: windows, notBefore: 1, notAfter: 4_000_000_000)
        set.keys = [
            PhoneKey(id: KeyID(1), publicKey: [UInt8](0..<32), terms: KeyTerms(role: .owner, name: "Ada Ålesund 🔑")),
            PhoneKey(
                id: KeyID(7), publicKey: [UInt8](32..<64),
                terms: KeyTerms(role: .guest, name: "b", schedule: schedule, usesLeft: 0), addedBy: KeyID(1)),
        ]
        set.keys[0].heardThrough = 3
        var invitation = Invitation(
            id: PairingSecretID(.max), secret: [UInt8](repeating: 9, count: 16),
            terms: KeyTerms(role: .admin, name: "c"),
            by: KeyID(1), expires: 1_800_000_000)
        invitation.wrongSecrets = 4
        invitation.redeemedBy = KeyID(7)
        set.invitations = [invitation]
        set.notices = [
            OwnerNotice(number: 3, kind: .keyAdded, key: KeyID(7), name: "b", unixSeconds: 1_795_435_200),
            OwnerNotice(number: 4, kind: .wrongSecret, key: nil, name: "", unixSeconds: nil),
        ]
        set.nextKey = 8
        set.nextNotice = 5
        set.wrongSetupCodes = 6
        set.clockMark = 1_795_435_200
        return set
    }

    private func entry(_ action: AuditAction) -> AuditEvent {
        AuditEvent(
            action: action, origin: .key(1), outcome: .done(.locked), at: Instant(nanoseconds: 5), subject: KeyID(7))
    }

    @Test("A new store has none, and what was saved is there after a restart, with its entries")
    func roundTrip() throws {
        do {
            let store = try openStore(directory.store)
            #expect(try store.loadAccess() == .none)
            #expect(
                try store.saveAccess(Self.full, keepsOlder: true, recording: [entry(.keyAdded), entry(.keyChanged)])
                    == [1, 2])
        }
        let store = try openStore(directory.store)
        #expect(try store.loadAccess() == .set(Self.full))
        let events = try store.entries(since: 0, limit: 9).records.compactMap(\.event)
        #expect(events == [entry(.keyAdded), entry(.keyChanged)])
        #expect(store.takeProblems().isEmpty)
    }

    @Test("A damaged newest copy is replaced by the one before, where that gives nobody more")
    func fallsBack() throws {
        var older = Self.full
        older.keys.removeLast()
        try save([(older, true), (Self.full, true)])
        try damage(generation: 2)
        let store = try openStore(directory.store)
        #expect(try store.loadAccess() == .set(older))
        #expect(store.takeProblems().count == 1)
    }

    @Test("A key that was lost with a damaged copy leaves its number behind")
    func numbersGoOn() throws {
        var older = Self.full
        older.keys.removeLast()
        older.nextKey = 7
        older.nextNotice = 4
        older.clockMark = 1
        try save([(older, true), (Self.full, true)])
        try damage(generation: 2)
        guard case .set(let set) = try openStore(directory.store).loadAccess() else {
            Issue.record("the copy before is to be read")
            return
        }
        #expect(set.keys == older.keys)
        #expect(set.nextKey == Self.full.nextKey && set.nextNotice == Self.full.nextNotice)
        #expect(set.clockMark == Self.full.clockMark)
    }

    @Test("A copy that cannot be read is not kept")
    func doesNotKeepDamage() throws {
        try save([(Self.full, true)])
        try damage(generation: 1)
        try save([(Self.full, true)])
        try damage(generation: 2, atMost: 1)
        #expect(try openStore(directory.store).loadAccess() == .set(Self.full))
    }

    @Test("After a revocation no damage brings the key back")
    func neverRevives() throws {
        var newer = Self.full
        newer.keys.removeLast()
        try save([(Self.full, true), (newer, false)])
        try damage(generation: 2, atMost: 1)
        #expect(try openStore(directory.store).loadAccess() == .set(newer), "the other copy is the same")
        try damage(generation: 2)
        guard case .damaged = try openStore(directory.store).loadAccess() else {
            Issue.record("it must be said that there was something")
            return
        }
    }

    @Test("A copy whose number was damaged is not taken for the newest")
    func damagedNumber() throws {
        var newer = Self.full
        newer.keys.removeLast()
        try save([(Self.full, true), (newer, true)])
        try execute("UPDATE access SET generation = 99 WHERE generation = 1")
        let store = try openStore(directory.store)
        #expect(try store.loadAccess() == .set(newer))
    }

    @Test("No set of bytes is read as something that it is not", arguments: 0..<200)
    func torn(_ index: Int) throws {
        let whole = try body(Self.full)
        var random = SplitMix64(seed: seed(UInt64(index)))
        var bytes = whole
        if index % 2 == 0 {
            bytes.removeLast(Int.random(in: 1...whole.count, using: &random))
        } else {
            bytes.append(UInt8.random(in: .min ... .max, using: &random))
        }
        try execute("DELETE FROM access")
        try insert(bytes)
        guard case .damaged = try openStore(directory.store).loadAccess() else {
            Issue.record("\(bytes.count) of \(whole.count) bytes were taken for a set")
            return
        }
    }

    // MARK: Damage

    private func save(_ sets: [(AccessSet, Bool)]) throws {
        let store = try openStore(directory.store)
        for (set, keepsOlder) in sets { _ = try store.saveAccess(set, keepsOlder: keepsOlder, recording: []) }
    }

    private func damage(generation: Int, atMost limit: Int = 2) throws {
        try execute(
            """
            UPDATE access SET body = CAST(body || x'00' AS BLOB) WHERE slot IN (SELECT slot FROM access WHERE generation = \(generation) LIMIT \(limit))
            """)
    }

    private func execute(_ sql: String) throws {
        let database = try Database(path: directory.store)
        try database.execute(sql)
    }

    private func body(_ set: AccessSet) throws -> [UInt8] {
        try save([(set, true)])
        let database = try Database(path: directory.store)
        let select = try Statement(database, "SELECT body FROM access")
        try #require(try select.step())
        return select.bytes(0)
    }

    /// With the right checksum, so that only the reader of the bytes can find something wrong.
    private func insert(_ bytes: [UInt8]) throws {
        let database = try Database(path: directory.store)
        let statement = try Statement(
            database, "INSERT INTO access (slot, generation, checksum, body) VALUES (0, 2, ?1, ?2)")
        try statement.bind(1, AccessChecksum.of(generation: 2, bytes))
        try statement.bind(2, bytes)
        try statement.run()
    }
}
