import CSystemd
import Glibc

/// Whole trees of objects: serving one, and listening to somebody else's.
extension Bus {
    /// Lets the objects served below a path be listed in one call (`org.freedesktop.DBus.ObjectManager`), until the slot is
    /// dropped. sd-bus lists siblings in the reverse of the order in which their paths were first served.
    package func manageObjects(below path: String) throws(SystemdError) -> BusSlot {
        let operation = "manage the objects below \(path)"
        var slot: OpaquePointer?
        try check(sd_bus_add_object_manager(bus, &slot, path), operation)
        guard let slot else { throw SystemdError(operation: operation, errno: ENOMEM) }
        return BusSlot(adopting: slot)
    }

    /// Calls the handler when properties of an interface changed on an object of the destination's at that path or below it.
    /// A signal that breaks this module's bounds is not delivered.
    package func onPropertiesChanged(
        of interface: String, below path: String, by destination: String,
        handler: @escaping (_ path: String, _ changed: [String: BusValue], _ invalidated: [String]) -> Void
    ) throws(SystemdError) -> BusSlot {
        // A quote in a name would end the rule's value, so only valid names get there.
        guard sd_bus_service_name_is_valid(destination) > 0, sd_bus_object_path_is_valid(path) > 0,
            sd_bus_interface_name_is_valid(interface) > 0
        else {
            throw SystemdError(
                operation: "listen to changes of \(interface) below \(path) of \(destination)", errno: EINVAL)
        }
        let rule =
            "type='signal',sender='\(destination)',path_namespace='\(path)',"
            + "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',arg0='\(interface)'"
        return try subscribe(rule) { message in
            var reader = BusReader(message: message.pointer)
            guard let arguments = try? reader.readAll(), arguments.count == 3,
                let changed = arguments[1].asDictionary
            else { return }
            handler(message.path, changed, arguments[2].asElements?.compactMap(\.asString) ?? [])
        }
    }
}
