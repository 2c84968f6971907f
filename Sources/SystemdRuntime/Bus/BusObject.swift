import CSystemd
import Glibc

/// One interface served at one path, until this object is dropped.
package final class BusObject {
    package let path: String
    package let interface: String
    private let bus: Bus
    private let signals: [String: BusSignalDeclaration]
    private let slot: OpaquePointer

    init(bus: Bus, path: String, interface: BusInterface) throws(SystemdError) {
        self.bus = bus
        self.path = path
        self.interface = interface.name
        signals = Dictionary(interface.signals.map { ($0.name, $0) }) { first, _ in first }
        let operation = "serve \(interface.name) at \(path)"
        let members = interface.methods.count + interface.properties.count + interface.signals.count
        guard let vtable = csd_interface_new(members, BusRegistration.onMethod, BusRegistration.onProperty) else {
            throw SystemdError(operation: operation, errno: ENOMEM)
        }
        let registration = Unmanaged.passRetained(BusRegistration(bus: bus, interface: interface))
        var slot: OpaquePointer?
        do throws(SystemdError) {
            try Self.fill(vtable, with: interface)
            try check(
                csd_interface_register(vtable, bus.bus, &slot, path, interface.name, registration.toOpaque()) {
                    context in
                    guard let context else { return }
                    Unmanaged<BusRegistration>.fromOpaque(context).release()
                }, operation, advice: "Names and signatures must be valid, and the interface not served there already.")
        } catch {
            csd_interface_free(vtable)
            registration.release()
            throw error
        }
        guard let slot else { throw SystemdError(operation: operation, errno: ENOMEM) }
        self.slot = slot
    }

    deinit { sd_bus_slot_unref(slot) }

    /// Sends a signal that the interface declares, with arguments of the declared signature.
    package func emit(_ signal: String, _ arguments: [BusValue] = []) throws(SystemdError) {
        let operation = "send signal \(interface).\(signal) from \(path)"
        guard let declaration = signals[signal] else {
            throw SystemdError(operation: operation, errno: EINVAL, advice: "The interface does not declare it.")
        }
        let message = try BusMessage.made(operation) { message in
            sd_bus_message_new_signal(bus.bus, &message, path, interface, signal)
        }
        try BusWriter(message: message.pointer).append(arguments, signature: declaration.signature)
        try check(sd_bus_send(bus.bus, message.pointer, nil), operation)
    }

    /// Announces that properties have changed (`PropertiesChanged`), each in the way it was declared: with its value, read now,
    /// or as invalidated. A constant or silent property is refused.
    package func emitPropertiesChanged(_ names: [String]) throws(SystemdError) {
        guard !names.isEmpty else { return }
        let operation = "announce changes of \(names.joined(separator: ", ")) of \(interface) at \(path)"
        var strings: [UnsafeMutablePointer<CChar>?] = names.map { strdup($0) }
        defer { for string in strings { free(string) } }
        guard !strings.contains(nil) else { throw SystemdError(operation: operation, errno: ENOMEM) }
        strings.append(nil)
        try check(sd_bus_emit_properties_changed_strv(bus.bus, path, interface, &strings), operation)
    }

    private static func fill(_ vtable: OpaquePointer, with interface: BusInterface) throws(SystemdError) {
        for method in interface.methods {
            let operation = "declare method \(interface.name).\(method.name)"
            let names = try nameList(
                method.inputNames + method.outputNames, for: method.input + method.output, operation)
            try check(
                csd_interface_add_method(vtable, method.name, method.input, method.output, names, names.count),
                operation)
        }
        for property in interface.properties {
            let change =
                switch property.change {
                case .silent: CSD_PROPERTY_SILENT
                case .constant: CSD_PROPERTY_CONSTANT
                case .announced: CSD_PROPERTY_EMITS_CHANGE
                case .invalidated: CSD_PROPERTY_EMITS_INVALIDATION
                }
            try check(
                csd_interface_add_property(vtable, property.name, property.signature, Int32(change)),
                "declare property \(interface.name).\(property.name)")
        }
        for signal in interface.signals {
            let operation = "declare signal \(interface.name).\(signal.name)"
            let names = try nameList(signal.argumentNames, for: signal.signature, operation)
            try check(
                csd_interface_add_signal(vtable, signal.name, signal.signature, names, names.count), operation)
        }
    }

    /// Names as sd-bus takes them, each ended by a NUL. It walks one for each complete type without looking for the end, so
    /// they are counted here.
    private static func nameList(
        _ names: [String], for signature: String, _ operation: String
    ) throws(SystemdError) -> [CChar] {
        guard !names.isEmpty else { return [] }
        guard let types = BusSignature.count(signature), types == names.count else {
            throw SystemdError(
                operation: operation, errno: EINVAL, advice: "Name each argument of “\(signature)”, or none.")
        }
        return names.flatMap { $0.utf8.map { CChar(bitPattern: $0) } + [0] }
    }
}
