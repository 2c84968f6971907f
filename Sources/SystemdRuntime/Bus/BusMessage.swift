import CSystemd
import Glibc

/// One message, counted by sd-bus; this holds one reference.
struct BusMessage: ~Copyable {
    let pointer: OpaquePointer

    /// Takes over a reference.
    init(adopting pointer: OpaquePointer) { self.pointer = pointer }

    /// Takes a reference of its own.
    init(retaining pointer: OpaquePointer) { self.pointer = sd_bus_message_ref(pointer) }

    deinit { sd_bus_message_unref(pointer) }

    /// What a call to a function that makes a message left behind.
    static func made(
        _ operation: @autoclosure () -> String, by make: (inout OpaquePointer?) -> Int32
    ) throws(SystemdError) -> BusMessage {
        var pointer: OpaquePointer?
        try check(make(&pointer), operation())
        guard let pointer else { throw SystemdError(operation: operation(), errno: ENOMEM) }
        return BusMessage(adopting: pointer)
    }

    var sender: String { text(sd_bus_message_get_sender(pointer)) }
    var path: String { text(sd_bus_message_get_path(pointer)) }
    var interface: String { text(sd_bus_message_get_interface(pointer)) }
    var member: String { text(sd_bus_message_get_member(pointer)) }

    /// The signature of everything in it.
    var signature: String { text(sd_bus_message_get_signature(pointer, 1)) }

    /// nil: the message is not an error.
    var error: BusError? { BusError(sd_bus_message_get_error(pointer)) }

    private func text(_ string: UnsafePointer<CChar>?) -> String { string.map { String(cString: $0) } ?? "" }
}
