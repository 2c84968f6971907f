import BlueZ
package import SystemdRuntime

/// Enough of org.bluez on a private bus for what cannot be had of the real one at will: refusals, and who is called in which order.
package final class FakeBlueZ {
    package static let adapter = "/org/bluez/hci0"
    package static let phone = adapter + "/dev_C0_00_00_00_00_01"

    /// What was called, in order.
    package private(set) var calls: [String] = []
    /// What a method answers with from now on, in place of agreeing.
    package var refusals: [String: BusError] = [:]
    /// The manufacturer data of each advertisement that was registered, in order.
    package private(set) var payloads: [[UInt8]] = []
    private var questions: [BusSlot] = []
    package let bus: Bus
    private var objects: [BusObject] = []
    private var manager: BusSlot?
    private var isConnected = true

    /// - Parameter leftover: there is a device that was blocked before bluetoothd started, and is not connected.
    package init(at address: Bus.Address, on loop: EventLoop, leftover: Bool = false) throws {
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
        if leftover {
            isConnected = false
            objects.append(try bus.serve(deviceInterface(isBlocked: true), at: Self.phone))
        }
        try bus.requestName("org.bluez")
    }

    /// A phone connects.
    package func connectPhone() throws {
        let device = try bus.serve(deviceInterface(isBlocked: false), at: Self.phone)
        objects.append(device)
        try device.emitPropertiesChanged(["Connected"])
    }

    private func deviceInterface(isBlocked: Bool) -> BusInterface {
        BusInterface(
            name: "org.bluez.Device1",
            properties: [
                BusProperty(name: "Connected", signature: "b") { [unowned self] in .bool(isConnected) },
                BusProperty(name: "Blocked", signature: "b") { .bool(isBlocked) },
            ])
    }

    package func forgetCalls() { calls = [] }

    private var adapterInterface: BusInterface {
        BusInterface(
            name: "org.bluez.Adapter1",
            methods: [
                BusMethod(name: "RemoveDevice", input: "o") { [unowned self] call in
                    calls.append("RemoveDevice")
                    isConnected = false
                    try? objects.last?.emitPropertiesChanged(["Connected"])
                    call.reply()
                }
            ],
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
            if name == "RegisterAdvertisement", let path = call.arguments.first?.asString {
                lookAtPayload(of: call.sender, path)
            }
            if let refusal = refusals[name] { call.fail(refusal) } else { call.reply() }
        }
    }

    private func lookAtPayload(of sender: String, _ path: String) {
        let question = try? bus.proxy(sender, path: path, interface: "org.freedesktop.DBus.Properties").callLater(
            "Get", [.string("org.bluez.LEAdvertisement1"), .string("ManufacturerData")], answer: "v",
            timeout: .seconds(30)
        ) { [unowned self] result in
            guard case .success(let values) = result, case .variant(let data)? = values.first,
                case .array(let entries, _) = data,
                case .dictionaryEntry(_, .variant(.array(let bytes, _)))? = entries.first
            else { return }
            payloads.append(bytes.compactMap { $0.asInteger.map(UInt8.init(clamping:)) })
        }
        if let question { questions.append(question) }
    }
}
