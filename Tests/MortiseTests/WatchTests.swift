import SystemdRuntime
import TestPrograms
import Testing

@Suite struct WatchTests {
    /// The line without its time.
    private func line(_ child: inout Child) throws -> String {
        let line = try #require(try child.readLine())
        #expect(try #require(line.firstIndex(of: " ")).utf16Offset(in: line) == 8, "a time of day: \(line)")
        return String(line.dropFirst(10))
    }

    @Test func `a line for each change, and for the daemon's coming and going`() throws {
        let bus = try PrivateBus.start()
        let lock = try FakeLock(on: bus.address)
        var watch = try Mortise.start(["watch"], bus: bus.address)
        #expect(try line(&watch) == "state            locked")
        #expect(try line(&watch) == "door             closed")
        #expect(try line(&watch) == "battery          83 %")

        lock.set(["State": .string("unlocking")])
        #expect(try line(&watch) == "state            locked → unlocking")
        lock.set(["State": .string("jammed"), "Fault": .string("blocked"), "Position": .string("between")])
        #expect(try line(&watch) == "state            unlocking → jammed (blocked)")
        lock.set(["Door": .string("open"), "BatteryMillivolts": .int32(5800)])
        #expect(try line(&watch) == "door             closed → open")
        lock.set(["BatteryPercent": .int32(82)])
        #expect(try line(&watch) == "battery          83 % → 82 %")
        lock.set(["Mode": .string("passage"), "AutoRelock": .uint64(0), "JournalAvailable": .bool(false)])
        #expect(try line(&watch) == "mode             normal → passage")
        #expect(try line(&watch) == "auto-relock      30 s → never")
        #expect(try line(&watch) == "journal          no")

        // An alarm is told twice by the daemon and once here.
        lock.alarm("doorAjar", true)
        lock.set(["Alarms": .strings(["doorAjar"])])
        #expect(try line(&watch) == "alarm            door ajar")
        lock.append(LockScript.LogRecord(sequence: 49))
        #expect(try line(&watch) == "audit            entry 49")

        lock.vanish()
        #expect(try line(&watch) == "daemon           mortised went away; waiting for it")
        lock.comeBack([
            "State": .string("unlocked"), "Fault": .string(""), "BatteryState": .string("unknown"),
            "BatteryPercent": .int32(-1),
        ])
        #expect(try line(&watch) == "daemon           mortised is back")
        #expect(try line(&watch) == "state            unlocked")
        #expect(try line(&watch) == "door             open")
        #expect(try line(&watch) == "battery          unknown")
        #expect(try line(&watch) == "alarm            door ajar")
        lock.set(["Alarms": .strings([]), "State": .string("hovering")])
        #expect(try line(&watch) == "state            unlocked → hovering")
        #expect(try line(&watch) == "alarm            door ajar ended")

        watch.interrupt()
        let end = try watch.finish()
        #expect(end.output.isEmpty)
        #expect(end.error.isEmpty)
        #expect(end.status == 130)
    }

    @Test func `one JSON object a line`() throws {
        let bus = try PrivateBus.start()
        let lock = try FakeLock(on: bus.address)
        var watch = try Mortise.start(["watch", "--json"], bus: bus.address)
        var lines: [String] = []
        func take(_ count: Int, _ watch: inout Child) throws {
            for _ in 0..<count {
                let line = try #require(try watch.readLine())
                let parts = line.split(separator: "\"time\":", maxSplits: 1)
                try #require(parts.count == 2)
                lines.append(parts[0] + "\"time\":TIME" + parts[1].drop { $0.isNumber })
            }
        }
        try take(3, &watch)
        lock.set(["State": .string("jammed"), "Fault": .string("gravityLost")])
        lock.set(["Door": .string("open")])
        lock.set(["BatteryPercent": .int32(-1), "BatteryState": .string("unreadable")])
        lock.set(["Mode": .string("lockOut")])
        lock.set(["AutoRelock": .uint64(0)])
        lock.set(["DoorAjar": .uint64(0)])
        lock.set(["Calibrated": .bool(false)])
        lock.set(["JournalAvailable": .bool(false)])
        lock.alarm("tampered", true)
        lock.alarm("tampered", false)
        lock.append(LockScript.LogRecord(sequence: 49))
        lock.vanish()
        try take(12, &watch)
        lock.comeBack()
        try take(4, &watch)
        watch.interrupt()
        var end = try watch.finish()
        end.output = lines.joined(separator: "\n") + "\n" + end.output
        try expectSnapshot("watch-json", end, command: "watch --json")
    }

    @Test func `a bus that ends, ends watching`() throws {
        var bus = try PrivateBus.start()
        let lock = try FakeLock(on: bus.address)
        var watch = try Mortise.start(["watch"], bus: bus.address)
        for _ in 0..<3 { _ = try line(&watch) }
        bus.stop()
        // The daemon's leaving may be seen or not, before the bus's own.
        let end = try watch.finish()
        #expect(end.status == 69)
        #expect(end.error.hasPrefix("mortise: "))
        withExtendedLifetime(lock) {}
    }
}
