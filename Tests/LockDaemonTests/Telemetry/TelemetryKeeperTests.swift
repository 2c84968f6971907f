import Glibc
import LockCore
import SystemdRuntime
import Testing

@testable import LockDaemon
@testable import TelemetryPolicy

/// Consent and telemetry as the daemon keeps them, on real stores.
@Suite struct TelemetryKeeperTests {
    @Test func `without consent nothing is recorded, nothing written to the queue, and nothing waited for`() throws {
        let rig = try TelemetryRig()
        try rig.begin()
        rig.tell(.battery(percent: 50))
        for failure in ServiceFailure.allCases { rig.tell(.failure(failure)) }
        #expect(rig.keeper?.deadline(at: rig.now) == nil)
        #expect(rig.pass(.seconds(90 * 86_400)) == 0)
        let status = try rig.status()
        #expect(status.denial == .notConsented)
        #expect(status.counters.recorded == 0 && status.noted == 0)
        #expect(try rig.lease() == .failure(TelemetryRefusal(.notConsented)))
        #expect(try rig.preview() == TelemetryPreview(bytes: [], rows: [], denial: .notConsented))
        #expect(!rig.hasWork)
    }

    @Test
    func `what is agreed to is recorded within the hour, leaves as the preview has shown it, and is forgotten then`()
        throws
    {
        let rig = try TelemetryRig()
        try rig.begin()
        try rig.agree()
        rig.tell(.battery(percent: 83))
        rig.tell(.failure(.stalled))
        rig.tell(.failure(.stalled))
        #expect(try rig.status().noted == 4)
        #expect(try rig.status().counters.recorded == 0)
        // One flush, and nothing else to wake up for.
        #expect(rig.pass(.seconds(7_200)) == 1)
        #expect(rig.hasWork)
        #expect(try rig.status().counters.recorded == 4)
        // Final when the next day is over.
        rig.pass(.seconds(2 * 86_400))
        let preview = try rig.preview()
        #expect(preview.denial == nil)
        #expect(
            preview.rows.map(\.value.text).sorted() == ["13.1.0", "80", "stalled 2", "virtual-board"])
        let batch = try rig.lease().get()
        #expect(batch.bytes == preview.bytes)
        #expect(try rig.begin(batch).get() == batch.bytes)
        #expect(try rig.report(batch, .accepted(rejected: 0)))
        let status = try rig.status()
        #expect(status.counters.acknowledged == 4 && status.contents.total == 0)
        #expect(try rig.lease() == .failure(TelemetryRefusal("there is nothing to send")))
        // The same is no news.
        rig.tell(.facts([.deviceModel(.virtualBoard)]))
        #expect(try rig.status().noted == 0)
    }

    @Test func `all of it outlives a restart; a lease does not, and its batch is the same to the last byte`() throws {
        let rig = try TelemetryRig()
        try rig.begin()
        try rig.agree()
        rig.pass(.seconds(3_700))
        let batch = try rig.lease().get()
        #expect(try rig.lease() == .failure(TelemetryRefusal("a batch is leased already")))
        rig.start()
        try rig.begin()
        #expect(try rig.status().statuses.diagnostics == .given)
        let again = try rig.lease().get()
        #expect(again.id == batch.id && again.bytes == batch.bytes)
    }

    @Test func `withdrawing ends it at once, leaves no byte, and asks a server to erase only what it may have`() throws
    {
        let rig = try TelemetryRig()
        try rig.begin()
        try rig.agree([.diagnostics, .location])
        try #require(try rig.ask(.setLocationService(isActive: true)) == .done)
        let cell = try #require(Geohash(text: "u33dc"))
        try #require(try rig.ask(.setLocation(.region(cell))) == .done)
        rig.pass(.seconds(3_700))
        let batch = try rig.lease().get()
        _ = try rig.begin(batch).get()
        let canaries = [Array("virtual-board".utf8), Array("u33dc".utf8)]
        for canary in canaries { #expect(try !files(of: rig, holding: canary).isEmpty) }

        let withdrawal = ConsentRequest.withdraw([.diagnostics], erasingOnServer: true, try rig.fresh())
        #expect(try rig.ask(withdrawal, by: .local(user: 1_000)) == .done)
        #expect(try rig.status().denial == .notConsented)
        #expect(try rig.status().openErasures == 1)
        #expect(try rig.begin(batch) == .failure(TelemetryRefusal(.notConsented)))
        #expect(try !rig.report(batch, .accepted(rejected: 0)))
        for canary in canaries { #expect(try files(of: rig, holding: canary).isEmpty) }
        #expect(try rig.status().counters.erased == 3)
    }

    @Test func `the owner who agreed is gone, and so is what was agreed to`() throws {
        let rig = try TelemetryRig()
        try rig.begin(owners: [TelemetryRig.owner, TelemetryRig.other])
        try rig.agree()
        rig.pass(.seconds(3_700))
        rig.tell(.owners([TelemetryRig.other]))
        let status = try rig.status()
        #expect(status.statuses.diagnostics == .expired && status.contents.total == 0)
        #expect(status.counters.erased == 2)
    }

    @Test func `keys that cannot be read are nobody's, and nobody's consent goes on`() throws {
        let rig = try TelemetryRig()
        try rig.begin()
        try rig.agree()
        rig.start()
        try rig.begin(owners: nil)
        #expect(try rig.status().statuses.diagnostics == .expired)
    }

    @Test func `a battery that falls to a threshold is written at once, whatever else waits`() throws {
        let rig = try TelemetryRig()
        try rig.begin()
        try rig.agree()
        rig.tell(.battery(percent: 60))
        #expect(try rig.status().counters.recorded == 0)
        rig.tell(.battery(percent: 9))
        // The later value of the day, and what was noted with it.
        #expect(try rig.status().counters.recorded == 3)
    }

    @Test func `erasing locally leaves the consent and nothing else`() throws {
        let rig = try TelemetryRig()
        try rig.begin()
        try rig.agree()
        rig.pass(.seconds(3_700))
        #expect(try !files(of: rig, holding: Array("virtual-board".utf8)).isEmpty)
        #expect(try rig.ask(.eraseLocally, by: .local(user: 0)) == .done)
        let status = try rig.status()
        #expect(status.contents.total == 0 && status.counters.erased == 2)
        #expect(status.statuses.diagnostics == .given)
        #expect(try files(of: rig, holding: Array("virtual-board".utf8)).isEmpty)
    }

    @Test func `the export and the receipts are of what is held`() throws {
        let rig = try TelemetryRig()
        try rig.begin()
        #expect(try rig.document { .receipt(nil, $0) } == .failure(TelemetryRefusal("nobody has decided anything yet")))
        try rig.agree()
        let export = String(decoding: try rig.document { .export($0) }.get(), as: UTF8.self)
        #expect(export.contains("mortise-telemetry-export") && export.contains("virtual-board"))
        let receipt = String(decoding: try rig.document { .receipt(nil, $0) }.get(), as: UTF8.self)
        #expect(receipt.contains("mortise-consent-receipt"))
        let first = String(decoding: try rig.document { .receipt(1, $0) }.get(), as: UTF8.self)
        #expect(first.contains("\"requested\""))
        #expect(try rig.document { .receipt(99, $0) } == .failure(TelemetryRefusal("there is no record 99")))
    }

    @Test func `a reset leaves no consent and no byte, and can be followed by another life`() throws {
        let rig = try TelemetryRig()
        try rig.begin()
        try rig.agree()
        rig.pass(.seconds(3_700))
        #expect(try !files(of: rig, holding: Array("virtual-board".utf8)).isEmpty)
        #expect(try !files(of: rig, holding: Array("Lock Company".utf8)).isEmpty)
        let number = rig.number()
        rig.tell(.reset(erasing: false, number))
        let failures = rig.answers.compactMap {
            if case .wiped(number, let failure) = $0 { failure ?? "none" } else { nil }
        }
        #expect(failures == ["none"])
        #expect(try files(of: rig, holding: Array("virtual-board".utf8)).isEmpty)
        #expect(try files(of: rig, holding: Array("Lock Company".utf8)).isEmpty)
        #expect(try rig.status().statuses.diagnostics == .unknown)
        rig.start()
        try rig.begin(owners: [TelemetryRig.other])
        #expect(try rig.status().statuses.diagnostics == .unknown)
    }

    // MARK: Stores that fail

    @Test func `a damaged ledger is no consent, and a damaged queue is an empty one; both are told`() throws {
        let rig = try TelemetryRig()
        try rig.begin()
        try rig.agree()
        rig.pass(.seconds(3_700))
        rig.start()
        try overwrite(rig.directory.path + "/telemetry.db")
        try rig.begin()
        #expect(try rig.status().statuses.diagnostics == .given)
        #expect(try rig.status().contents.total == 0)
        #expect(rig.problems.contains { $0.contains("telemetry.db was damaged") }, "\(rig.problems)")
        // What was lost is said anew.
        #expect(try rig.status().noted == 2)
        rig.start()
        try overwrite(rig.directory.path + "/consent.db")
        try rig.begin()
        #expect(try rig.status().statuses.diagnostics == .unknown)
        #expect(try rig.status().denial == .notConsented)
        #expect(rig.problems.contains { $0.contains("consent.db was damaged") })
        try rig.agree()
    }

    @Test func `a ledger that cannot be opened is no, is tried ever more slowly, and is opened when it can be`() throws
    {
        let rig = try TelemetryRig()
        let path = rig.directory.path + "/consent.db"
        try #require(mkdir(path, 0o700) == 0)
        try rig.begin()
        let status = try rig.status()
        #expect(status.standing == .booting && status.denial == .unreadable && !status.trouble.isEmpty)
        #expect(try rig.ask(.refuse) == .refused(.unreadable))
        // In a day: 1, 2, 4, … seconds up to an hour apart.
        let tries = rig.pass(.seconds(86_400))
        #expect((30...40).contains(tries), "\(tries)")
        try #require(rmdir(path) == 0)
        rig.pass(.seconds(3_600))
        #expect(try rig.status().standing == .ready)
        #expect(try rig.status().trouble.isEmpty)
        try rig.agree()
    }

    @Test func `the thread starts, answers and ends`() throws {
        let directory = try TemporaryDirectory()
        let thread = try TelemetryThread(directory: directory.path)
        let manifest = try #require(PolicyManifest.current)
        #expect(thread.send(.owners([])))
        #expect(thread.send(.policy(PolicyContext(manifest: manifest, details: TelemetryRig.details))))
        #expect(thread.send(.status(7)))
        thread.close()
        #expect(thread.finish())
        var standings: [Consent.Standing] = []
        thread.answers.drain { if case .status(7, let status) = $0 { standings.append(status.standing) } }
        #expect(standings == [.ready])
    }

    /// Every file of the rig's stores that holds the bytes.
    private func files(of rig: TelemetryRig, holding needle: [UInt8]) throws -> [String] {
        let names = ["consent.db", "telemetry.db"].flatMap { name in
            ["", "-wal", ".quarantined", ".quarantined-wal"].map { name + $0 }
        }
        return names.filter { name in
            guard let content = contents(of: rig.directory.path + "/" + name) else { return false }
            return content.indices.contains { start in
                content[start] == needle[0] && content.count - start >= needle.count
                    && content[start..<(start + needle.count)].elementsEqual(needle)
            }
        }
    }

    private func contents(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 2 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    /// The middle of a store's first page.
    private func overwrite(_ path: String) throws {
        let file = try #require(fopen(path, "r+"))
        fseek(file, 100, SEEK_SET)
        let nonsense = [UInt8](repeating: 0xa5, count: 400)
        let written = fwrite(nonsense, 1, nonsense.count, file)
        try #require(written == nonsense.count && fclose(file) == 0)
    }
}
