import CSystemd
import Glibc

/// What the C vtable's context points to: finds the Swift handler for a member and calls it.
final class BusRegistration {
    private let bus: Bus
    private let methods: [String: BusMethod]
    private let properties: [String: BusProperty]
    private let readGuard: ((BusCredentials) throws(BusError) -> Void)?

    init(bus: Bus, interface: BusInterface) {
        self.bus = bus
        methods = Dictionary(interface.methods.map { ($0.name, $0) }) { first, _ in first }
        properties = Dictionary(interface.properties.map { ($0.name, $0) }) { first, _ in first }
        readGuard = interface.readGuard
    }

    static let onMethod: csd_method_handler = { context, call in
        guard let context, let call else { return -EINVAL }
        let registration = Unmanaged<BusRegistration>.fromOpaque(context).takeUnretainedValue()
        return registration.handle(BusMessage(retaining: call))
    }

    static let onProperty: csd_property_getter = { context, _, name, reply, error in
        guard let context, let name, let reply else { return -EINVAL }
        let registration = Unmanaged<BusRegistration>.fromOpaque(context).takeUnretainedValue()
        do throws(BusError) {
            try registration.read(String(cString: name), into: reply)
            return 0
        } catch let failure {
            return sd_bus_error_set(error, failure.name, failure.message)
        }
    }

    /// sd-bus has checked path, interface, member and signature.
    private func handle(_ message: consuming BusMessage) -> Int32 {
        guard let method = methods[message.member] else { return -ENOENT }
        do throws(SystemdError) {
            var reader = BusReader(message: message.pointer)
            let arguments = try reader.readAll()
            let call = BusCall(bus: bus, message: message, output: method.output, arguments: arguments)
            method.handler(call)
            // From here on the call answers for itself: by the handler, or by being dropped.
            return 1
        } catch {
            return -error.errno
        }
    }

    private func read(_ name: String, into reply: OpaquePointer) throws(BusError) {
        guard let property = properties[name] else {
            throw BusError(name: BusError.failed, message: "There is no property \(name).")
        }
        // The same getter serves Get, GetAll and our own PropertiesChanged. Only the first two are somebody's question, and
        // then the message in hand is theirs.
        if let readGuard, let current = sd_bus_get_current_message(bus.bus) {
            let question = BusMessage(retaining: current)
            if question.interface == "org.freedesktop.DBus.Properties" {
                try readGuard(try bus.credentialsOfReader(question.sender))
            }
        }
        do throws(SystemdError) {
            try BusWriter(message: reply).append([property.get()], signature: property.signature)
        } catch {
            throw BusError(name: BusError.failed, message: "Property \(name): \(error)")
        }
    }
}
