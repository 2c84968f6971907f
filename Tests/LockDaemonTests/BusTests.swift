import Glibc
import LockCore
import SystemdRuntime
import TestBus
import Testing

@testable import LockDaemon

extension DaemonTests {
    @Suite struct BusTests {
        @Test func `without a bus the inside button unlocks`() throws {
            let directory = try TemporaryDirectory()
            let daemon = try RunningDaemon(
                bus: .address("unix:path=\(directory.path)/none"), board: TestBoard(position: 1))
            try daemon.booted()
            try daemon.leave()
            #expect(try daemon.logText.contains("The lock is not on the bus"))
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `when the bus dies the inside button unlocks, and when it is there again so is the lock`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 1))
            do {
                let client = try Client(bus.address)
                #expect(try client.lock.property("State") == .string("locked"))
            }
            bus.end()
            try daemon.leave()
            try bus.start()
            let client = try Client(bus.address)
            #expect(try client.lock.property("State") == .string("unlocked"))
            #expect(try client.texts(client.lock.call("Lock")) == ["locked", ""])
            let log = try daemon.logText
            #expect(log.contains("The lock is not on the bus"))
            #expect(log.contains("The lock is on the bus again."))
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `a bus that hangs does not make anybody wait at the door`() throws {
            let bus = try PrivateBus()
            bus.freeze()
            defer { bus.thaw() }
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 1))
            try daemon.booted()
            let began = ContinuousClock().now
            try daemon.leave()
            // A stroke takes less than half a second; waiting for the bus would take five.
            #expect(ContinuousClock().now - began < .seconds(2))
            bus.thaw()
            let client = try Client(bus.address)
            #expect(try client.lock.property("State") == .string("unlocked"))
        }

        @Test func `a bus that does not say who has called does not make anybody wait at the door`() throws {
            let bus = try PrivateBus()
            let held = try Gate()
            let daemon = try RunningDaemon(
                bus: bus.address, board: TestBoard(position: 1), configure: held.holdLoop)
            try daemon.booted()
            let client = try Client(bus.address)
            held.close()
            #expect(daemon.handle.send(.acknowledgeAlarms, from: .device))
            try held.waitForVisitor()
            // The loop stands still; calls of a stranger arrive, and then the bus hangs.
            var answers: [Result<[BusValue], BusError>] = []
            let calls = try ["Unlock", "Unlock", "Lock"].map { try client.lock.callLater($0) { answers.append($0) } }
            let properties = client.bus.proxy(
                "org.mortise.Lock1", path: "/org/mortise/Lock1", interface: "org.freedesktop.DBus.Properties")
            let read = try properties.callLater(
                "Get", [.string("org.mortise.Lock1"), .string("State")]
            ) { answers.append($0) }
            // Messages stay in order, and the bus has passed those on when it answers these.
            for _ in 0..<3 { _ = try client.bus.owner(of: "org.mortise.Lock1") }
            bus.freeze()
            defer { bus.thaw() }
            let began = ContinuousClock().now
            held.open()
            try daemon.leave()
            // A stroke takes less than half a second; one answer of the bus that is waited for would be five.
            #expect(ContinuousClock().now - began < .seconds(2))
            bus.thaw()
            try client.process { answers.count == calls.count + 1 }
            withExtendedLifetime((calls, read)) {}
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `a second daemon on the same bus says why it is not reached, and goes on trying`() throws {
            let bus = try PrivateBus()
            let first = try RunningDaemon(bus: bus.address)
            let observer = try Client(bus.address)
            var hasLeft = false
            let name = try observer.bus.onOwnerChange(of: "org.mortise.Lock1") { old, _ in
                if old != nil { hasLeft = true }
            }
            let manager = try NotifySocket()
            let second = try RunningDaemon(bus: bus.address) { $0.notifiesServiceManager = true }
            try manager.expect("READY=1\nSTATUS=Without a message bus; the inside button unlocks.")
            #expect(try first.stop() == .stopped)
            // The name is free when the bus has noticed: until then, what is sent to it goes to who has left.
            try observer.process { hasLeft }
            withExtendedLifetime(name) {}
            let client = try Client(bus.address)
            #expect(try client.lock.property("State") == .string("unlocked"))
            #expect(try second.logText.contains("is the daemon running already?"))
        }
    }

    @Suite struct AuthorisationTests {
        @Test func `members of the groups, root and the owner of a private bus are let in`() {
            let rules = Authorisation(users: 100, administrators: 200, owner: 1000)
            func caller(_ user: UInt32, _ groups: Set<UInt32>) -> BusCredentials {
                BusCredentials(user: user, groups: groups, groupSource: .bus)
            }
            for (user, groups, mayUse, mayAdminister) in [
                (0, [], true, true), (1000, [], true, true), (5, [100], true, false), (5, [200], true, true),
                (5, [1, 2, 300], false, false), (5, [], false, false),
            ] as [(UInt32, Set<UInt32>, Bool, Bool)] {
                #expect(rules.allows(.use, for: caller(user, groups)) == mayUse)
                #expect(rules.allows(.administer, for: caller(user, groups)) == mayAdminister)
            }
        }

        @Test func `a group that does not exist lets nobody in`() {
            let rules = Authorisation(users: nil, administrators: nil, owner: nil)
            #expect(rules.missingGroups == ["mortise", "mortise-admin"])
            let nobody = BusCredentials(user: 7, groups: [7], groupSource: .bus)
            #expect(!rules.allows(.use, for: nobody))
        }

        @Test(.enabled(if: geteuid() == 0, "calls as another user"))
        func `somebody who is in no group is refused by the daemon, whatever the bus lets through`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            _ = try Client(bus.address)
            let get = "org.freedesktop.DBus.Properties.Get"
            let state = ["string:org.mortise.Lock1", "string:State"]
            for (method, arguments) in [
                ("org.mortise.Lock1.Unlock", []), ("org.mortise.Admin1.Calibrate", []), (get, state),
                ("org.mortise.Admin1.EraseLog", ["boolean:true", "uint32:0"]),
            ] {
                let output = try bus.send(method, arguments, asUser: 65534)
                #expect(output.contains("User 65534 may not do this"), "\(output)")
            }
            #expect(daemon.board.mechanism.outputs.allSatisfy { $0.output == .safe })
            let output = try bus.send(get, state, asUser: 0)
            #expect(output.contains("string \"unlocked\""), "\(output)")
        }
    }
}
