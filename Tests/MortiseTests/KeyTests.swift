import SystemdRuntime
import TestPrograms
import Testing

@Suite struct KeyTests {
    private func run(
        _ name: String, _ arguments: [String], calls: [String] = [], _ configure: (inout LockScript) -> Void = { _ in }
    ) throws {
        let bus = try PrivateBus.start()
        var script = LockScript()
        script.keys = LockScript.someKeys
        configure(&script)
        let lock = try FakeLock(on: bus.address, script)
        try expectSnapshot(name, arguments, bus: bus.address)
        for call in calls { #expect(try lock.nextCall() == call) }
    }

    @Test func `keys are listed with what they are good for`() throws {
        try run("keys", ["keys"], calls: ["ListKeys()"])
        try run("keys-json", ["keys", "--json"])
        try run("keys-none", ["keys", "list"]) { $0.keys = [] }
    }

    @Test func `a key is taken away by its number`() throws {
        try run("keys-revoke", ["keys", "revoke", "4"], calls: ["RevokeKey(4)"])
        try run("keys-revoke-json", ["keys", "revoke", "4", "--json"], calls: ["RevokeKey(4)"])
        try run("keys-revoke-owner", ["keys", "revoke", "1"]) {
            $0.answers["RevokeKey"] = .error("NotAllowed", "refused: the key's role does not allow it")
        }
    }

    @Test func `a change sends all terms, of which what is not named is as it was`() throws {
        try run(
            "keys-change", ["keys", "change", "4", "--name", "Cleaners"],
            calls: ["ListKeys()", "ChangeKey(4, (guest Cleaners 0 1798153200 ((31 480 1080) (32 1320 120)) 3))"])
        try run(
            "keys-change-uses", ["keys", "change", "5", "--uses", "10"],
            calls: ["ListKeys()", "ChangeKey(5, (guest \u{1B}[31mEve 0 0 () 10))"])
        // An administrator has no limits.
        try run(
            "keys-change-role", ["keys", "change", "4", "--role", "admin", "--json"],
            calls: ["ListKeys()", "ChangeKey(4, (admin Cleaner 0 0 () 0))"])
    }

    @Test func `a key that is used up stays so when something else of it is changed`() throws {
        try run(
            "keys-change-used-up", ["keys", "change", "5", "--name", "Eve"],
            calls: ["ListKeys()", "ChangeKey(5, (guest Eve 0 0 () 4294967295))"])
        try run(
            "schedule-used-up", ["schedule", "5", "sat", "10:00-12:00"],
            calls: ["ListKeys()", "ChangeKey(5, (guest \u{1B}[31mEve 0 0 ((32 600 720)) 4294967295))"])
    }

    @Test func `a key that is not there is said so`() throws {
        try run("keys-change-none", ["keys", "change", "9", "--name", "X"])
        try run("schedule-none-json", ["schedule", "9", "--json"])
    }

    @Test func `schedules are shown and set as people write them`() throws {
        try run("schedule", ["schedule", "4"])
        try run("schedule-json", ["schedule", "4", "--json"])
        try run("schedule-always", ["schedule", "1"])
        try run(
            "schedule-set", ["schedule", "4", "mon-fri", "09:00-17:00,", "until", "2026-12-31"],
            calls: ["ListKeys()", "ChangeKey(4, (guest Cleaner 0 1798758000 ((31 540 1020)) 3))"])
    }

    @Test func `an invitation is shown as a QR code and as text`() throws {
        try run(
            "invite",
            ["invite", "--name", "Carol", "--schedule", "sat-sun 10:00-18:00", "--uses", "5", "--lifetime", "2h"],
            calls: ["Invite((guest Carol 0 0 ((96 600 1080)) 5), 7200)"])
        try run(
            "invite-json", ["invite", "--name", "Dan", "--role", "admin", "--json"],
            calls: ["Invite((admin Dan 0 0 () 0), 86400)"])
        try run("invite-text", ["invite", "--name", "Dan", "--no-qr"])
        try run("invite-clock", ["invite", "--name", "Dan"]) {
            $0.answers["Invite"] = .error("ClockUntrusted", "refused: nobody vouches for the lock's clock")
        }
    }

    @Test func `invitations are listed and withdrawn`() throws {
        let rows: [BusValue] = [
            .structure([
                .uint64(0xfedc_ba98_7654_3210), LockScript.terms("guest", "Carol", uses: 5), .int64(1_795_442_400),
                .uint32(0),
            ]),
            .structure([
                .uint64(0x12ab), LockScript.terms("admin", "Dan"), .int64(1_795_442_400), .uint32(7),
            ]),
        ]
        try run("invitations", ["invitations"]) { $0.invitations = rows }
        try run("invitations-json", ["invitations", "list", "--json"]) { $0.invitations = rows }
        try run("invitations-none", ["invitations"])
        try run(
            "invitations-withdraw", ["invitations", "withdraw", "fedcba9876543210"],
            calls: ["WithdrawInvitation(18364758544493064720)"])
    }

    @Test func `who is connected is told by name`() throws {
        let sessions: [BusValue] = [
            .structure([.uint32(1), .int64(4_000), .bool(true)]), .structure([.uint32(9), .int64(3), .bool(false)]),
        ]
        try run("sessions", ["sessions"]) { $0.sessions = sessions }
        try run("sessions-json", ["sessions", "--json"]) { $0.sessions = sessions }
        try run("sessions-none", ["sessions"])
    }

    @Test func `the setup code is shown with what it needs`() throws {
        try run("setup-code", ["setup-code"], calls: ["Pairing()"])
        try run("setup-code-ascii", ["setup-code", "--ascii"])
        try run("setup-code-owned", ["setup-code", "--no-qr"]) { $0.pairings = [LockScript.pairing(hasOwner: true)] }
        try run("setup-code-json", ["setup-code", "--json"]) { $0.pairings = [LockScript.pairing(isOpen: true)] }
    }

    @Test func `pairing waits for the button and the phone, and presses nothing itself`() throws {
        let pairings = [
            LockScript.pairing(), LockScript.pairing(isOpen: true), LockScript.pairing(hasOwner: true),
        ]
        try run("pair", ["pair"], calls: ["Pairing()", "Pairing()", "Pairing()", "ListKeys()"]) {
            $0.pairings = pairings
        }
        try run("pair-json", ["pair", "--json"]) { $0.pairings = pairings }
        try run("pair-owned", ["pair"], calls: ["Pairing()"]) { $0.pairings = [LockScript.pairing(hasOwner: true)] }
        try run("pair-nobody", ["pair", "--timeout", "1"])
        try run("pair-nobody-json", ["pair", "--timeout", "1", "--json"])
    }

    @Test(arguments: [
        ("usage-schedule", ["schedule", "4", "mon-fri 8-18"]),
        ("usage-invite-uses", ["invite", "--name", "X", "--uses", "0"]),
        ("usage-invite-owner", ["invite", "--name", "X", "--role", "admin", "--uses", "3"]),
        ("usage-invite-schedule", ["invite", "--name", "X", "--schedule", "tomorrow"]),
        ("usage-invite-lifetime", ["invite", "--name", "X", "--lifetime", "8d"]),
        ("usage-invite-name", ["invite", "--name", ""]), ("usage-change", ["keys", "change", "4"]),
        ("usage-withdraw", ["invitations", "withdraw", "0000000000000000"]),
    ])
    func `a wrong command line says what is wrong and touches nothing`(_ name: String, _ arguments: [String]) throws {
        try expectSnapshot(name, arguments, bus: "unix:path=/nonexistent/bus")
    }

    @Test func `the help of schedule explains the notation`() throws {
        try expectSnapshot("help-schedule", try Mortise.run(["schedule", "--help"]), command: "schedule --help")
    }
}
