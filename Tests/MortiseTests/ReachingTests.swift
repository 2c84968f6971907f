import TestPrograms
import Testing

/// Every command, when there is nobody to talk to.
@Suite struct ReachingTests {
    @Test func `no bus`() throws {
        let directory = try makeDirectory()
        defer { removeDirectory(directory) }
        let address = "unix:path=\(directory)/bus"
        try expectSnapshot("no-bus", ["status"], bus: address)
        try expectSnapshot("no-bus-json", ["status", "--json"], bus: address)
        try expectSnapshot("no-bus-doctor", ["doctor"], bus: address)
    }

    @Test func `the system's bus is the service manager's business`() throws {
        let directory = try makeDirectory()
        defer { removeDirectory(directory) }
        let address = "unix:path=\(directory)/bus"
        let end = try Mortise.run(["status"], environment: ["DBUS_SYSTEM_BUS_ADDRESS": address])
        try expectSnapshot("no-system-bus", end, command: "status")
    }

    @Test func `an address that is none`() throws {
        let end = try Mortise.run(["status", "--bus", "nonsense"])
        #expect(end.status == 69)
        #expect(end.error.contains("nonsense"))
    }

    @Test func `the command line's bus goes before the environment's`() throws {
        let bus = try PrivateBus.start()
        let lock = try FakeLock(on: bus.address)
        let end = try Mortise.run(["status", "--bus", bus.address], bus: "unix:path=/nonexistent/bus")
        #expect(end.status == 0)
        withExtendedLifetime(lock) {}
    }

    @Test(arguments: [
        ["status"], ["lock"], ["unlock"], ["watch"], ["log"], ["log", "--follow"], ["mode", "normal"],
        ["auto-relock", "never"], ["door-ajar", "never"], ["acknowledge"], ["calibrate"], ["pair"],
        ["setup-code"], ["keys"], ["keys", "revoke", "1"], ["keys", "change", "1", "--name", "X"], ["schedule", "1"],
        ["invite", "--name", "X"], ["invitations"], ["invitations", "withdraw", "00000000000012ab"], ["sessions"],
    ])
    func `a bus without a daemon`(_ arguments: [String]) throws {
        let bus = try PrivateBus.start()
        try expectSnapshot(
            "no-daemon", Mortise.run(arguments, bus: bus.address), command: "…", replacing: [(bus.address, "BUS")])
    }

    @Test func `a bus without a daemon, for the doctor`() throws {
        let bus = try PrivateBus.start()
        try expectSnapshot("no-daemon-doctor", ["doctor"], bus: bus.address)
        try expectSnapshot("no-daemon-doctor-json", ["doctor", "--json"], bus: bus.address)
    }
}
