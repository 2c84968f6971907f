import Glibc
import SystemdRuntime
import TestBus
import Testing

extension SystemdRuntimeTests {
    @Suite struct BusConnectionTests {
        @Test func `the end of the bus is noticed, and pending calls fail`() throws {
            let fixture = try BusFixture()
            var kept: [BusCall] = []
            try fixture.serve(methods: [BusMethod(name: "Wait") { kept.append($0) }])
            var isGone = false
            var result: Result<[BusValue], BusError>?
            let watch = try fixture.client.onDisconnect { isGone = true }
            let call = try fixture.proxy.callLater("Wait", timeout: patience) { result = $0 }
            try fixture.loop.run { !kept.isEmpty }
            fixture.daemon.end()
            try fixture.loop.run { isGone && result != nil }
            #expect(throws: BusError.self) { try result?.get() }
            #expect(!fixture.client.isOpen)
            withExtendedLifetime((watch, call)) {}
        }

        @Test func `what cannot be connected to is named in the error`() throws {
            let error = #expect(throws: SystemdError.self) {
                try Bus(connectingTo: .address("unix:path=/nonexistent/bus"))
            }
            #expect(error?.errno == ENOENT)
            #expect(error?.description.contains("unix:path=/nonexistent/bus") == true)
            #expect(error?.description.contains("ENOENT") == true)
        }

        @Test func `a name that is taken is refused and says so`() throws {
            let fixture = try BusFixture()
            let error = #expect(throws: SystemdError.self) { try fixture.client.requestName(BusFixture.name) }
            #expect(error?.errno == EEXIST)
            #expect(error?.advice != nil)
        }

        @Test func `a name changing hands is noticed`() throws {
            let fixture = try BusFixture()
            var changes: [[String?]] = []
            let watch = try fixture.client.onOwnerChange(of: "org.mortise.Other") { changes.append([$0, $1]) }
            var other: Bus? = try Bus(connectingTo: fixture.daemon.address)
            try other?.requestName("org.mortise.Other")
            let unique = other?.uniqueName
            #expect(try fixture.client.owner(of: "org.mortise.Other") == unique)
            other = nil
            try fixture.loop.run { changes.count == 2 }
            #expect(changes == [[nil, unique], [unique, nil]])
            #expect(try fixture.client.owner(of: "org.mortise.Other") == nil)
            withExtendedLifetime(watch) {}
        }

        @Test func `a rule cannot be smuggled into a subscription`() throws {
            let fixture = try BusFixture()
            let hostile = fixture.client.proxy("org.a',eavesdrop='true", path: "/", interface: "org.a.B")
            #expect(throws: SystemdError.self) { try hostile.subscribe { _ in } }
            #expect(throws: SystemdError.self) { try fixture.client.onOwnerChange(of: "a','") { _, _ in } }
        }

        @Test func `a tool without a loop calls, reads, and watches for a bounded time`() throws {
            let daemon = try PrivateBus()
            let service = try ServiceThread(address: daemon.address)
            let bus = try Bus(connectingTo: daemon.address)
            let proxy = bus.proxy(BusFixture.name, path: BusFixture.path, interface: BusFixture.interface)
            #expect(try proxy.call("Greet", [.string("owner")], answer: "s") == [.string("Hello, owner")])
            #expect(throws: BusError.self) { try proxy.call("Greet", [.string("owner")], answer: "u") }
            #expect(try proxy.property("State") == .string("locked"))
            #expect(try proxy.allProperties() == ["State": .string("locked")])
            var heard = 0
            let subscription = try proxy.subscribe(to: "Greeted") { _ in heard += 1 }
            _ = try proxy.call("Greet", [.string("guest")])
            let clock = ContinuousClock()
            let deadline = clock.now + patience
            while heard == 0 {
                let left = deadline - clock.now
                try #require(left > .zero)
                try bus.process(waitingAtMost: left)
            }
            #expect(heard == 1)
            #expect(try !bus.process(waitingAtMost: .milliseconds(1)))
            let nobody = bus.proxy("org.mortise.Nobody", path: "/", interface: "org.mortise.Nobody")
            let error = #expect(throws: BusError.self) { try nobody.call("Lock") }
            #expect(error?.name == BusError.serviceUnknown)
            #expect(bus.close(flushingFor: patience))
            withExtendedLifetime(subscription) {}
            #expect(service.finish())
        }
    }
}

/// A service on a thread of its own, for clients that block.
private final class ServiceThread {
    private let thread: WorkerThread
    private let stop: Mailbox<Void>

    init(address: Bus.Address) throws {
        let stop = try Mailbox<Void>(capacity: 1)
        let ready = try BlockingMailbox<Bool>(capacity: 1)
        self.stop = stop
        thread = try WorkerThread(name: "service", stackSize: 1 << 20) {
            let isReady: Bool
            do {
                try Self.serve(address: address, stop: stop) { _ = ready.send(true) }
                isReady = true
            } catch {
                isReady = false
            }
            _ = ready.send(isReady)
        }
        guard case .message(true) = ready.receive(timeout: patience) else { throw Impatience() }
    }

    func finish() -> Bool { stop.send(()) && thread.finish(within: patience) }

    private static func serve(address: Bus.Address, stop: Mailbox<Void>, ready: () -> Void) throws {
        let loop = try EventLoop()
        let bus = try Bus(connectingTo: address)
        try bus.attach(to: loop)
        var object: BusObject?
        object = try bus.serve(
            BusInterface(
                name: BusFixture.interface,
                methods: [
                    .answering(name: "Greet", input: "s", output: "s") { call in
                        try? object?.emit("Greeted")
                        return [.string("Hello, \(call.arguments.first?.asString ?? "")")]
                    }
                ],
                properties: [BusProperty(name: "State", signature: "s") { .string("locked") }],
                signals: [BusSignalDeclaration(name: "Greeted")]), at: BusFixture.path)
        try bus.requestName(BusFixture.name)
        let source = try loop.receive(from: stop) { loop.exit() }
        ready()
        _ = try loop.run()
        object = nil
        withExtendedLifetime(source) {}
    }
}
