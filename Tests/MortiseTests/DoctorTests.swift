import SystemdRuntime
import TestPrograms
import Testing

@Suite struct DoctorTests {
    private func examine(_ name: String, _ arguments: [String], _ change: (inout LockScript) -> Void = { _ in }) throws
    {
        let bus = try PrivateBus.start()
        var script = LockScript()
        script.diagnosis = [
            "threads": "ok: loop, bolt and storage answer", "store": "ok: opened", "sensors": "ok: closed, extended",
        ]
        change(&script)
        let lock = try FakeLock(on: bus.address, script)
        try expectSnapshot(name, ["doctor"] + arguments, bus: bus.address)
        withExtendedLifetime(lock) {}
    }

    @Test func `a lock with nothing the matter`() throws { try examine("doctor-well", []) }

    @Test func `errors and warnings are counted, and make the exit status`() throws {
        func spoil(_ script: inout LockScript) {
            script.properties["Version"] = .string("0.2.0")
            script.diagnosis["store"] = "error: lock.db was quarantined: file is not a database"
            script.diagnosis["scheduling"] = "warning: SCHED_FIFO is not permitted"
            script.diagnosis["novelty"] = "splendid: never seen before"
        }
        try examine("doctor-ill", [], spoil)
        try examine("doctor-ill-json", ["--json"], spoil)
    }

    @Test func `what may not be asked is an error of its own`() throws {
        try examine("doctor-not-authorised", []) {
            $0.answers["Diagnose"] = .error("NotAuthorised", "user 1000 is not in the group mortise-admin")
        }
    }

    @Test func `a profile that is right`() throws {
        let profile = "\(Mortise.root)/board/profiles/simulated.conf"
        try expectSnapshot(
            "profile-well", Mortise.run(["doctor", "--profile", profile]),
            command: "doctor --profile simulated.conf")
        try expectSnapshot(
            "profile-well-json", Mortise.run(["doctor", "--json", "--profile", profile]),
            command: "doctor --json --profile simulated.conf")
    }

    @Test func `a profile that is wrong in many ways`() throws {
        let directory = try makeDirectory()
        defer { removeDirectory(directory) }
        let profile = "\(directory)/wrong.conf"
        try write(
            """
            [Board]
            name=Wrong
            compatible=test,wrong
            colour=red

            [GPIO]
            chip=chip
            motor-in1=A
            motor-in2=A

            [Motor]
            extend=in3
            wake=2 parsecs
            brake=1h

            """, to: profile)
        try expectSnapshot(
            "profile-wrong", Mortise.run(["doctor", "--profile", profile]), command: "doctor --profile wrong.conf",
            replacing: [(directory + "/", "")])
        try expectSnapshot(
            "profile-wrong-json", Mortise.run(["doctor", "--json", "--profile", profile]),
            command: "doctor --json --profile wrong.conf", replacing: [(directory + "/", "")])
    }

    @Test func `a profile that is not there`() throws {
        try expectSnapshot(
            "profile-absent", Mortise.run(["doctor", "--profile", "/nonexistent/profile.conf"]),
            command: "doctor --profile /nonexistent/profile.conf")
        try expectSnapshot(
            "profile-absent-json", Mortise.run(["doctor", "--json", "--profile", "/nonexistent/profile.conf"]),
            command: "doctor --json --profile /nonexistent/profile.conf")
    }
}
