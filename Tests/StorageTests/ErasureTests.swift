import LockCore
import Storage
import TelemetryPolicy
import Testing

@Suite("Erasing what the log says")
struct ErasureTests {
    private let directory: TemporaryDirectory
    private static let notice = AuditEvent(
        action: .logErased, origin: .local(user: 0), outcome: .done(.locked), at: Instant(nanoseconds: 9))

    init() throws { directory = try TemporaryDirectory() }

    /// All steps; how many entries, and in how many steps.
    @discardableResult
    private func erase(_ store: LockStore, of key: KeyID?) throws -> (erased: Int64, steps: Int) {
        var event = Self.notice
        event.subject = key
        let end = try store.beginErasure(of: key, recording: event)
        var (position, erased, steps): (Int64, Int64, Int) = (0, 0, 0)
        while position < end {
            let step = try store.erase(of: key, after: position, before: end)
            position = step.position
            erased += step.erased
            steps += 1
        }
        try store.endErasure()
        return (erased, steps)
    }

    @Test("Of all entries their numbers and the chain are left, and the entry that says so")
    func all() throws {
        try makeFullStore(directory.store)
        let store = try openStore(directory.store)
        let seen = try #require(try store.auditCheckpoint())
        #expect(try erase(store, of: nil).erased == 240)
        let records = try allRecords(store)
        #expect(records.map(\.seq) == Array(1...241))
        #expect(records.dropLast().allSatisfy { $0.content == .erased && $0.bootID.isEmpty })
        #expect(records.last?.event == Self.notice)
        #expect(try chainVerdict(store, [seen]) == .intact(witnessedThrough: 240, erased: 240))
        // Again: there is one more to erase.
        #expect(try erase(store, of: nil).erased == 1)
        #expect(try store.finish(nil, .sample(3)) == 243)
        #expect(try chainVerdict(store, [seen]) == .intact(witnessedThrough: 240, erased: 241))
    }

    @Test("Of a key's entries go those that it has made and those about it, and no other's")
    func ofAKey() throws {
        let store = try openStore(directory.store)
        var about = AuditEvent.sample(1)
        about.origin = .local(user: 7)
        about.subject = KeyID(7)
        let other = AuditEvent(
            action: .unlock, origin: .local(user: 7), outcome: .done(.unlocked), at: Instant(nanoseconds: 1))
        let strangers = AuditEvent(
            action: .strangersRefused, origin: .strangers(attempts: 7), outcome: .done(.locked),
            at: Instant(nanoseconds: 1))
        for event in [.sample(6), .sample(7), about, other, strangers, .sample(8)] { try store.finish(nil, event) }
        #expect(try erase(store, of: KeyID(7)).erased == 2)
        let records = try allRecords(store)
        var notice = Self.notice
        notice.subject = KeyID(7)
        #expect(records.map(\.event) == [.sample(6), nil, nil, other, strangers, .sample(8), notice])
        #expect(records.filter { $0.content == .erased }.map(\.seq) == [2, 3])
        #expect(try chainVerdict(store) == .intact(witnessedThrough: nil, erased: 2))
    }

    @Test("A long log is erased in steps of 256, between which entries come and motions begin")
    func steps() throws {
        let store = try openStore(directory.store)
        for number in 1...600 as ClosedRange<Int64> { try store.finish(nil, .sample(number)) }
        let end = try store.beginErasure(of: nil, recording: Self.notice)
        var position: Int64 = 0
        var positions: [Int64] = []
        while position < end {
            position = try store.erase(of: nil, after: position, before: end).position
            positions.append(position)
            let id = try store.nextMotion()
            try store.begin(Motion(id: id, target: .locked, origin: .device))
            try store.finish(id, .sample(position))
        }
        #expect(positions == [256, 512, 601])
        let records = try allRecords(store)
        #expect(records.filter { $0.content == .erased }.map(\.seq) == Array(1...600))
        #expect(try chainVerdict(store) == .intact(witnessedThrough: nil, erased: 600))
    }

    @Test("What was erased is in no file any more: not in the log, not in free pages, not in what was set aside")
    func canary() throws {
        let canary = Array("c4a4a7-canary-boot".utf8)
        func files() throws -> [String] {
            try directory.names.filter { try find(canary, in: try bytes(of: directory.path + "/" + $0) ?? []) }
        }
        do {
            guard case .ready(let store, _) = LockStore.open(at: directory.store, bootID: "c4a4a7-canary-boot") else {
                Issue.record("it does not open")
                return
            }
            for number in 1...300 as ClosedRange<Int64> { try store.finish(nil, .sample(number)) }
        }
        let sound = try #require(try bytes(of: directory.store))
        try write(sound, to: directory.store + ".quarantined")
        try write(sound, to: directory.store + ".quarantined-wal")
        #expect(try files() == ["lock.db", "lock.db.quarantined", "lock.db.quarantined-wal"])
        let store = try openStore(directory.store)
        // Into the log beside the file too, and into pages that are freed.
        for number in 1...40 as ClosedRange<Int64> { try store.finish(nil, .sample(number)) }
        try erase(store, of: nil)
        #expect(try files().isEmpty)
        #expect(!LockStore.hasSetAside(at: directory.store))
        #expect(try allRecords(store).count == 341)
    }

    @Test("The motion journal forgets whose doing closed motions were; numbers and open motions stay")
    func motions() throws {
        do {
            let store = try openStore(directory.store)
            for (number, key) in [(1, 5), (2, 6), (3, 5)] as [(Int64, UInt32)] {
                try store.begin(Motion(id: MotionID(number), target: .locked, origin: .key(key)))
                if number < 3 { try store.finish(MotionID(number), .sample(number)) }
            }
            try erase(store, of: KeyID(5))
            #expect(try store.interruptedMotions().map(\.origin) == [.key(5)])
        }
        func origins() throws -> [String] {
            let database = try Database(path: directory.store)
            let rows = try Statement(database, "SELECT id, origin, origin_number FROM motion ORDER BY id")
            var origins: [String] = []
            while try rows.step() {
                origins.append("\(rows.integer(0)) \(rows.text(1)) \(rows.optionalInteger(2).map(String.init) ?? "-")")
            }
            return origins
        }
        #expect(try origins() == ["1 device -", "2 key 6", "3 key 5"])
        do {
            let store = try openStore(directory.store)
            try store.finish(MotionID(3), .sample(3))
            try erase(store, of: nil)
            #expect(try store.nextMotion() == MotionID(4))
        }
        #expect(try origins() == ["3 device -"])
    }

    @Test("What was cut short by a power cut is erased when it is asked for again, and the chain holds in between")
    func cutShort() throws {
        do {
            let store = try openStore(directory.store)
            for number in 1...300 as ClosedRange<Int64> { try store.finish(nil, .sample(number)) }
            let end = try store.beginErasure(of: nil, recording: Self.notice)
            _ = try store.erase(of: nil, after: 0, before: end)
        }
        let store = try openStore(directory.store)
        #expect(try chainVerdict(store) == .intact(witnessedThrough: nil, erased: 256))
        #expect(try erase(store, of: nil).erased == 45)
        #expect(try chainVerdict(store) == .intact(witnessedThrough: nil, erased: 301))
    }

    private func find(_ needle: [UInt8], in bytes: [UInt8]) throws -> Bool {
        guard bytes.count >= needle.count else { return false }
        return (0...bytes.count - needle.count).contains { bytes[$0] == needle[0] && bytes[$0...].starts(with: needle) }
    }
}
