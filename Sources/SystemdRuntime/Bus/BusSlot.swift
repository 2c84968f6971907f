import CSystemd

/// A subscription, or a call whose answer is awaited: its handler can be called for as long as this object lives. Dropping it
/// ends the one and forgets the other.
package final class BusSlot {
    private let slot: OpaquePointer

    /// Takes over a slot whose userdata is a retained box, released when sd-bus is really finished with it.
    init(adopting slot: OpaquePointer) {
        self.slot = slot
        sd_bus_slot_set_destroy_callback(slot) { box in
            guard let box else { return }
            releaseBox(box)
        }
    }

    deinit { sd_bus_slot_unref(slot) }
}

/// Holds a handler of messages that C code points to.
final class MessageHandlerBox {
    let body: (borrowing BusMessage) -> Void
    init(_ body: @escaping (borrowing BusMessage) -> Void) { self.body = body }

    /// Calls the handler behind a pointer that C handed back.
    static func call(_ pointer: UnsafeMutableRawPointer?, _ message: OpaquePointer?) {
        guard let pointer, let message else { return }
        Unmanaged<MessageHandlerBox>.fromOpaque(pointer).takeUnretainedValue().body(BusMessage(retaining: message))
    }
}
