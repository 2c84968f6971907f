import SystemdRuntime
import TestBus
import Testing

/// A private bus with a service and a client on it, both on this thread's loop.
final class BusFixture {
    static let name = "org.mortise.Test"
    static let path = "/org/mortise/Test"
    static let interface = "org.mortise.Test1"

    let daemon: PrivateBus
    let loop: EventLoop
    let service: Bus
    let client: Bus
    private var objects: [BusObject] = []

    init() throws {
        daemon = try PrivateBus()
        loop = try EventLoop()
        service = try Bus(connectingTo: daemon.address)
        client = try Bus(connectingTo: daemon.address)
        try service.requestName(Self.name)
        try service.attach(to: loop)
        try client.attach(to: loop)
    }

    @discardableResult
    func serve(
        methods: [BusMethod] = [], properties: [BusProperty] = [], signals: [BusSignalDeclaration] = [],
        readGuard: ((BusCredentials) throws(BusError) -> Void)? = nil
    ) throws -> BusObject {
        let object = try service.serve(
            BusInterface(
                name: Self.interface, methods: methods, properties: properties, signals: signals,
                readGuard: readGuard), at: Self.path)
        objects.append(object)
        return object
    }

    var proxy: BusProxy { proxy(Self.interface) }

    func proxy(_ interface: String) -> BusProxy {
        client.proxy(Self.name, path: Self.path, interface: interface)
    }

    /// Calls from the client and turns the loop, which also answers, until the answer is there.
    func ask(
        _ member: String, _ arguments: [BusValue] = [], interface: String = BusFixture.interface,
        timeout: Duration = patience
    ) throws -> [BusValue] {
        var result: Result<[BusValue], BusError>?
        let call = try proxy(interface).callLater(member, arguments, timeout: timeout) { result = $0 }
        try loop.run { result != nil }
        withExtendedLifetime(call) {}
        return try #require(result).get()
    }

    /// The error that a call ends in.
    func refusal(
        _ member: String, _ arguments: [BusValue] = [], interface: String = BusFixture.interface,
        timeout: Duration = patience
    ) throws -> BusError {
        do {
            let answer = try ask(member, arguments, interface: interface, timeout: timeout)
            Issue.record("\(member) answered \(answer)")
            return BusError(name: "", message: "")
        } catch let error as BusError {
            return error
        }
    }
}
