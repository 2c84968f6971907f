import SystemdRuntime

/// Makes an adapter a lock's: switched on, nameless, deaf to pairing. Asked for one after the other, and only what differs:
/// bluetoothd writes each to its disk.
final class AdapterSettings {
    private let adapter: BusProxy
    private let wanted: [(name: String, value: BusValue)]
    private let completion: (BusError?) -> Void
    private var call: BusSlot?
    private var next = 0
    private var current: [String: BusValue] = [:]

    /// Calls the completion once; dropping this before forgets it.
    init(
        of adapter: BusProxy, name: String, isPowered: Bool = true, completion: @escaping (BusError?) -> Void
    ) {
        self.adapter = adapter
        self.completion = completion
        // Pairing is not needed and not wanted, and being discoverable is a matter of the advertisement: this property would
        // put the adapter's own address into the air.
        wanted =
            isPowered
            ? [
                ("Powered", .bool(true)), ("Pairable", .bool(false)), ("Discoverable", .bool(false)),
                ("Alias", .string(name)),
            ] : [("Powered", .bool(false))]
    }

    func begin() {
        request("GetAll", [.string(BlueZName.adapter)]) { [unowned self] values in
            current = values.first?.asDictionary ?? [:]
            proceed()
        }
    }

    private func proceed() {
        while next < wanted.count, current[wanted[next].name] == wanted[next].value { next += 1 }
        guard next < wanted.count else { return completion(nil) }
        let (name, value) = wanted[next]
        request("Set", [.string(BlueZName.adapter), .string(name), .variant(value)]) { [unowned self] _ in
            next += 1
            proceed()
        }
    }

    private func request(_ member: String, _ arguments: [BusValue], then body: @escaping ([BusValue]) -> Void) {
        let properties = adapter.bus.proxy(
            adapter.destination, path: adapter.path, interface: BlueZName.properties)
        do throws(BusError) {
            call = try properties.callLater(member, arguments, timeout: BluetoothPeripheral.answerLimit) {
                [unowned self] result in
                switch result {
                case .success(let values): body(values)
                case .failure(let error): completion(error)
                }
            }
        } catch {
            completion(error)
        }
    }
}
