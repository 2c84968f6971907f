import SystemdRuntime

/// What bluetoothd says of one adapter that can be a peripheral.
struct AdapterState: Hashable {
    /// `/org/bluez/hci0`.
    var path: String
    /// Switched off by rfkill, which is not ours to undo.
    var isBlocked = false

    /// The first adapter, by its path, with both managers that registering needs, in the answer to `GetManagedObjects`; nil: none.
    init?(managedObjects: BusValue) {
        guard case .array(let objects, _) = managedObjects else { return nil }
        var found: [AdapterState] = []
        for case .dictionaryEntry(.objectPath(let path), let value) in objects {
            guard let interfaces = value.asDictionary, let adapter = interfaces[BlueZName.adapter]?.asDictionary,
                interfaces[BlueZName.gattManager] != nil, interfaces[BlueZName.advertisingManager] != nil
            else { continue }
            found.append(AdapterState(path: path, isBlocked: Self.isBlocked(adapter)))
        }
        guard let first = found.min(by: { $0.path < $1.path }) else { return nil }
        self = first
    }

    init(path: String, isBlocked: Bool = false) {
        self.path = path
        self.isBlocked = isBlocked
    }

    /// BlueZ 5.66 has no `PowerState`: there, powering on a blocked radio is refused (``Supervision``).
    static func isBlocked(_ properties: [String: BusValue]) -> Bool {
        properties["PowerState"]?.asString == "off-blocked"
    }
}
