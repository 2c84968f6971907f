import LockCore
import SystemdRuntime
import TestBus
import Testing

@testable import LockDaemon

extension DaemonTests {
    @Suite struct DurabilityTests {
        private static let settings: [(method: String, value: BusValue)] = [
            ("SetMode", .string("passage")), ("SetAutoRelock", .uint64(60_000)), ("SetDoorAjar", .uint64(60_000)),
        ]

        @Test func `a setting is answered when it is stored, not before`() throws {
            let bus = try PrivateBus()
            let gate = try Gate()
            let directory = try TemporaryDirectory()
            let daemon = try RunningDaemon(bus: bus.address, directory: directory) { $0.storageGate = { gate.pass() } }
            let client = try Client(bus.address)
            gate.close()
            var answers = 0
            let calls = try Self.settings.map { method, value in
                try client.admin.callLater(method, [value]) { answer in
                    #expect(throws: Never.self) { try answer.get() }
                    answers += 1
                }
            }
            try gate.waitForVisitor()
            // It applies at once, and whoever asks the lock hears so; that it is stored nobody has said.
            while try client.lock.property("DoorAjar") != .uint64(60_000) {}
            #expect(answers == 0)
            gate.open()
            try client.process { answers == Self.settings.count }
            withExtendedLifetime(calls) {}
            // What a kill at this instant would leave has them.
            let copy = try directory.snapshot()
            #expect(try daemon.stop() == .stopped)
            let other = try PrivateBus()
            let next = try RunningDaemon(bus: other.address, directory: copy)
            let settings = try next.booted().status.settings
            #expect(settings == Settings(mode: .passage, autoRelockMilliseconds: 60_000, doorAjarMilliseconds: 60_000))
            #expect(try next.stop() == .stopped)
        }

        @Test func `a setting that a failed disk does not take applies, and the answer says that it will not last`()
            throws
        {
            let bus = try PrivateBus()
            let disk = try Gate()
            let daemon = try RunningDaemon(bus: bus.address) { $0.isStorageFailing = { disk.isClosed } }
            let client = try Client(bus.address)
            disk.close()
            for (method, value) in Self.settings {
                let error = #expect(throws: BusError.self) { try client.admin.call(method, [value]) }
                #expect(error?.name == "org.mortise.Error.NotDurable")
                #expect(error?.message.contains("it has failed") == true, "\(error?.message ?? "")")
            }
            #expect(try client.lock.property("Mode") == .string("passage"))
            disk.open()
            // Tried again by itself: with the next thing that is written down.
            #expect(try client.texts(client.lock.call("Lock")) == ["locked", ""])
            try client.admin.call("SetMode", [.string("normal")])
            let entries = try client.audit().map(\.action)
            #expect(entries == ["boot", "configure", "configure", "configure", "lock", "configure"])
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `a disk that stands still does not keep anybody waiting for ever`() throws {
            let bus = try PrivateBus()
            let gate = try Gate()
            let daemon = try RunningDaemon(bus: bus.address) { $0.storageGate = { gate.pass() } }
            let client = try Client(bus.address)
            gate.close()
            let began = ContinuousClock().now
            let error = #expect(throws: BusError.self) {
                try client.admin.call("SetMode", [.string("passage")], timeout: DurableReplies.limit * 3)
            }
            #expect(ContinuousClock().now - began >= DurableReplies.limit)
            #expect(error?.name == "org.mortise.Error.NotDurable")
            #expect(error?.message.contains("has not answered within 5 s") == true)
            gate.open()
            try client.admin.call("SetMode", [.string("normal")])
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `what waits when the daemon ends is answered, and truly`() throws {
            let bus = try PrivateBus()
            let gate = try Gate()
            let directory = try TemporaryDirectory()
            let daemon = try RunningDaemon(bus: bus.address, directory: directory) { $0.storageGate = { gate.pass() } }
            let client = try Client(bus.address)
            // Answered by the storage thread, behind what the start has left it to do: whoever comes to the gate next is the mode.
            _ = try client.admin.call("Log", [.int64(0), .uint32(1)])
            gate.close()
            var answer: Result<[BusValue], BusError>?
            let call = try client.admin.callLater("SetMode", [.string("passage")]) { answer = $0 }
            try gate.waitForVisitor()
            daemon.handle.stop()
            gate.open()
            #expect(try daemon.waitForEnd() == .stopped)
            try client.process { answer != nil }
            withExtendedLifetime(call) {}
            #expect(throws: Never.self) { try answer?.get() }
        }
    }

    @Suite struct DurableRepliesTests {
        @Test func `each reply waits for its own save, and for its own time`() {
            var replies = DurableReplies()
            let (first, second) = (replies.nextSave(), replies.nextSave())
            #expect(first != second)
            replies.hold(RequestID(1), .done(.locked), until: first, at: .zero)
            replies.hold(RequestID(2), .done(.locked), until: second, at: .zero + .seconds(1))
            #expect(replies.deadline == Instant.zero + DurableReplies.limit)
            var taken = replies.settle(second)
            #expect(taken.map(\.id) == [RequestID(2)])
            taken = replies.settle(second) + replies.expire(at: .zero + (DurableReplies.limit - .nanoseconds(1)))
            #expect(taken.isEmpty)
            taken = replies.expire(at: .zero + DurableReplies.limit)
            #expect(taken.map(\.id) == [RequestID(1)])
            #expect(replies.deadline == nil)
        }
    }
}
