import CSystemd

/// A registration with an ``EventLoop``: its handler can be called for as long as this object lives. Dropping it, also inside
/// its own handler, ends the registration.
package final class EventSource {
    let source: OpaquePointer

    /// Takes over one reference to a source whose userdata is a retained box, and lets sd-event release the box when the
    /// source is really finished. A source dropped in its own handler is finished after the handler, not before.
    init(adopting source: OpaquePointer) {
        self.source = source
        sd_event_source_set_destroy_callback(source) { box in
            guard let box else { return }
            Unmanaged<AnyObject>.fromOpaque(box).release()
        }
    }

    /// Whether events are delivered. Switching off and on again costs no allocation.
    package var isEnabled: Bool {
        get {
            var enabled: Int32 = 0
            return sd_event_source_get_enabled(source, &enabled) > 0
        }
        set { sd_event_source_set_enabled(source, Int32(newValue ? SD_EVENT_ON : SD_EVENT_OFF)) }
    }

    /// Waits for other events on the descriptor from now on. Only for what ``EventLoop/watch(_:for:handler:)`` made; a source of
    /// another kind keeps its own.
    package func watch(for events: IOEvents) { sd_event_source_set_io_events(source, events.rawValue) }

    deinit { _ = sd_event_source_disable_unref(source) }
}

/// Holds a handler that C code points to. The userdata of every source, slot and registration is one of these.
final class HandlerBox<Argument> {
    let body: (Argument) -> Void
    init(_ body: @escaping (Argument) -> Void) { self.body = body }

    /// A pointer that owns one reference.
    func retainedPointer() -> UnsafeMutableRawPointer { Unmanaged.passRetained(self).toOpaque() }

    /// Calls the handler behind a pointer that C handed back. The box is kept alive for the call.
    static func call(_ pointer: UnsafeMutableRawPointer?, _ argument: Argument) {
        guard let pointer else { return }
        Unmanaged<HandlerBox<Argument>>.fromOpaque(pointer).takeUnretainedValue().body(argument)
    }
}

/// Releases a box whose registration did not come about.
func releaseBox(_ pointer: UnsafeMutableRawPointer) {
    Unmanaged<AnyObject>.fromOpaque(pointer).release()
}
