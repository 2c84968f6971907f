import SystemdRuntime

/// What the peripheral has on one connection to the bus; all of it goes with that.
final class Connection {
    let bus: Bus
    private(set) var application: GATTApplication?
    private(set) var advertiser: Advertiser?
    private var slots: [BusSlot] = []
    /// bluetoothd's unique name; nil: it does not run, or has not been asked for yet.
    var service: String?
    /// The question, or the request, that is under way.
    var call: BusSlot?
    var settings: AdapterSettings?
    /// The question how many advertisements there are; asked once.
    var count: BusSlot?
    /// Requests to disconnect somebody, by the device's path.
    var removals: [String: [BusSlot]] = [:]

    init(bus: Bus, peripheral: BluetoothPeripheral) throws(SystemdError) {
        self.bus = bus
        application = try GATTApplication(
            on: bus,
            handlers: GATTApplication.Handlers(
                isService: { [unowned self] in $0 == service },
                subscribe: { [unowned peripheral] in peripheral.subscribe($0, index: $1, mtu: $2) },
                subscribed: { [unowned peripheral] in peripheral.subscribed($0) },
                write: { [unowned peripheral] in peripheral.received($2, from: $0, mtu: $1) },
                info: { [unowned peripheral] in peripheral.info(for: $0) }))
        advertiser = Advertiser(
            on: bus,
            onOutcome: { [unowned peripheral] in peripheral.advertised($0) },
            onRelease: { [unowned peripheral] in peripheral.released() })
        let tree = bus.proxy(BlueZName.service, path: "/", interface: BlueZName.objectManager)
        slots = [
            try bus.onOwnerChange(of: BlueZName.service) { [unowned peripheral] _, new in
                peripheral.serviceChanged(owner: new)
            },
            try tree.subscribe(to: "InterfacesAdded") { [unowned peripheral] in peripheral.objectAppeared($0) },
            try tree.subscribe(to: "InterfacesRemoved") { [unowned peripheral] in peripheral.objectVanished($0) },
            try bus.onPropertiesChanged(of: BlueZName.adapter, below: "/org/bluez", by: BlueZName.service) {
                [unowned peripheral] path, changed, _ in peripheral.adapterChanged(path, changed)
            },
            try bus.onPropertiesChanged(of: BlueZName.device, below: "/org/bluez", by: BlueZName.service) {
                [unowned peripheral] path, changed, _ in peripheral.deviceChanged(path, changed)
            },
        ]
        // Whether bluetoothd is there already.
        call = try peripheral.askForOwner(on: bus)
    }
}
