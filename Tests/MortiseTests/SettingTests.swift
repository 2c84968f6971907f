import SystemdRuntime
import TestPrograms
import Testing

@Suite struct SettingTests {
    private func set(
        _ name: String, _ arguments: [String], _ answers: [String: LockScript.Answer] = [:], calls: [String] = [],
        alarms: [String] = []
    ) throws {
        let bus = try PrivateBus.start()
        var script = LockScript()
        script.answers = answers
        script.properties["Alarms"] = .strings(alarms)
        let lock = try FakeLock(on: bus.address, script)
        try expectSnapshot(name, arguments, bus: bus.address)
        for call in calls { #expect(try lock.nextCall() == call) }
    }

    @Test func `the mode is sent by its name on the bus`() throws {
        try set("mode", ["mode", "lock-out"], calls: ["SetMode(lockOut)"])
        try set("mode-json", ["mode", "passage", "--json"], calls: ["SetMode(passage)"])
    }

    @Test func `times are sent in milliseconds, and never as 0`() throws {
        try set("auto-relock", ["auto-relock", "90s"], calls: ["SetAutoRelock(90000)"])
        try set("auto-relock-never", ["auto-relock", "never"], calls: ["SetAutoRelock(0)"])
        try set("auto-relock-json", ["auto-relock", "5min", "--json"], calls: ["SetAutoRelock(300000)"])
        try set("door-ajar", ["door-ajar", "2min"], calls: ["SetDoorAjar(120000)"])
        try set("door-ajar-json", ["door-ajar", "never", "--json"], calls: ["SetDoorAjar(0)"])
    }

    @Test func `the daemon's own bounds are a refusal`() throws {
        try set(
            "auto-relock-refused", ["auto-relock", "3h"],
            ["SetAutoRelock": .error("InvalidRequest", "refused: auto-relock 10800000 ms is outside 5 s to 2 h")],
            calls: ["SetAutoRelock(10800000)"])
    }

    @Test func `a setting that applies and is not stored is a failure, and says which of the two`() throws {
        let words =
            "failed: it applies from now on, and is lost if the lock restarts before it is in the store: disk full"
        try set(
            "mode-not-durable", ["mode", "passage"], ["SetMode": .error("NotDurable", words)],
            calls: ["SetMode(passage)"])
    }

    @Test func `settings that cannot be changed before the stored ones are read are not called a log`() throws {
        let words = "The stored settings have not been read yet; try again when the store is open."
        try set(
            "mode-store-awaited", ["mode", "passage"], ["SetMode": .error("StoreUnavailable", words)],
            calls: ["SetMode(passage)"])
    }

    @Test func `acknowledging tells which alarms stand still`() throws {
        try set("acknowledge", ["acknowledge"], calls: ["AcknowledgeAlarms()"])
        try set("acknowledge-standing", ["acknowledge"], calls: ["AcknowledgeAlarms()"], alarms: ["tampered"])
        try set("acknowledge-json", ["acknowledge", "--json"], calls: ["AcknowledgeAlarms()"], alarms: ["tampered"])
    }

    @Test(arguments: [
        ("usage-unit", ["auto-relock", "30"]), ("usage-bounds", ["auto-relock", "2s"]),
        ("usage-ajar-bounds", ["door-ajar", "1s"]), ("usage-mode", ["mode", "party"]),
        ("usage-timeout", ["status", "--timeout", "121"]), ("usage-bus", ["status", "--bus", ""]),
        ("usage-limit", ["log", "--limit", "0"]), ("usage-since", ["log", "--since=-1"]),
        ("usage-command", ["explode"]),
    ])
    func `a wrong command line says what is wrong and touches nothing`(_ name: String, _ arguments: [String]) throws {
        try expectSnapshot(name, arguments, bus: "unix:path=/nonexistent/bus")
    }
}
