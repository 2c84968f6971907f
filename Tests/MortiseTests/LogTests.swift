import SystemdRuntime
import TestPrograms
import Testing

@Suite struct LogTests {
    /// One of each kind.
    private let records: [LockScript.LogRecord] = [
        .init(sequence: 41, unixSeconds: -1, isTrusted: false, action: "boot", origin: "device", state: "between"),
        .init(
            sequence: 42, unixSeconds: 1_795_356_000, isTrusted: false, action: "unlock", origin: "inside-button",
            state: "unlocked", warning: "journalUnavailable"),
        .init(sequence: 43, action: "lock", outcome: "refused", state: "", code: "doorOpen"),
        .init(
            sequence: 44, action: "lock", origin: "auto-relock", outcome: "failed", state: "jammed:blocked",
            code: "blocked"),
        .init(sequence: 45, action: "unlock", origin: "key:7", outcome: "already", state: "unlocked"),
        .init(sequence: 46, action: "movedByHand", origin: "device", state: "locked"),
        .init(
            sequence: 47, action: "teleported", origin: "elsewhere:9", outcome: "perhaps", state: "gone", code: "odd"),
        .init(sequence: 48, action: "acknowledgeAlarms", origin: "local:4294967000", state: "locked"),
    ]

    private func show(
        _ name: String, _ arguments: [String], _ records: [LockScript.LogRecord]? = nil,
        _ answers: [String: LockScript.Answer] = [:]
    ) throws {
        let bus = try PrivateBus.start()
        var script = LockScript()
        script.log = records ?? self.records
        script.answers = answers
        let lock = try FakeLock(on: bus.address, script)
        try expectSnapshot(name, ["log"] + arguments, bus: bus.address)
        withExtendedLifetime(lock) {}
    }

    @Test func `the newest entries, oldest first`() throws {
        try show("log", [])
        try show("log-json", ["--json"])
    }

    @Test func `an entry about a key says which, and not where the bolt happened to be`() throws {
        let keys: [LockScript.LogRecord] = [
            .init(sequence: 1, action: "keyAdded", origin: "key:7", subject: 9),
            .init(sequence: 2, action: "configure"),
            .init(
                sequence: 3, action: "keyRemoved", origin: "key:7", outcome: "failed", state: "", code: "storeFull",
                subject: 9),
        ]
        try show("log-keys", [], keys)
        try show("log-keys-json", ["--json"], keys)
    }

    @Test func `only so many`() throws { try show("log-limit", ["--limit", "2"]) }

    @Test func `since a number, and how many more there are`() throws {
        try show("log-since", ["--since", "42", "--limit", "3"])
    }

    @Test func `entries that were pruned are counted`() throws {
        try show("log-pruned", ["--since", "12", "--limit", "2"])
        try show("log-pruned-json", ["--since", "12", "--limit", "2", "--json"])
    }

    @Test func `entries that are missing in the middle are counted`() throws {
        var holed = records
        holed.removeSubrange(2...3)
        try show("log-hole", ["--since", "40"], holed)
    }

    @Test func `an empty log`() throws {
        try show("log-empty", [], [])
        try show("log-empty-json", ["--json"], [])
        try show("log-nothing-new", ["--since", "48"])
    }

    @Test func `more than one page`() throws {
        let many = (1...1_203).map { LockScript.LogRecord(sequence: Int64($0)) }
        let bus = try PrivateBus.start()
        var script = LockScript()
        script.log = many
        let lock = try FakeLock(on: bus.address, script)
        let end = try Mortise.run(["log", "--since", "0", "--limit", "1100", "--json"], bus: bus.address)
        #expect(end.status == 0)
        #expect(end.output.split(separator: "\n").count == 1_100)
        #expect(
            end.output.hasSuffix(
                "\"sequence\":1100,\"state\":\"locked\",\"subject\":null,\"trusted\":true,\"unixSeconds\":1795356202,\"warning\":null}\n"
            ))
        #expect(
            try (0..<4).map { _ in try lock.nextCall() } == [
                "Log(0, 1)", "Log(0, 500)", "Log(500, 500)", "Log(1000, 100)",
            ])
    }

    @Test func `a store that cannot be read`() throws {
        let words = "The audit log cannot be read: the store is not open: disk I/O error"
        try show("log-unavailable", [], nil, ["Log": .error("StoreUnavailable", words)])
    }

    @Test func `following prints what comes, over a restart of the daemon`() throws {
        let bus = try PrivateBus.start()
        var script = LockScript()
        script.log = Array(records.prefix(1))
        let lock = try FakeLock(on: bus.address, script)
        var follow = try Mortise.start(["log", "--follow", "--json"], bus: bus.address)
        #expect(try follow.readLine()?.contains("\"sequence\":41") == true)
        lock.append(records[1])
        #expect(try follow.readLine()?.contains("\"sequence\":42") == true)
        lock.vanish()
        lock.comeBack()
        lock.append(records[2])
        #expect(try follow.readLine()?.contains("\"sequence\":43") == true)
        follow.interrupt()
        let end = try follow.finish()
        #expect(end.output.isEmpty)
        #expect(end.status == 130)
    }
}
