import SystemdRuntime
import TestPrograms
import Testing

@Suite struct MotionTests {
    private func move(
        _ name: String, _ arguments: [String], _ answers: [String: LockScript.Answer] = [:],
        calls: [String], isAdminDenied: Bool = false
    ) throws {
        let bus = try PrivateBus.start(isAdminDenied: isAdminDenied)
        var script = LockScript()
        script.answers = answers
        let lock = try FakeLock(on: bus.address, script)
        try expectSnapshot(name, arguments, bus: bus.address)
        for call in calls { #expect(try lock.nextCall() == call) }
    }

    @Test func `locking prints the state that the sensors vouch for`() throws {
        try move("lock", ["lock"], calls: ["Lock()"])
        try move("lock-json", ["lock", "--json"], calls: ["Lock()"])
    }

    @Test func `unlocking with a warning is done, and warns`() throws {
        let answers: [String: LockScript.Answer] = [
            "Unlock": .values([.string("unlocked"), .string("journalUnavailable")])
        ]
        try move("unlock-warning", ["unlock"], answers, calls: ["Unlock()"])
        try move("unlock-warning-json", ["unlock", "--json"], answers, calls: ["Unlock()"])
    }

    @Test func `a refusal says the code, what it means and what to do`() throws {
        let answers: [String: LockScript.Answer] = ["Lock": .error("DoorOpen", "refused: the door is open")]
        try move("lock-refused", ["lock"], answers, calls: ["Lock()"])
        try move("lock-refused-json", ["lock", "--json"], answers, calls: ["Lock()"])
    }

    @Test func `a stroke that fails leaves another exit status than a refusal`() throws {
        try move(
            "lock-failed", ["lock"],
            ["Lock": .error("Blocked", "failed: the bolt did not arrive in 3 attempts")], calls: ["Lock()"])
    }

    @Test func `a fault code of a newer daemon is shown`() throws {
        try move(
            "unlock-newer", ["unlock"], ["Unlock": .error("GravityLost", "failed: up is down")], calls: ["Unlock()"])
        try move(
            "unlock-newer-warning", ["unlock"], ["Unlock": .values([.string("ajar"), .string("gravityLost")])],
            calls: ["Unlock()"])
    }

    @Test func `an error that says neither refused nor failed counts as failed`() throws {
        try move("unlock-unmarked", ["unlock"], ["Unlock": .error("Busy", "something")], calls: ["Unlock()"])
    }

    @Test func `the daemon says who may not`() throws {
        let answers: [String: LockScript.Answer] = [
            "Lock": .error("NotAuthorised", "user 1000 is in neither of the groups mortise and mortise-admin")
        ]
        try move("lock-not-authorised", ["lock"], answers, calls: ["Lock()"])
        try move("lock-not-authorised-json", ["lock", "--json"], answers, calls: ["Lock()"])
    }

    @Test func `the bus policy says who may not`() throws {
        let bus = try PrivateBus.start(isAdminDenied: true)
        let lock = try FakeLock(on: bus.address)
        let end = try Mortise.run(["calibrate"], bus: bus.address)
        #expect(end.status == 77)
        #expect(end.output.isEmpty)
        #expect(end.error.hasPrefix("mortise: not authorised: "))
        withExtendedLifetime(lock) {}
    }

    @Test func `a full queue is a refusal`() throws {
        try move(
            "lock-overloaded", ["lock"], ["Lock": .error("Overloaded", "8 requests wait already")], calls: ["Lock()"])
    }

    @Test func `no answer in time`() throws {
        try move("lock-silence", ["lock", "--timeout", "1"], ["Lock": .silence], calls: ["Lock()"])
        try move("lock-silence-json", ["lock", "--timeout", "1", "--json"], ["Lock": .silence], calls: ["Lock()"])
    }

    @Test func `a daemon that dies in mid-stroke`() throws {
        try move("lock-vanished", ["lock"], ["Lock": .vanish], calls: ["Lock()"])
    }

    @Test func `an answer that breaks the interface is not understood`() throws {
        let bus = try PrivateBus.start()
        var script = LockScript()
        script.properties["State"] = nil
        let lock = try FakeLock(on: bus.address, script)
        try expectSnapshot("status-not-understood", ["status"], bus: bus.address)
        withExtendedLifetime(lock) {}
    }

    @Test func `a method that an older daemon lacks is not understood`() throws {
        try move(
            "calibrate-unknown", ["calibrate"],
            ["Calibrate": .error("org.freedesktop.DBus.Error.UnknownMethod", "Unknown method Calibrate")],
            calls: ["Calibrate()"])
    }

    @Test func `calibration tells what it learned`() throws {
        try move("calibrate", ["calibrate"], calls: ["Calibrate()"])
        try move("calibrate-json", ["calibrate", "--json"], calls: ["Calibrate()"])
    }

    @Test func `a calibration that finds a reversed motor says so`() throws {
        try move(
            "calibrate-reversed", ["calibrate"],
            ["Calibrate": .error("DriverFault", "failed: reversedMotor: the bolt travelled against its direction")],
            calls: ["Calibrate()"])
    }
}
