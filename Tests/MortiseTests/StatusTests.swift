import SystemdRuntime
import TestPrograms
import Testing

@Suite struct StatusTests {
    private func show(
        _ name: String, _ changes: [String: BusValue] = [:], _ arguments: [String] = ["status"]
    ) throws {
        let bus = try PrivateBus.start()
        var script = LockScript()
        script.properties.merge(changes) { $1 }
        let lock = try FakeLock(on: bus.address, script)
        try expectSnapshot(name, arguments, bus: bus.address)
        withExtendedLifetime(lock) {}
    }

    @Test func `a lock with nothing the matter`() throws { try show("status-well") }

    @Test func `a lock with nothing the matter, for programs`() throws {
        try show("status-well-json", [:], ["status", "--json"])
    }

    @Test func `a jam is explained`() throws {
        try show(
            "status-jammed",
            [
                "State": .string("jammed"), "Fault": .string("blocked"), "Position": .string("between"),
                "Alarms": .strings(["doorAjar", "lowBattery"]), "Door": .string("open"), "BatteryPercent": .int32(9),
                "BatteryMillivolts": .int32(4700),
            ])
    }

    @Test func `a board that lacks everything`() throws {
        let changes: [String: BusValue] = [
            "State": .string("unlocked"), "Position": .string("retracted"), "Door": .string("absent"),
            "BatteryState": .string("unknown"), "BatteryPercent": .int32(-1), "BatteryMillivolts": .int32(-1),
            "AutoRelock": .uint64(0), "DoorAjar": .uint64(0), "Calibrated": .bool(false), "ExtendTime": .uint64(0),
            "RetractTime": .uint64(0), "JournalAvailable": .bool(false), "StoreState": .string("unavailable"),
            "StoreDetail": .string("no space left on the disk"), "Mode": .string("lockOut"),
        ]
        try show("status-bare", changes)
        try show("status-bare-json", changes, ["status", "--json"])
    }

    @Test func `an auto-relock that is due is told in time from now`() throws {
        let deadline = UInt64(EventLoop.bootNanoseconds) + 5_370_000_000_000
        try show("status-relock", ["State": .string("unlocked"), "RelockDeadline": .uint64(deadline)])
    }

    @Test func `words of a newer daemon are shown as they come`() throws {
        let changes: [String: BusValue] = [
            "State": .string("levitating"), "Fault": .string("gravityLost"), "Position": .string("aloft"),
            "Alarms": .strings(["tooHigh"]), "Mode": .string("party"), "BatteryState": .string("solar"),
            "BatteryPercent": .int32(-1), "Door": .string("revolving"), "StoreState": .string("elsewhere"),
            "Novelty": .string("unheard of"),
        ]
        try show("status-newer", changes)
        try show("status-newer-json", changes, ["status", "--json"])
    }

    @Test func `control characters reach no terminal`() throws {
        try show("status-hostile", ["Board": .string("\u{1B}[2Jboard\nState  unlocked\u{202E}")])
    }

    @Test func `a property of another type is not understood wrongly`() throws {
        try show("status-types", ["BatteryPercent": .string("full"), "Calibrated": .int32(1)])
    }
}
