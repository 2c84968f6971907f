import Glibc
import LockCore
import SystemdRuntime
import TestBus
import Testing

@testable import LockDaemon

extension DaemonTests {
    @Suite struct PowerLossTests {
        @Test func `without power nothing is braked, written or answered, and the next boot says what has happened`()
            throws
        {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            var answer: Result<[BusValue], BusError>?
            do {
                let daemon = try RunningDaemon(bus: bus.address, directory: directory)
                let client = try Client(bus.address)
                let call = try client.lock.callLater("Lock") { answer = $0 }
                try client.process(until: daemon.board.mechanism, drives: .extend)
                daemon.handle.lose()
                #expect(try daemon.waitForEnd() == .lost)
                // The line is as the processor has left it: the board loses its power, not the daemon's good manners.
                #expect(daemon.board.mechanism.outputs.last?.output.bridge == .extend)
                // The bus says that nobody is there any more; the daemon has said nothing.
                try client.process { answer != nil }
                withExtendedLifetime(call) {}
                #expect(try !daemon.logText.contains("The lock has stopped"))
            }
            let error = #expect(throws: BusError.self) { try answer?.get() }
            #expect(error?.name == BusError.noReply)
            #expect(directory.names.contains("lock.db-wal"))

            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 0.5), directory: directory)
            #expect(try daemon.booted().status.state == .between)
            let client = try Client(bus.address)
            let entries = try client.audit()
            #expect(entries.map(\.action) == ["boot", "boot", "lock"])
            #expect(entries.last?.outcome == "failed")
            #expect(entries.last?.code == "powerLost")
            #expect(try client.texts(client.lock.call("Unlock")) == ["unlocked", ""])
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `what the store had not committed is lost with the power`() throws {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            let gate = try Gate()
            do {
                let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 1), directory: directory) {
                    $0.storageGate = { gate.pass() }
                }
                let client = try Client(bus.address)
                // Committed: it is answered behind the entry of the boot.
                #expect(try client.audit().map(\.action) == ["boot"])
                gate.close()
                #expect(try client.texts(client.lock.call("Unlock")) == ["unlocked", "journalUnavailable"])
                try gate.waitForVisitor()
                daemon.handle.lose()
                gate.open()
                #expect(try daemon.waitForEnd() == .lost)
            }
            let daemon = try RunningDaemon(bus: bus.address, directory: directory)
            let client = try Client(bus.address)
            #expect(try client.audit().map(\.action) == ["boot", "boot"])
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `the power goes whatever waits in front of it`() throws {
            let bus = try PrivateBus()
            let held = try Gate()
            let daemon = try RunningDaemon(
                bus: bus.address, board: TestBoard(position: 1), configure: held.holdLoop)
            try daemon.booted()
            held.close()
            #expect(daemon.handle.send(.unlock, from: .device))
            try held.waitForVisitor()
            while daemon.handle.send(.unlock, from: .device) {}
            daemon.handle.lose()
            held.open()
            #expect(try daemon.waitForEnd() == .lost)
        }

        @Test func `a disk that has failed is said so, and counts again when it works`() throws {
            let bus = try PrivateBus()
            let isFailing = try Gate()
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 1)) {
                $0.isStorageFailing = { isFailing.isClosed }
            }
            let client = try Client(bus.address)
            isFailing.close()
            #expect(try client.texts(client.lock.call("Unlock")) == ["unlocked", "journalUnavailable"])
            let error = #expect(throws: BusError.self) { try client.lock.call("Lock") }
            #expect(error?.name == "org.mortise.Error.JournalUnavailable")
            #expect(try client.lock.property("StoreDetail").asString?.contains("it has failed") == true)
            isFailing.open()
            #expect(try client.texts(client.lock.call("Lock")) == ["locked", ""])
            #expect(try client.audit().map(\.action) == ["boot", "unlock", "lock", "lock"])
            #expect(try daemon.stop() == .stopped)
        }
    }
}
