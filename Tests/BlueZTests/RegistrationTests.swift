import BlueZ
import CSystemd
import FakeBlueZ
import TestBus
import Testing

@testable import SystemdRuntime

/// A peripheral on a private bus.
private final class Fixture: BluetoothPeripheralDelegate {
    let daemon: PrivateBus
    let loop: EventLoop
    let bus: Bus
    let peripheral: BluetoothPeripheral
    private(set) var conditions: [BluetoothCondition] = []
    /// What it would have in the air next, and how often it was asked.
    var payloads: [[UInt8]] = []
    private(set) var asked = 0

    init(_ configuration: PeripheralConfiguration = PeripheralConfiguration()) throws {
        daemon = try PrivateBus()
        loop = try EventLoop()
        bus = try Bus(connectingTo: daemon.address)
        try bus.attach(to: loop)
        peripheral = try BluetoothPeripheral.make(configuration, on: loop)
        peripheral.delegate = self
        try peripheral.connect(to: bus)
    }

    func run(until isDone: () -> Bool) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while !isDone() {
            guard clock.now < deadline else { throw Impatience() }
            try loop.runOnce(waitingAtMost: .milliseconds(50))
        }
    }

    func linkOpened(_ link: LinkID, kind: LinkKind, maximumWrite: Int) {}
    func linkReceived(_ link: LinkID, _ bytes: [UInt8]) {}
    func linkWritable(_ link: LinkID) {}
    func linkClosed(_ link: LinkID) {}
    func conditionChanged(_ condition: BluetoothCondition) { conditions.append(condition) }

    func nextPayload() -> [UInt8]? {
        asked += 1
        return payloads.isEmpty ? nil : payloads.removeFirst()
    }
}

/// What bluetoothd is asked, in order. Also what sd-bus answers for it: setting a property never gets to the fake's own methods.
private final class Questions {
    private(set) var asked: [String] = []
    private var slot: OpaquePointer?

    init(to bluez: FakeBlueZ) throws {
        let result = sd_bus_add_filter(
            bluez.bus.bus, &slot,
            { message, context, _ in
                if let message, let context {
                    Unmanaged<Questions>.fromOpaque(context).takeUnretainedValue().note(message)
                }
                // Whoever has to answer it still does.
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
        try #require(result >= 0)
    }

    deinit { sd_bus_slot_unref(slot) }

    private func note(_ message: OpaquePointer) {
        guard sd_bus_message_is_method_call(message, nil, nil) > 0, let member = sd_bus_message_get_member(message),
            let path = sd_bus_message_get_path(message)
        else { return }
        var reader = BusReader(message: message)
        let arguments = (try? reader.readAll()) ?? []
        sd_bus_message_rewind(message, 1)
        let texts = arguments.map { $0.asString ?? "\($0)" }
        asked.append("\(String(cString: path)) \(String(cString: member)) \(texts.joined(separator: " "))")
    }
}

@Suite(.serialized) struct RegistrationTests {
    private let inOrder = ["RegisterApplication", "UnregisterAdvertisement", "RegisterAdvertisement"]

    @Test func `without bluetoothd the condition says so`() throws {
        let fixture = try Fixture()
        try fixture.run { !fixture.conditions.isEmpty }
        #expect(fixture.conditions == [.noService])
        #expect(fixture.peripheral.condition.description.contains("bluetoothd is not running"))
    }

    @Test func `a bluetoothd that comes, goes and comes back is registered with in order each time`() throws {
        let fixture = try Fixture()
        var bluez: FakeBlueZ? = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop)
        try fixture.run { fixture.peripheral.condition.isReady }
        #expect(bluez?.calls == inOrder)
        bluez = nil
        try fixture.run { fixture.peripheral.condition == .noService }
        bluez = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop)
        try fixture.run { fixture.peripheral.condition.isReady }
        #expect(bluez?.calls == inOrder)
    }

    @Test func `a refusal is reported with bluetoothd's words, and tried again`() throws {
        let fixture = try Fixture()
        let bluez = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop)
        bluez.refusals["RegisterAdvertisement"] = BusError(
            name: "org.bluez.Error.NotPermitted", message: "Maximum advertisements reached")
        try fixture.run { fixture.conditions.count { if case .failing = $0 { true } else { false } } == 2 }
        guard
            case .failing(let step, let reason, _)? = fixture.conditions.first(where: {
                $0 != .noService && $0 != .starting
            })
        else {
            Issue.record("\(fixture.conditions)")
            return
        }
        #expect(step == "register the advertisement")
        #expect(reason.contains("Maximum advertisements reached"))
        bluez.refusals = [:]
        try fixture.run { fixture.peripheral.condition.isReady }
    }

    @Test func `an application that is there already is no failure`() throws {
        let fixture = try Fixture()
        let bluez = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop)
        bluez.refusals["RegisterApplication"] = BusError(
            name: "org.bluez.Error.AlreadyExists", message: "Already Exists")
        try fixture.run { fixture.peripheral.condition.isReady }
    }

    @Test func `whoever connects and says nothing is disconnected, and the advertisement is made anew`() throws {
        var configuration = PeripheralConfiguration()
        configuration.authenticationLimit = .milliseconds(200)
        let fixture = try Fixture(configuration)
        let bluez = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop)
        try fixture.run { fixture.peripheral.condition.isReady }
        bluez.forgetCalls()
        try bluez.connectPhone()
        try fixture.run { fixture.peripheral.connectedCentrals == 1 }
        try fixture.run { fixture.peripheral.connectedCentrals == 0 }
        // Not Disconnect, with its two seconds.
        #expect(bluez.calls.contains("RemoveDevice"))
        try fixture.run { bluez.calls.last == "RegisterAdvertisement" }
    }

    @Test func `whoever has to go is blocked, which disconnects at once, and forgotten then`() throws {
        var configuration = PeripheralConfiguration()
        configuration.authenticationLimit = .milliseconds(200)
        let fixture = try Fixture(configuration)
        let bluez = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop)
        try fixture.run { fixture.peripheral.condition.isReady }
        let questions = try Questions(to: bluez)
        try bluez.connectPhone()
        try fixture.run { fixture.peripheral.connectedCentrals == 1 }
        try fixture.run { fixture.peripheral.connectedCentrals == 0 }
        let farewell = questions.asked.filter { $0.contains(FakeBlueZ.phone) }
        #expect(farewell.count == 2)
        #expect(farewell.first?.hasPrefix("\(FakeBlueZ.phone) Set org.bluez.Device1 Blocked ") == true)
        #expect(farewell.first?.contains("true") == true)
        #expect(farewell.last == "\(FakeBlueZ.adapter) RemoveDevice \(FakeBlueZ.phone)")
    }

    /// What is announced of the advertisement, by the properties' names.
    private func announcements(
        of fixture: Fixture, to heard: @escaping ([String]) -> Void
    ) throws -> (listener: Bus, slot: BusSlot) {
        let listener = try Bus(connectingTo: fixture.daemon.address)
        try listener.attach(to: fixture.loop)
        let slot = try listener.onPropertiesChanged(
            of: "org.bluez.LEAdvertisement1", below: "/org/mortise/bluetooth/advertisement",
            by: try #require(fixture.bus.uniqueName)
        ) { _, changed, _ in heard(changed.keys.sorted()) }
        return (listener, slot)
    }

    @Test func `when somebody connects, the advertisement is put into the air again as it is`() throws {
        let fixture = try Fixture()
        let bluez = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop)
        try fixture.run { fixture.peripheral.condition.isReady }
        var announced: [[String]] = []
        let listening = try announcements(of: fixture) { announced.append($0) }
        bluez.forgetCalls()
        let asked = fixture.asked
        try bluez.connectPhone()
        try fixture.run { !announced.isEmpty }
        #expect(announced == [["MinInterval"]])
        // Not by a registration, which would take it out of the air, and give it another tag under the same address.
        #expect(bluez.calls.isEmpty && fixture.asked == asked)
        #expect(fixture.peripheral.connectedCentrals == 1)
        withExtendedLifetime(listening) {}
    }

    @Test func `when the kernel would take another address for that, it is registered anew, with another payload`()
        throws
    {
        var configuration = PeripheralConfiguration()
        configuration.addressPeriod = .zero
        let fixture = try Fixture(configuration)
        let bluez = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop)
        try fixture.run { fixture.peripheral.condition.isReady }
        var announced: [[String]] = []
        let listening = try announcements(of: fixture) { announced.append($0) }
        bluez.forgetCalls()
        let asked = fixture.asked
        try bluez.connectPhone()
        try fixture.run { bluez.calls == ["UnregisterAdvertisement", "RegisterAdvertisement"] }
        try fixture.run { fixture.peripheral.condition.isReady }
        #expect(announced.isEmpty && fixture.asked == asked + 1)
        withExtendedLifetime(listening) {}
    }

    @Test func `whoever was blocked when bluetoothd ended is forgotten, and can come again`() throws {
        let fixture = try Fixture()
        let bluez = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop, leftover: true)
        try fixture.run { bluez.calls.contains("RemoveDevice") }
        try fixture.run { fixture.peripheral.condition.isReady }
    }

    @Test func `each registration of the advertisement has another payload, and the next comes in time`() throws {
        var configuration = PeripheralConfiguration()
        configuration.rotationPeriod = .milliseconds(300)
        let fixture = try Fixture(configuration)
        fixture.payloads = [[1], [2], [3]]
        let bluez = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop)
        try fixture.run { fixture.asked >= 3 }
        try fixture.run { bluez.calls.count { $0 == "RegisterAdvertisement" } >= 3 }
        #expect(bluez.calls.prefix(3) == inOrder[...])
        #expect(fixture.peripheral.condition.isReady)
    }

    @Test func `at rest it is registered again when the address has had its time, and not before`() throws {
        let fixture = try Fixture()
        let bluez = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop)
        try fixture.run { fixture.peripheral.condition.isReady }
        #expect(bluez.calls == inOrder)
        #expect(fixture.asked == 1)
        #expect(PeripheralConfiguration().rotationPeriod > .seconds(900))
    }

    @Test func `an advertisement that does not fit is refused with the numbers`() throws {
        let fixture = try Fixture()
        #expect(ServiceIdentity.payloadLimit == 6)
        #expect(throws: BluetoothError.advertisementTooLong(bytes: 7, limit: 6)) {
            try fixture.peripheral.setAdvertisement(payload: [UInt8](repeating: 0, count: 7), isFast: false)
        }
    }

    @Test func `nobody but bluetoothd speaks for a phone`() throws {
        let fixture = try Fixture()
        let bluez = try FakeBlueZ(at: fixture.daemon.address, on: fixture.loop)
        try fixture.run { fixture.peripheral.condition.isReady }
        let other = try Bus(connectingTo: fixture.daemon.address)
        try other.attach(to: fixture.loop)
        let us = try #require(fixture.bus.uniqueName)
        var errors: [String] = []
        let options = BusValue.dictionary(["device": .objectPath(FakeBlueZ.phone), "mtu": .uint16(247)])
        var calls: [BusSlot] = []
        for (name, member, arguments) in [
            ("command", "WriteValue", [.array([.byte(1)], elementSignature: "y"), options]),
            ("answer0", "AcquireNotify", [options]), ("info", "ReadValue", [options]),
        ] as [(String, String, [BusValue])] {
            calls.append(
                try other.proxy(
                    us, path: "/org/mortise/bluetooth/gatt/service/\(name)", interface: "org.bluez.GattCharacteristic1"
                ).callLater(member, arguments, timeout: patience) { result in
                    if case .failure(let error) = result { errors.append(error.name) } else { errors.append("") }
                })
        }
        try fixture.run { errors.count == 3 }
        #expect(!errors.contains(""))
        #expect(fixture.peripheral.connectedCentrals == 0)
        withExtendedLifetime((bluez, calls)) {}
    }

    @Test func `an interval that no controller takes is refused`() throws {
        var configuration = PeripheralConfiguration()
        configuration.fastInterval.minimum = .milliseconds(10)
        #expect(throws: BluetoothError.self) { try BluetoothPeripheral.make(configuration, on: EventLoop()) }
    }
}
