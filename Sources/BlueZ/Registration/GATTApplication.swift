import SystemdRuntime

/// The lock's service as objects on the bus, for bluetoothd to read and call.
///
/// To the central: writes come as `WriteValue`, each with the central it is from. BlueZ could hand out a descriptor for them
/// too (`AcquireWrite`), but up to 5.82 at least it keeps one list of writes that wait for such a descriptor, of all centrals
/// together, and sends them all to whichever comes first (gatt-database.c, acquire_write_reply): the first write of one phone could
/// come out of another's. From the central: a descriptor for each that subscribes (`AcquireNotify`); the value of a property
/// would be notified to all.
final class GATTApplication {
    static let root = "/org/mortise/bluetooth/gatt"
    static let servicePath = root + "/service"

    /// What bluetoothd asks for, or hands on. Each names the central by its device's path.
    struct Handlers {
        /// Whether a caller is bluetoothd, by its unique name: nobody else may speak for a phone, whatever the bus policy lets pass.
        var isService: (_ sender: String) -> Bool
        /// A subscription to an answer characteristic: the descriptor to hand to bluetoothd and the MTU to tell it; nil: refused.
        var subscribe: (_ device: String, _ index: Int, _ mtu: Int) -> (descriptor: Int32, mtu: Int)?
        /// bluetoothd has the descriptor.
        var subscribed: (_ device: String) -> Void
        /// Bytes came, over a connection that has this MTU now. False: this central has not subscribed, or may not.
        var write: (_ device: String, _ mtu: Int, _ bytes: [UInt8]) -> Bool
        /// The value of the info characteristic for this central.
        var info: (_ device: String) -> [UInt8]
    }

    private let handlers: Handlers
    private var manager: BusSlot?
    private var objects: [BusObject] = []

    init(on bus: Bus, handlers: Handlers) throws(SystemdError) {
        self.handlers = handlers
        manager = try bus.manageObjects(below: Self.root)
        // Backwards: sd-bus lists the last one first, and bluetoothd lays the characteristics into its table in the order of the
        // list, whatever their handles. Out of order, no client finds them.
        for index in (0..<ServiceIdentity.answers).reversed() {
            objects.append(try bus.serve(answer(index), at: Self.servicePath + "/answer\(index)"))
        }
        objects.append(try bus.serve(info, at: Self.servicePath + "/info"))
        objects.append(try bus.serve(command, at: Self.servicePath + "/command"))
        objects.append(try bus.serve(service, at: Self.servicePath))
    }

    private var service: BusInterface {
        BusInterface(
            name: "org.bluez.GattService1",
            properties: [
                .constant("UUID", .string(ServiceIdentity.service)),
                .constant("Primary", .bool(true)),
                .constant("Handle", .uint16(ServiceIdentity.serviceHandle)),
            ])
    }

    private var command: BusInterface {
        characteristic(
            ServiceIdentity.command, ServiceIdentity.commandHandle, flags: ["write-without-response", "write"],
            methods: [
                .answering(name: "WriteValue", input: "aya{sv}", inputNames: ["value", "options"]) {
                    [unowned self] call throws(BusError) in
                    try written(call)
                }
            ])
    }

    private func answer(_ index: Int) -> BusInterface {
        characteristic(
            ServiceIdentity.answer(index), ServiceIdentity.answerHandle(index), flags: ["notify"],
            methods: [
                BusMethod(
                    name: "AcquireNotify", input: "a{sv}", output: "hq", inputNames: ["options"],
                    outputNames: ["descriptor", "mtu"]
                ) { [unowned self] call in acquired(index, call) },
                // For a bluetoothd that does not know the other way; then all phones would hear the same.
                .answering(name: "StartNotify") { _ throws(BusError) in
                    throw BusError(name: BlueZName.errorNotPermitted, message: "Only with AcquireNotify.")
                },
                .answering(name: "StopNotify") { _ in [] },
            ],
            properties: [.constant("NotifyAcquired", .bool(false))])
    }

    private var info: BusInterface {
        characteristic(
            ServiceIdentity.info, ServiceIdentity.infoHandle, flags: ["read"],
            methods: [
                .answering(
                    name: "ReadValue", input: "a{sv}", output: "ay", inputNames: ["options"], outputNames: ["value"]
                ) { [unowned self] call throws(BusError) in
                    try demandService(call)
                    let options = call.arguments.first?.asDictionary ?? [:]
                    guard let device = options["device"]?.asString else {
                        throw BusError(name: BlueZName.errorFailed, message: "No device is named.")
                    }
                    let value = handlers.info(device)
                    let offset = Int(options["offset"]?.asInteger ?? 0)
                    guard (0...value.count).contains(offset) else {
                        throw BusError(name: BlueZName.errorInvalidOffset, message: "There are \(value.count) bytes.")
                    }
                    return [.array(value[offset...].map { .byte($0) }, elementSignature: "y")]
                }
            ])
    }

    private func characteristic(
        _ uuid: String, _ handle: UInt16, flags: [String], methods: [BusMethod], properties: [BusProperty] = []
    ) -> BusInterface {
        BusInterface(
            name: "org.bluez.GattCharacteristic1", methods: methods,
            properties: [
                .constant("UUID", .string(uuid)),
                .constant("Service", .objectPath(Self.servicePath)),
                .constant("Flags", .strings(flags)),
                // bluetoothd writes back a handle that it has chosen itself; these are given, and it does not.
                .constant("Handle", .uint16(handle)),
            ] + properties)
    }

    private func demandService(_ call: BusCall) throws(BusError) {
        guard handlers.isService(call.sender) else {
            throw BusError(name: BusError.accessDenied, message: "Only \(BlueZName.service) may call this.")
        }
    }

    private func written(_ call: BusCall) throws(BusError) -> [BusValue] {
        try demandService(call)
        guard let options = call.arguments.last?.asDictionary, let device = options["device"]?.asString,
            let values = call.arguments.first?.asElements
        else { throw BusError(name: BlueZName.errorFailed, message: "No device is named.") }
        // A long write: it comes in pieces, and a stream has no offsets.
        guard options["offset"]?.asInteger ?? 0 == 0 else {
            throw BusError(name: BlueZName.errorInvalidOffset, message: "Write what fits into one packet.")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count)
        for case .byte(let byte) in values { bytes.append(byte) }
        // The central hears neither of this nor of a refusal: where writing without a response is possible, bluetoothd confirms
        // every write by itself.
        guard handlers.write(device, Int(options["mtu"]?.asInteger ?? 0), bytes) else {
            throw BusError(name: BlueZName.errorNotPermitted, message: "Subscribe to the answers first.")
        }
        return []
    }

    private func acquired(_ index: Int, _ call: BusCall) {
        let options = call.arguments.first?.asDictionary ?? [:]
        guard handlers.isService(call.sender), let device = options["device"]?.asString,
            let (descriptor, mtu) = handlers.subscribe(device, index, Int(options["mtu"]?.asInteger ?? 0))
        else {
            // Any other error would make bluetoothd try StartNotify.
            call.fail(
                BusError(
                    name: BlueZName.errorFailed, message: "This is not the central's own, or there is no room for it."))
            return
        }
        call.reply([.duplicate(of: descriptor), .uint16(UInt16(clamping: mtu))])
        handlers.subscribed(device)
    }
}

extension BusProperty {
    /// A property with one value for ever.
    static func constant(_ name: String, _ value: BusValue) -> BusProperty {
        BusProperty(name: name, signature: value.signature, change: .constant) { value }
    }
}
