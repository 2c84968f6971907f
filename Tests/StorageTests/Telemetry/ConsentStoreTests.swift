import Storage
import Testing

@testable import TelemetryPolicy

@Suite("The store of consent")
struct ConsentStoreTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/consent.db" }

    init() throws { directory = try TemporaryDirectory() }

    @Test("A new store knows of nothing")
    func fresh() throws {
        let store = try openConsent(path)
        #expect(try store.load() == nil)
        #expect(try store.history().isEmpty)
    }

    @Test("Every state that a life with consent leads to is read back as it was, with its whole ledger")
    func roundTrip() throws {
        var life = try StoredConsent(.fresh(startingAt: Sample.epoch))
        func check(_ line: Int = #line) throws {
            let again = try openConsent(path)
            #expect(try again.load() == life.consent.state, "line \(line)")
            #expect(try again.history().map(\.number) == Array(1..<life.consent.state.nextRecord), "line \(line)")
        }
        do {
            let store = try openConsent(path)
            try life.agree([.diagnostics, .location], 1, store)
            try #require(try life.ask(.setLocationService(isActive: true), store) == .done)
            let cell = try #require(Geohash(text: "u33dc"))
            try #require(try life.ask(.setLocation(.region(cell)), store) == .done)
        }
        try check()
        #expect(life.consent.state.location != nil)
        do {
            let store = try openConsent(path)
            try #require(try life.ask(.expose(life.consent.state.epoch), by: .local(user: 0), store) == .done)
            let withdrawal = ConsentRequest.withdraw([.diagnostics], erasingOnServer: true, try Sample.fresh(50))
            try #require(try life.ask(withdrawal, by: .local(user: 1_000), store) == .done)
        }
        try check()
        #expect(life.consent.state.erasures.count == 1)
        do {
            let store = try openConsent(path)
            let id = life.consent.state.erasures[0].id
            try life.tell(.erasureReported(id, .refused(status: 404)), store)
        }
        try check()
        #expect(life.consent.state.erasures.map(\.parkedBy) == [404])
    }

    @Test("A changed policy's freeze is read back")
    func freeze() throws {
        var life = try StoredConsent(.fresh(startingAt: Sample.epoch))
        let store = try openConsent(path)
        try life.agree([.diagnostics], 1, store)
        var context = try Sample.context()
        context.details.controller = "Another Company"
        try life.tell(.policy(context), store)
        let frozen = try #require(try store.load())
        #expect(frozen.freeze != nil)
        #expect(frozen == life.consent.state)
    }

    @Test("A reset wipes the ledger in the same commit, leaves no byte of it, and keeps what servers are to erase")
    func reset() throws {
        let store = try openConsent(path)
        var life = try StoredConsent(.fresh(startingAt: Sample.epoch))
        try life.agree([.diagnostics], 1, store)
        let install = try #require(life.consent.state.grant).installID
        try #require(try life.ask(.expose(life.consent.state.epoch), by: .local(user: 0), store) == .done)
        let company = Array("Lock Company".utf8)
        try store.forgetReplaced()
        #expect(try files(in: directory.path, holding: company) == ["consent.db"])
        #expect(try files(in: directory.path, holding: install.id.bytes) == ["consent.db"])

        try life.tell(.reset(erasing: try Sample.fresh(90).erasureID), store)
        #expect(try store.history().isEmpty)
        #expect(try store.load()?.erasures.map(\.installID) == [install])
        try store.forgetReplaced()
        #expect(try files(in: directory.path, holding: company).isEmpty)

        let id = try #require(life.consent.state.erasures.first).id
        try life.tell(.erasureReported(id, .done), store)
        try store.forgetReplaced()
        #expect(try files(in: directory.path, holding: install.id.bytes).isEmpty)
    }

    @Test("The ledger keeps the newest of more records than it may have")
    func pruning() throws {
        let store = try openConsent(path)
        var life = try StoredConsent(.fresh(startingAt: Sample.epoch))
        try life.agree([.diagnostics], 1, store)
        let template = try #require(try store.history().last)
        var state = life.consent.state
        var records: [ConsentRecord] = []
        for number in state.nextRecord..<UInt64(StoreLimits.consentRecords + 10) {
            var record = template
            record.number = number
            records.append(record)
        }
        state.nextRecord = UInt64(StoreLimits.consentRecords + 10)
        try store.commit(state, records)
        let kept = try store.history()
        #expect(kept.count == Int(StoreLimits.consentRecords))
        #expect(kept.last?.number == state.nextRecord - 1)
    }

    @Test("Details that are no details are refused, and change nothing")
    func outOfBounds() throws {
        let store = try openConsent(path)
        var life = try StoredConsent(.fresh(startingAt: Sample.epoch))
        try life.agree([.diagnostics], 1, store)
        var state = life.consent.state
        state.grant?.details.controller = String(repeating: "x", count: 70_000)
        #expect(throws: StoreError.self) { try store.commit(state, []) }
        #expect(try store.load() == life.consent.state)
    }
}

/// Whatever the bytes are, opening returns, and consent is what was stored or no.
@Suite("Damaged stores of consent")
struct ConsentDamageTests {
    private let directory: TemporaryDirectory
    private let sound: [UInt8]
    private let stored: ConsentState
    private var path: String { directory.path + "/consent.db" }

    init() throws {
        directory = try TemporaryDirectory()
        let path = directory.path + "/consent.db"
        var life = try StoredConsent(.fresh(startingAt: Sample.epoch))
        do {
            let store = try openConsent(path)
            for round in 0..<4 as Range<UInt8> {
                try life.agree([.diagnostics], 10 &+ 40 &* round, store)
                try #require(try life.ask(.expose(life.consent.state.epoch), by: .local(user: 0), store) == .done)
                guard round < 3 else { break }
                let fresh = try Sample.fresh(25 &+ 40 &* round)
                let withdrawal = ConsentRequest.withdraw([.diagnostics], erasingOnServer: true, fresh)
                try #require(try life.ask(withdrawal, store) == .done)
            }
        }
        stored = life.consent.state
        sound = try #require(try bytes(of: path))
        try #require(stored.erasures.count == 3 && stored.grant != nil)
    }

    private func openDamaged(_ damaged: [UInt8], _ what: String) throws {
        for name in directory.names { _ = unlinkFile(directory.path + "/" + name) }
        try write(damaged, to: path)
        switch ConsentStore.open(at: path) {
        case .ready(let store, .opened):
            #expect(try store.load() == stored, "\(what): something else than was stored")
        case .ready(let store, _):
            #expect(try store.load() == nil, "\(what)")
            for request in ConsentStore.salvagedErasures(at: path) {
                #expect(stored.erasures.contains(request), "\(what): an erasure request that nobody made")
            }
        case .unavailable(let error): Issue.record("\(what): \(error)")
        }
    }

    @Test("A byte changed anywhere is noticed or harmless")
    func flips() throws {
        for offset in stride(from: 0, to: sound.count, by: 7) {
            var damaged = sound
            damaged[offset] ^= 1 << UInt8(offset % 8)
            try openDamaged(damaged, "byte \(offset)")
        }
    }

    @Test("Truncated, zeroed and foreign files are no consent")
    func others() throws {
        for count in stride(from: 0, to: sound.count, by: 512) {
            try openDamaged(Array(sound.prefix(count)), "\(count)")
        }
        for page in 0..<(sound.count / 1_024) {
            var damaged = sound
            for offset in (page * 1_024)..<((page + 1) * 1_024) { damaged[offset] = 0 }
            try openDamaged(damaged, "page \(page)")
        }
        try openDamaged(Array("no database at all".utf8), "text")
    }

    @Test("Erasure requests outlive a damaged ledger")
    func salvage() throws {
        // The state's row is made nonsense by a program that can write, so that nothing but its checksum is wrong.
        do {
            let database = try Database(path: path)
            try database.execute("UPDATE state SET body = x'01'")
        }
        guard case .ready(let store, .quarantined) = ConsentStore.open(at: path) else {
            Issue.record("it was not set aside")
            return
        }
        #expect(try store.load() == nil)
        #expect(ConsentStore.salvagedErasures(at: path) == stored.erasures)
        try store.deleteQuarantine()
        #expect(ConsentStore.salvagedErasures(at: path).isEmpty)
        #expect(directory.names.allSatisfy { !$0.contains("quarantined") })
    }

    @Test("A record that is missing in the ledger is noticed")
    func missing() throws {
        do {
            let database = try Database(path: path)
            try database.execute("DELETE FROM ledger WHERE number = 2")
        }
        guard case .ready(let store, .quarantined) = ConsentStore.open(at: path) else {
            Issue.record("a ledger without its second record was taken")
            return
        }
        #expect(try store.load() == nil)
    }
}
