import CSystemd

/// Work to be done in the next round of the loop, once, however often it was asked for. For what must not happen in the middle
/// of a handler, and for gathering several changes into one announcement.
package final class Deferred {
    private let source: EventSource

    init(source: EventSource) { self.source = source }

    /// Asks for the work. Asking again before it has begun changes nothing; nothing is allocated.
    package func schedule() { sd_event_source_set_enabled(source.source, Int32(SD_EVENT_ONESHOT)) }

    /// Takes it back, if it has not begun.
    package func cancel() { source.isEnabled = false }

    /// Whether the work is still to come.
    package var isScheduled: Bool { source.isEnabled }
}
