import BlueZ
import SystemdRuntime

/// Enough of org.bluez on a private bus for what cannot be had of the real one at will: refusals, and who is called in which order.
final class FakeBlueZ {
    static let adapter = "/org/bluez/hci0"
    static let phone = adapter + "/dev_C0_00_00_00_00_01"

    /// What was called, in order.
    private(set) var calls: [String] = []
    /// What a method answers with from now on, in place of agreeing.
    var refusals: [String: BusError] = [:]
    private let bus: Bus
    private var objects: [BusObject] = []
    private var manager: BusSlot?
    private var isConnected = true

    init(at address: Bus.Address, on loop: EventLoop) throws {
        bus = try Bus(connectingTo: address)
        try bus.attach(to: loop)
        manager = try bus.manageObjects(below: "/")
        objects = [
            try bus.serve(adapterInterface, at: Self.adapter),
            try bus.serve(
                BusInterface(
                    name: "org.bluez.GattManager1", methods: [method("RegisterApplication", "oa{sv}")]),
                at: Self.adapter),
            try bus.serve(
                BusInterface(
                    name: "org.bluez.LEAdvertisingManager1",
                    methods: [method("UnregisterAdvertisement", "o"), method("RegisterAdvertisement", "oa{sv}")]),
                at: Self.adapter),
        ]
        try bus.requestName("org.bluez")
    }

    /// A phone connects.
    func connectPhone() throws {
        let device = try bus.serve(
            BusInterface(
                name: "org.bluez.Device1",
                methods: [
                    BusMethod(name: "Disconnect") { [unowned self] call in
                        calls.append("Disconnect")
                        isConnected = false
                        try? objects.last?.emitPropertiesChanged(["Connected"])
                        call.reply()
                    }
                ],
                properties: [
                    BusProperty(name: "Connected", signature: "b") { [unowned self] in .bool(isConnected) }
                ]), at: Self.phone)
        objects.append(device)
        try device.emitPropertiesChanged(["Connected"])
    }

    func forgetCalls() { calls = [] }

    private var adapterInterface: BusInterface {
        BusInterface(
            name: "org.bluez.Adapter1",
            properties: [
                BusProperty(name: "Powered", signature: "b") { .bool(true) },
                BusProperty(name: "Pairable", signature: "b") { .bool(false) },
                BusProperty(name: "Discoverable", signature: "b") { .bool(false) },
                BusProperty(name: "Alias", signature: "s") { .string(PeripheralConfiguration().name) },
            ])
    }

    private func method(_ name: String, _ input: String) -> BusMethod {
        BusMethod(name: name, input: input) { [unowned self] call in
            calls.append(name)
            if let refusal = refusals[name] { call.fail(refusal) } else { call.reply() }
        }
    }
}
