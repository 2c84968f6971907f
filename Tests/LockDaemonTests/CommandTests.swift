import LockCore
import LockDaemon
import SystemdRuntime
import Testing

extension DaemonTests {
    @Suite struct CommandTests {
        @Test func `locking and unlocking over the bus answer with the state when the bolt is there`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            #expect(try client.texts(client.lock.call("Lock", answer: "ss")) == ["locked", ""])
            #expect(daemon.board.mechanism.levels.limits.extended)
            #expect(daemon.board.mechanism.output == .safe)
            #expect(try client.lock.property("State") == .string("locked"))
            #expect(try client.texts(client.lock.call("Unlock", answer: "ss")) == ["unlocked", ""])
            #expect(daemon.board.mechanism.levels.limits.retracted)
            #expect(try daemon.stop() == .stopped)
        }
    }
}
