import LockCore
import Storage
import Testing

/// Startup is total: whatever is done to the bytes, opening returns, and a store that it calls ready works.
@Suite("Damaged files")
struct CorruptionTests {
    private let directory: TemporaryDirectory
    private let sound: [UInt8]
    private let pageBytes = Int(StoreLimits.pageBytes)

    init() throws {
        directory = try TemporaryDirectory()
        try makeFullStore(directory.store)
        sound = try #require(try bytes(of: directory.store))
        try #require(sound.count > 20 * pageBytes)
    }

    /// Puts the bytes in the store's place, opens it, uses it, and opens it again.
    @discardableResult
    private func open(
        _ damaged: [UInt8], log: [UInt8]? = nil, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Opened {
        for name in directory.names { try #require(remove(name)) }
        try write(damaged, to: directory.store)
        if let log { try write(log, to: directory.store + "-wal") }
        let result: Opened
        do {
            let opened = LockStore.open(at: directory.store, bootID: bootID)
            result = Opened(opened)
            guard case .ready(let store, _) = opened else {
                Issue.record("\(what): \(result)", sourceLocation: sourceLocation)
                return result
            }
            try use(store, what, sourceLocation)
        } catch {
            Issue.record("\(what): ready, and then \(error)", sourceLocation: sourceLocation)
            return .created
        }
        if case .quarantined = result, log == nil {
            #expect(
                try bytes(of: directory.store + ".quarantined") == damaged, "\(what)", sourceLocation: sourceLocation)
        }
        #expect(
            Opened(LockStore.open(at: directory.store, bootID: bootID)) == .opened, "\(what), again",
            sourceLocation: sourceLocation)
        return result
    }

    private func remove(_ name: String) -> Bool { unlinkFile(directory.path + "/" + name) }

    /// Does everything that the daemon does.
    private func use(_ store: LockStore, _ what: String, _ sourceLocation: SourceLocation) throws {
        let settings = try store.loadSettings()
        #expect(settings?.complaint() == nil, "\(what)", sourceLocation: sourceLocation)
        _ = try store.loadCalibration()
        _ = try store.interruptedMotions()
        let last = try store.entries(since: 0, limit: 1).last
        let id = try store.nextMotion()
        try store.begin(Motion(id: id, target: .locked, origin: .device))
        #expect(try store.finish(id, .sample(1)) == last + 1, "\(what)", sourceLocation: sourceLocation)
        try store.saveSettings(fullSettings)
        try store.saveCalibration(fullCalibration)
        var since: Int64 = 0
        while let newest = try store.entries(since: since, limit: 500).records.last?.seq { since = newest }
        #expect(since == last + 1, "\(what)", sourceLocation: sourceLocation)
    }

    @Test("The sound file opens")
    func soundFile() throws {
        #expect(try open(sound, "sound") == .opened)
    }

    @Test("Cut short anywhere")
    func truncated() throws {
        var lengths = [2, 15, 16, 17, 50, 99, 100, 101, 511, 512, 513]
        for page in 1...(sound.count / pageBytes) {
            lengths += [page * pageBytes - 1, page * pageBytes, page * pageBytes + 1]
        }
        for length in lengths where length < sound.count {
            let result = try open(Array(sound[..<length]), "cut to \(length)")
            // Within the last page a cut is a change of its last bytes, which may be in the midst of a text.
            if length <= sound.count - pageBytes { #expect(result.isQuarantined, "cut to \(length): \(result)") }
        }
        // SQLite takes a file of one byte for an empty one.
        #expect(try open([sound[0]], "cut to 1") == .created)
        #expect(try open([], "cut to nothing") == .created)
    }

    @Test("Any byte of the header changed")
    func header() throws {
        for offset in 0..<100 {
            for mask in [0x01, 0x80, 0xff] as [UInt8] {
                var damaged = sound
                damaged[offset] ^= mask
                try open(damaged, "header byte \(offset) ^ \(mask)")
            }
        }
    }

    @Test("A bit flipped anywhere in any page")
    func flipped() throws {
        let seed = seed(11)
        var random = SplitMix64(seed: seed)
        var quarantined = 0
        for page in 0..<(sound.count / pageBytes) {
            for _ in 1...12 {
                var damaged = sound
                let offset = page * pageBytes + Int.random(in: 0..<pageBytes, using: &random)
                damaged[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                if try open(damaged, "seed \(seed): bit in byte \(offset)").isQuarantined { quarantined += 1 }
            }
        }
        #expect(quarantined > 0)
    }

    @Test("Any page zeroed, filled with ones, with noise or with another page")
    func pages() throws {
        let seed = seed(12)
        var random = SplitMix64(seed: seed)
        let count = sound.count / pageBytes
        for page in 0..<count {
            let range = page * pageBytes..<(page + 1) * pageBytes
            // The next one that is another: the pages of empty tables are alike.
            let others = (1..<count).lazy.map { (page + $0) % count * pageBytes }
            let other = try #require(others.first { sound[$0..<$0 + pageBytes] != sound[range] })
            let fills: [(String, [UInt8])] = [
                ("zeroed", Array(repeating: 0, count: pageBytes)), ("ones", Array(repeating: 0xff, count: pageBytes)),
                ("noise", (0..<pageBytes).map { _ in UInt8.random(in: 0...255, using: &random) }),
                ("another page", Array(sound[other..<other + pageBytes])),
            ]
            for (name, fill) in fills {
                var damaged = sound
                damaged.replaceSubrange(range, with: fill)
                let result = try open(damaged, "seed \(seed): page \(page) \(name)")
                #expect(result.isQuarantined, "seed \(seed): page \(page) \(name)")
            }
        }
    }

    @Test("Nothing but zeros, ones, noise or text")
    func garbage() throws {
        var random = SplitMix64(seed: seed(13))
        for length in [2, 100, 1_023, 1_024, 4_096, 70_000] {
            #expect(try open(Array(repeating: 0, count: length), "\(length) zeros").isQuarantined)
            #expect(try open(Array(repeating: 0xff, count: length), "\(length) ones").isQuarantined)
            let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(try open(noise, "\(length) bytes of noise").isQuarantined)
            let text = Array(repeating: Array("SQLite format 3\u{0}".utf8), count: length / 16 + 1).joined()
            #expect(try open(Array(text), "\(length) bytes of text").isQuarantined)
        }
    }

    @Test("A damaged log beside a sound file: what it held from the damage on is gone, and the rest is whole")
    func log() throws {
        let seed = seed(14)
        var random = SplitMix64(seed: seed)
        let file: [UInt8]
        let log: [UInt8]
        let last: Int64
        do {
            let store = try openStore(directory.store)
            last = try store.entries(since: 0, limit: 1).last
            for number in 1...12 as ClosedRange<Int64> { try store.finish(nil, .sample(number)) }
            file = try #require(try bytes(of: directory.store))
            log = try #require(try bytes(of: directory.store + "-wal"))
        }
        try #require(log.count > 12 * pageBytes)
        func newest() throws -> Int64 { try openStore(directory.store).entries(since: 0, limit: 1).last }
        try open(file, log: log, "sound log")
        #expect(try newest() == last + 13)
        for length in stride(from: 0, to: log.count, by: 301) {
            try open(file, log: Array(log[..<length]), "log cut to \(length)")
            #expect((last + 1...last + 13).contains(try newest()))
        }
        for _ in 1...150 {
            var damaged = log
            let offset = Int.random(in: 0..<log.count, using: &random)
            damaged[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try open(file, log: damaged, "seed \(seed): bit in byte \(offset) of the log")
            #expect((last + 1...last + 13).contains(try newest()))
        }
    }

    @Test("Noise in the place of the log or the rollback journal")
    func companions() throws {
        var random = SplitMix64(seed: seed(15))
        for suffix in ["-wal", "-journal", "-shm"] {
            for length in [0, 1, 32, 512, 5_000] {
                for name in directory.names { try #require(remove(name)) }
                let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
                try write(sound, to: directory.store)
                try write(noise, to: directory.store + suffix)
                let store = try openStore(directory.store)
                #expect(try store.loadSettings() == fullSettings)
                #expect(try allRecords(store).count == 240)
            }
        }
    }
}
