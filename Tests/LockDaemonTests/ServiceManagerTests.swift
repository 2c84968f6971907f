import Glibc
import LockCore
import LockDaemon
import SystemdRuntime
import TestBus
import Testing

extension DaemonTests {
    @Suite struct ServiceManagerTests {
        @Test func `ready is said when the bolt is known and the bus has been tried, and ending when it ends`() throws {
            // First the bus: dbus-daemon would tell our service manager that it is ready.
            let bus = try PrivateBus()
            let manager = try NotifySocket()
            let gate = try Gate()
            gate.close()
            let daemon = try RunningDaemon(bus: bus.address) {
                $0.notifiesServiceManager = true
                $0.storageGate = { gate.pass() }
            }
            // Before the boot there is nothing to be ready for.
            #expect(manager.isEmpty)
            gate.open()
            try manager.expect("READY=1\nSTATUS=Ready.")
            let client = try Client(bus.address)
            #expect(try client.lock.property("State") == .string("unlocked"))
            #expect(try daemon.stop() == .stopped)
            try manager.expect("STOPPING=1\nSTATUS=Ending.")
        }

        @Test func `without a bus it is ready all the same, and says what is missing`() throws {
            let manager = try NotifySocket()
            let directory = try TemporaryDirectory()
            let daemon = try RunningDaemon(bus: .address("unix:path=\(directory.path)/none")) {
                $0.notifiesServiceManager = true
            }
            try manager.expect("READY=1\nSTATUS=Without a message bus; the inside button unlocks.")
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `a service manager that does not read for a while hears all the same that it is ready`() throws {
            let bus = try PrivateBus()
            let manager = try NotifySocket()
            let filled = try manager.fill()
            let daemon = try RunningDaemon(bus: bus.address) { $0.notifiesServiceManager = true }
            let client = try Client(bus.address)
            #expect(try client.lock.property("State") == .string("unlocked"))
            // It has been ready for long, and found no room to say so.
            for _ in 0..<filled { try manager.expect("full") }
            try manager.expect("READY=1\nSTATUS=Ready.")
            #expect(try daemon.stop() == .stopped)
            try manager.expect("STOPPING=1\nSTATUS=Ending.")
        }

        @Test func `the watchdog is fed when bolt and storage answer, and not when one does not`() throws {
            let bus = try PrivateBus()
            let manager = try NotifySocket()
            setenv("WATCHDOG_USEC", "200000", 1)
            defer { unsetenv("WATCHDOG_USEC") }
            let gate = try Gate()
            let daemon = try RunningDaemon(bus: bus.address) {
                $0.notifiesServiceManager = true
                $0.storageGate = { gate.pass() }
            }
            for _ in 0..<3 { try manager.receive { $0 == "WATCHDOG=1" } }
            gate.close()
            // One may be on its way; then nothing, for several intervals.
            while manager.wait(atMost: .milliseconds(600)) { _ = try manager.receive() }
            // The loop is as alive as ever.
            daemon.board.loopLines.set(.door, true)
            try daemon.turn { $0.status.isDoorOpen == true }
            #expect(manager.isEmpty)
            gate.open()
            try manager.receive { $0 == "WATCHDOG=1" }
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `a jam is told to the service manager, where the bolt is is not`() throws {
            // First the bus: dbus-daemon would tell our service manager that it is ready.
            let bus = try PrivateBus()
            let manager = try NotifySocket()
            let daemon = try RunningDaemon(bus: bus.address) { $0.notifiesServiceManager = true }
            let client = try Client(bus.address)
            try client.lock.call("Lock")
            try client.lock.call("Unlock")
            daemon.board.mechanism.obstruct(at: 0.6)
            #expect(throws: BusError.self) { try client.lock.call("Lock") }
            try manager.expect("READY=1\nSTATUS=Ready.")
            try manager.expect("STATUS=The bolt is jammed: blocked.")
            #expect(try daemon.stop() == .stopped)
        }
    }

    @Suite struct IdleTests {
        /// How long the idle daemon is watched.
        static let window: Duration = .seconds(3)

        @Test func `an idle lock is not woken and writes nothing`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            try client.lock.call("Lock")
            // The last work of a stroke is done when its entry can be read.
            #expect(try client.audit().map(\.action) == ["boot", "lock"])
            let before = try Self.switchesAtRest()
            let written = try Self.bytesWritten()
            #expect(Set(written.keys) == ["loop", "bolt", "storage"])
            var nothing = pollfd(fd: -1, events: 0, revents: 0)
            poll(&nothing, 1, Int32(Self.window.components.seconds * 1000))
            let after = try Self.switches(onlyAsleep: false)
            #expect(after == before)
            #expect(Set(before.keys) == ["loop", "bolt", "storage"])
            #expect(try Self.bytesWritten() == written)
            #expect(try daemon.stop() == .stopped)
        }

        /// The same, once all three sleep: the loop that has just answered has still to find that nothing else waits.
        private static func switchesAtRest() throws -> [String: Int] {
            let deadline = ContinuousClock().now + patience
            while ContinuousClock().now < deadline {
                if let counts = try switches(onlyAsleep: true), counts.count == 3 { return counts }
                sched_yield()
            }
            throw Impatience()
        }

        /// How often each of the daemon's threads has gone to sleep.
        private static func switches(onlyAsleep: Bool) throws -> [String: Int]? {
            var result: [String: Int] = [:]
            for (_, name, lines) in try tasks() {
                if onlyAsleep, lines.first(where: { $0.first == "State:" })?.last?.hasPrefix("S") != true { return nil }
                result[name] = lines.first { $0.first == "voluntary_ctxt_switches:" }?.last.flatMap { Int($0) }
            }
            return result
        }

        /// What each of the daemon's threads has given the kernel to write: the disk's own count has nothing of a tmpfs, as /tmp
        /// is on Debian 13.
        private static func bytesWritten() throws -> [String: [String]] {
            var result: [String: [String]] = [:]
            for task in try tasks() {
                let lines = try text("/proc/self/task/\(task.id)/io").split(separator: "\n").map(String.init)
                result[task.name] = lines.filter { $0.hasPrefix("wchar") || $0.hasPrefix("write_bytes") }
            }
            return result
        }

        /// The daemon's threads.
        private static func tasks() throws -> [(id: String, name: String, status: [[Substring]])] {
            guard let directory = opendir("/proc/self/task") else { throw Impatience() }
            defer { closedir(directory) }
            var result: [(id: String, name: String, status: [[Substring]])] = []
            while let entry = readdir(directory) {
                let task = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard Int(task) != nil, let text = try? Self.text("/proc/self/task/\(task)/status") else { continue }
                let lines = text.split(separator: "\n").map { $0.split(separator: "\t") }
                let name = lines.first { $0.first == "Name:" }?.last.map(String.init) ?? ""
                guard ["loop", "bolt", "storage"].contains(name) else { continue }
                result.append((task, name, lines))
            }
            return result
        }

        private static func text(_ path: String) throws -> String {
            String(decoding: try bytes(of: path), as: UTF8.self)
        }
    }
}
