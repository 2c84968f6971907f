import LockCore
import Storage
import Testing

@Suite("Audit log under clocks that lie")
struct AuditRetentionTests {
    private let directory: TemporaryDirectory
    private let store: LockStore
    private static let day: Int64 = 86_400
    /// A day in 2026.
    private static let today: Int64 = 1_780_000_000

    init() throws {
        directory = try TemporaryDirectory()
        store = try openStore(directory.store)
    }

    /// Records one entry for each time; nil is none at all.
    private func record(_ times: [Int64?], isTrusted: Bool = true) throws {
        for time in times {
            try store.finish(nil, .sample(1, unixSeconds: time, isTimeTrusted: isTrusted && time != nil))
        }
    }

    private func first() throws -> Int64 { try store.entries(since: 0, limit: 1).first }

    @Test("A clock that nobody vouches for expires nothing, however far it is ahead")
    func untrusted() throws {
        try record((0..<20).map { Self.today + $0 })
        try record((0..<20).map { Self.today + 1_000 * Self.day + $0 }, isTrusted: false)
        #expect(try first() == 1)
    }

    @Test("A clock in 1970, or without any time, expires nothing and is expired with the entries around it")
    func epoch() throws {
        try record((0..<5).map { Self.today + $0 })
        try record((0..<5).map { $0 }, isTrusted: true)
        try record([nil, nil, 12, -5, .min, .max], isTrusted: true)
        try record((5..<10).map { Self.today + $0 })
        #expect(try first() == 1)
        try record((0..<4).map { Self.today + 91 * Self.day + $0 })
        #expect(try first() == 22)
    }

    @Test("One entry with a time far ahead expires nothing, and goes when its time comes")
    func jumpAhead() throws {
        try record((0..<10).map { Self.today + $0 })
        try record([Self.today + 5_000 * Self.day])
        #expect(try first() == 1)
        try record((10..<20).map { Self.today + $0 })
        #expect(try first() == 1)
        try record((0..<4).map { Self.today + 91 * Self.day + $0 })
        #expect(try first() == 22)
    }

    @Test("A clock that stays ahead expires 64 entries an append at most")
    func staysAhead() throws {
        try record((0..<300).map { Self.today + $0 })
        try record((0..<3).map { Self.today + 500 * Self.day + $0 })
        #expect(try first() == 1)
        try record([Self.today + 500 * Self.day + 3])
        #expect(try first() == 65)
        try record([Self.today + 500 * Self.day + 4])
        #expect(try first() == 129)
    }

    @Test("A step back expires nothing, and what was recorded during it neither goes early nor stays")
    func stepBack() throws {
        try record((0..<10).map { Self.today + $0 })
        try record((0..<10).map { Self.today - 200 * Self.day + $0 })
        #expect(try first() == 1)
        try record((10..<20).map { Self.today + $0 })
        #expect(try first() == 1)
        try record((0..<4).map { Self.today + 91 * Self.day + $0 })
        #expect(try first() == 31)
    }

    @Test("A single trusted time is not believed")
    func single() throws {
        try record([Self.today - 200 * Self.day])
        try record([nil, nil, nil, Self.today])
        #expect(try first() == 1)
        try record([Self.today + 1])
        #expect(try first() == 2)
    }

    @Test("Entries from before the clock was set go with the first trusted one after them, behind however many")
    func longUntrustedPast() throws {
        try record(Array(repeating: nil, count: 150))
        try record((0..<3).map { Self.today + $0 })
        try record((0..<4).map { Self.today + 100 * Self.day + $0 })
        #expect(try first() == 65)
        try record((4..<6).map { Self.today + 100 * Self.day + $0 })
        #expect(try first() == 154)
    }
}
