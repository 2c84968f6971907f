import SystemdRuntime
import TestPrograms
import Testing

@Suite struct LogKeepingTests {
    private static let witness =
        "41:00070e151c232a31383f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9"

    /// Runs the program against a lock that answers so.
    private func show(_ name: String, _ arguments: [String], _ answers: [String: LockScript.Answer] = [:]) throws {
        let bus = try PrivateBus.start()
        var script = LockScript()
        script.answers = answers
        let lock = try FakeLock(on: bus.address, script)
        try expectSnapshot(name, ["log"] + arguments, bus: bus.address)
        withExtendedLifetime(lock) {}
    }

    private func verify(_ name: String, _ verdict: [BusValue], _ arguments: [String] = []) throws {
        try show(name, ["verify"] + arguments, ["VerifyLog": .values(verdict)])
    }

    @Test func `a log that holds, and up to where somebody vouches for it`() throws {
        try verify("log-verify", LockScript.verdict("intact", 0))
        try verify("log-verify-witnessed", LockScript.verdict("intact", 46, erased: 7, keys: [1]))
        try verify("log-verify-given", LockScript.verdict("intact", 41), ["--witness", Self.witness])
        try verify("log-verify-json", LockScript.verdict("intact", 46, erased: 7, keys: [1, 2]), ["--json"])
        try verify("log-verify-alone-json", LockScript.verdict("intact", 0), ["--json"])
        try verify("log-verify-empty", LockScript.verdict("intact", 0, last: 0))
        try verify("log-verify-empty-json", LockScript.verdict("intact", 0, last: 0), ["--json"])
    }

    @Test(arguments: ["altered", "broken", "gap", "contradictsWitness", "melted"])
    func `each thing that can be the matter, with status 1`(_ verdict: String) throws {
        let keys: [UInt32] = verdict == "contradictsWitness" ? [1, 3] : []
        try verify("log-verify-\(verdict)", LockScript.verdict(verdict, 17, last: 16, keys: keys))
        try verify("log-verify-\(verdict)-json", LockScript.verdict(verdict, 17, last: 16, keys: keys), ["--json"])
    }

    @Test func `a log that is not the one of a checkpoint`() throws {
        try verify("log-verify-other", LockScript.verdict("contradictsWitness", 41), ["--witness", Self.witness])
    }

    @Test func `entries missing at the beginning`() throws {
        try verify("log-verify-headless", LockScript.verdict("gap", 0, last: 0))
    }

    @Test func `what is given as a witness reaches the lock`() throws {
        let bus = try PrivateBus.start()
        let lock = try FakeLock(on: bus.address)
        let end = try Mortise.run(
            ["log", "verify", "--witness", Self.witness, "--witness", Self.witness], bus: bus.address)
        #expect(end.status == 0, "\(end)")
        let hash = (0..<32).map { String($0 * 7) }.joined(separator: " ")
        #expect(try lock.nextCall() == "VerifyLog(((41 (\(hash))) (41 (\(hash)))))")
    }

    @Test func `erasing, all or of a key`() throws {
        try show("log-erase", ["erase", "--all"])
        try show("log-erase-key-json", ["erase", "--key", "4", "--json"], ["EraseLog": .values([.uint64(1)])])
        try show("log-erase-one", ["erase", "--key", "4"], ["EraseLog": .values([.uint64(1)])])
        let words = "failed: the audit log was not, or not wholly, erased: disk I/O error"
        try show("log-erase-failed", ["erase", "--all"], ["EraseLog": .error("StoreUnavailable", words)])
        let bus = try PrivateBus.start()
        let lock = try FakeLock(on: bus.address)
        _ = try Mortise.run(["log", "erase", "--all"], bus: bus.address)
        _ = try Mortise.run(["log", "erase", "--key", "4"], bus: bus.address)
        #expect(try lock.nextCall() == "EraseLog(true, 0)")
        #expect(try lock.nextCall() == "EraseLog(false, 4)")
    }

    @Test(
        arguments: [
            ("usage-erase-nothing", ["log", "erase"]), ("usage-erase-both", ["log", "erase", "--all", "--key", "3"]),
            ("usage-erase-key", ["log", "erase", "--key", "0"]),
            ("usage-witness", ["log", "verify", "--witness", "41:07"]),
        ])
    func `what makes no sense does not reach the lock`(_ name: String, _ arguments: [String]) throws {
        try expectSnapshot(name, arguments, bus: "unix:path=/nonexistent")
    }

    @Test func `an entry that was erased has its number and nothing else`() throws {
        let bus = try PrivateBus.start()
        var script = LockScript()
        script.log = [
            .init(
                sequence: 41, unixSeconds: -1, isTrusted: false, action: "erased", origin: "", outcome: "", state: ""),
            .init(sequence: 42), .init(sequence: 43, action: "logErased", subject: 4),
        ]
        let lock = try FakeLock(on: bus.address, script)
        try expectSnapshot("log-erased", ["log"], bus: bus.address)
        try expectSnapshot("log-erased-json", ["log", "--json"], bus: bus.address)
        withExtendedLifetime(lock) {}
    }
}
