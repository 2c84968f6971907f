import Glibc
import LockCore
import LockDaemon
import Storage
import SystemdRuntime
import TestBus
import Testing

extension DaemonTests {
    @Suite struct StoreTests {
        @Test func `with a store that does not answer unlocking goes on with a warning, and locking is refused`() throws
        {
            let bus = try PrivateBus()
            let gate = try Gate()
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 1)) {
                $0.storageGate = { gate.pass() }
            }
            let client = try Client(bus.address)
            gate.close()
            #expect(try client.texts(client.lock.call("Unlock")) == ["unlocked", "journalUnavailable"])
            #expect(try client.lock.property("JournalAvailable") == .bool(false))
            let error = #expect(throws: BusError.self) { try client.lock.call("Lock") }
            #expect(error?.name == "org.mortise.Error.JournalUnavailable")
            gate.open()
            // The late answers say that it works again.
            try daemon.turn { $0.status.isJournalAvailable }
            #expect(try client.texts(client.lock.call("Lock")) == ["locked", ""])
            // Not now: it would say when somebody has moved the bolt.
            #expect(try !daemon.logText.contains("The motion journal did not answer in time"))
            #expect(try daemon.stop() == .stopped)
            let told = try daemon.logText.split(separator: "\n").count {
                $0.contains("The motion journal did not answer in time")
            }
            #expect(told == 1)
        }

        @Test func `a store that does not open does not keep anybody in, and counts when it opens at last`() throws {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            do {
                let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 1), directory: directory)
                let client = try Client(bus.address)
                try client.admin.call("SetMode", [.string("lockOut")])
                #expect(try daemon.stop() == .stopped)
            }
            let gate = try Gate()
            gate.close()
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 1), directory: directory) {
                $0.storageGate = { gate.pass() }
            }
            #expect(try daemon.booted().status.settings.mode == .normal)
            try daemon.leave()
            let client = try Client(bus.address)
            #expect(try client.lock.property("StoreState") == .string("unavailable"))
            // What is set now would take the place of what is stored.
            for (method, value) in [
                ("SetMode", BusValue.string("normal")), ("SetAutoRelock", .uint64(60_000)),
                ("SetDoorAjar", .uint64(60_000)),
            ] {
                let error = #expect(throws: BusError.self) { try client.admin.call(method, [value]) }
                #expect(error?.name == "org.mortise.Error.StoreUnavailable")
            }
            gate.open()
            #expect(try daemon.booted().status.settings.mode == .lockOut)
            #expect(try client.texts(client.lock.call("Lock")) == ["locked", ""])
            let entries = try client.audit()
            #expect(entries.map(\.action) == ["boot", "configure", "boot", "unlock", "boot", "lock"])
        }

        @Test func `a damaged store is set aside, and everybody is told`() throws {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            try write(Array(repeating: 0x55, count: 8192), to: directory.store)
            let daemon = try RunningDaemon(bus: bus.address, directory: directory)
            let client = try Client(bus.address)
            #expect(try client.lock.property("StoreState") == .string("quarantined"))
            #expect(try client.lock.property("StoreDetail").asString?.contains("lock.db.quarantined") == true)
            #expect(try client.texts(client.lock.call("Lock")) == ["locked", ""])
            #expect(try daemon.logText.contains("The store was damaged and is set aside"))
        }

        @Test func `another process's lock on the store costs the boot a moment, and it is taken when it is free`()
            throws
        {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            var holder = Self.store(directory.store)
            try #require(holder != nil)
            let daemon = try RunningDaemon(bus: bus.address, directory: directory)
            try daemon.booted()
            let client = try Client(bus.address)
            #expect(try client.lock.property("StoreState") == .string("unavailable"))
            let error = #expect(throws: BusError.self) { try client.admin.call("Log", [.int64(0), .uint32(1)]) }
            #expect(error?.name == "org.mortise.Error.StoreUnavailable")
            withExtendedLifetime(holder) {}
            holder = nil
            try daemon.booted()
            #expect(try client.lock.property("StoreState") == .string("opened"))
        }

        @Test func `entries that no store has taken by the end are told as lost`() throws {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            let holder = Self.store(directory.store)
            try #require(holder != nil)
            let daemon = try RunningDaemon(bus: bus.address, directory: directory)
            try daemon.booted()
            #expect(try daemon.stop() == .stopped)
            #expect(try daemon.logText.contains("Audit entries were lost."))
            withExtendedLifetime(holder) {}
        }

        private static func store(_ path: String) -> LockStore? {
            guard case .ready(let store, _) = LockStore.open(at: path, bootID: "test") else { return nil }
            return store
        }

        @Test(.enabled(if: geteuid() == 0, "mounts a small file system"))
        func `entries that a full disk refuses wait, and are written in order when there is room`() throws {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            try #require(mount("tmpfs", directory.path, "tmpfs", 0, "size=300k") == 0)
            defer { umount2(directory.path, Int32(MNT_DETACH)) }
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 1), directory: directory)
            let client = try Client(bus.address)
            let filler = directory.path + "/filler"
            let descriptor = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            let block = [UInt8](repeating: 1, count: 4096)
            while Glibc.write(descriptor, block, block.count) > 0 {}
            close(descriptor)
            // Each takes pages of the log; soon there is no room for another.
            var warning = ""
            for _ in 0..<40 where warning.isEmpty {
                warning = try client.texts(client.lock.call("Unlock"))[1]
                do throws(BusError) {
                    try client.admin.call("SetDoorAjar", [.uint64(10_000)])
                } catch {
                    // It applies, and the disk has not taken it: the answer says so, and why.
                    #expect(error.name == "org.mortise.Error.NotDurable")
                    #expect(error.message.contains("disk is full"), "\(error)")
                    #expect(!error.message.contains("audit"), "\(error)")
                }
                if try client.lock.property("StoreDetail") != .string("") { break }
            }
            #expect(try client.lock.property("DoorAjar") == .uint64(10_000))
            #expect(try client.lock.property("StoreDetail").asString?.contains("free some space") == true)
            unlink(filler)
            var isSound = false
            let slot = try client.lock.onPropertiesChanged { changed, _ in
                if changed["StoreDetail"] == .string("") { isSound = true }
            }
            try client.process { isSound }
            withExtendedLifetime(slot) {}
            let entries = try client.audit()
            #expect(entries.map(\.number) == (1...entries.count).map(Int64.init))
            #expect(!(try daemon.logText.contains("Audit entries were lost")))
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `after a kill in mid-stroke the numbers go on, and the stroke is told as lost`() throws {
            let bus = try PrivateBus()
            let copy: TemporaryDirectory
            do {
                let daemon = try RunningDaemon(bus: bus.address)
                let client = try Client(bus.address)
                try client.lock.call("Lock")
                let call = try client.lock.callLater("Unlock") { _ in }
                try daemon.turn { $0.status.state == .unlocking && $0.effects.contains { $0.isDrive } }
                // What a kill leaves on the disk at this instant.
                copy = try daemon.directory.snapshot()
                withExtendedLifetime(call) {}
                _ = try daemon.stop()
            }
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 0.5), directory: copy)
            #expect(try daemon.booted().status.state == .between)
            let client = try Client(bus.address)
            let entries = try client.audit()
            #expect(entries.map(\.action) == ["boot", "lock", "boot", "unlock"])
            #expect(entries.map(\.number) == [1, 2, 3, 4])
            #expect(entries.last?.outcome == "failed")
            #expect(entries.last?.code == "powerLost")
        }

        @Test func `no more requests are held open than the bound, and the next is told so`() throws {
            let bus = try PrivateBus()
            let gate = try Gate()
            let daemon = try RunningDaemon(bus: bus.address) { $0.storageGate = { gate.pass() } }
            let client = try Client(bus.address)
            gate.close()
            var failures: [BusError] = []
            var answers = 0
            var calls: [BusSlot] = []
            for _ in 0...32 {
                calls.append(
                    try client.admin.callLater("Log", [.int64(0), .uint32(1)]) { result in
                        switch result {
                        case .success: answers += 1
                        case .failure(let error): failures.append(error)
                        }
                    })
            }
            try client.process { !failures.isEmpty }
            #expect(failures.map(\.name) == ["org.mortise.Error.Overloaded"])
            #expect(answers == 0)
            gate.open()
            try client.process { answers == 32 }
            withExtendedLifetime(calls) {}
            #expect(try daemon.stop() == .stopped)
        }
    }
}

extension Client {
    struct Entry {
        var number: Int64
        var action: String
        var origin: String
        var outcome: String
        var code: String
    }

    /// The whole audit log.
    func audit() throws -> [Entry] {
        let answer = try admin.call("Log", [.int64(0), .uint32(500)])
        return (answer[2].asElements ?? []).map { row in
            let row = row.asElements ?? []
            return Entry(
                number: row[0].asInteger ?? 0, action: row[5].asString ?? "",
                origin: row[6].asString ?? "", outcome: row[7].asString ?? "",
                code: row[9].asString ?? "")
        }
    }
}
