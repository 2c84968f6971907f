import CSystemd
import Glibc

/// The one thread's event loop, on sd-event. It sleeps in `epoll_wait` without a time-out: no event, no wake-up.
///
/// Confined to the thread that made it, and not `Sendable`; other threads reach it through a ``Mailbox``. sd-event's own
/// watchdog support is not used: it would feed the watchdog for as long as this thread turns, whatever became of the others
/// (see ``WatchdogInterval``).
package final class EventLoop {
    /// How many closures may wait in ``post(_:)``: the work of one thread to itself, so only a runaway reaches it.
    package static let postLimit = 256

    let event: OpaquePointer
    private var posted: [() -> Void] = []
    private var poster: Deferred?

    package init() throws(SystemdError) {
        var event: OpaquePointer?
        try check(sd_event_new(&event), "make an event loop")
        guard let event else { throw SystemdError(operation: "make an event loop", errno: ENOMEM) }
        self.event = event
    }

    deinit { sd_event_unref(event) }

    /// Calls the handler whenever one of the events is there, until the source is dropped. The descriptor stays the caller's
    /// and must stay open for as long as the source lives.
    package func watch(
        _ fileDescriptor: Int32, for events: IOEvents, handler: @escaping (IOEvents) -> Void
    ) throws(SystemdError) -> EventSource {
        let box = HandlerBox(handler).retainedPointer()
        return try adopt(box, "watch file descriptor \(fileDescriptor)") { source in
            sd_event_add_io(
                event, &source, fileDescriptor, events.rawValue,
                { _, _, events, box in
                    HandlerBox<IOEvents>.call(box, IOEvents(rawValue: events))
                    return 0
                }, box)
        }
    }

    /// A timer on boot time, not armed yet.
    package func timer(handler: @escaping () -> Void) throws(SystemdError) -> LoopTimer {
        let box = HandlerBox<Void>(handler).retainedPointer()
        let source = try adopt(box, "make a timer") { source in
            sd_event_add_time(
                event, &source, CLOCK_BOOTTIME, 0, Self.timerAccuracy,
                { _, _, box in
                    HandlerBox<Void>.call(box, ())
                    return 0
                }, box)
        }
        source.isEnabled = false
        return LoopTimer(source: source)
    }

    /// In microseconds: how much later than asked sd-event may fire a timer in order to share a wake-up. The least there is,
    /// because a stroke's brake and dead times are tens of milliseconds and the default (0 means 250 ms) would swallow them.
    private static let timerAccuracy: UInt64 = 1

    /// Calls the handler for each arrival of a signal, which must be blocked in all threads (``Signals/blockAll()``).
    package func onSignal(_ signal: Int32, handler: @escaping () -> Void) throws(SystemdError) -> EventSource {
        let box = HandlerBox<Void>(handler).retainedPointer()
        return try adopt(
            box, "watch signal \(signal)", advice: "Block it before any thread starts: Signals.blockAll()."
        ) { source in
            sd_event_add_signal(
                event, &source, signal,
                { _, _, box in
                    HandlerBox<Void>.call(box, ())
                    return 0
                }, box)
        }
    }

    /// Work that can be asked for and is then done once, in the loop's next round.
    package func deferred(_ work: @escaping () -> Void) throws(SystemdError) -> Deferred {
        let box = HandlerBox<Void>(work).retainedPointer()
        let source = try adopt(box, "make deferred work") { source in
            sd_event_add_defer(
                event, &source,
                { _, box in
                    HandlerBox<Void>.call(box, ())
                    return 0
                }, box)
        }
        source.isEnabled = false
        return Deferred(source: source)
    }

    /// Does the work in the loop's next round, after what was posted before. From the loop's own thread only. False: not
    /// taken, because ``postLimit`` closures are waiting already or the loop has no memory for it.
    package func post(_ work: @escaping () -> Void) -> Bool {
        guard posted.count < Self.postLimit else { return false }
        if poster == nil { poster = try? deferred { [unowned self] in runPosted() } }
        guard let poster else { return false }
        posted.append(work)
        poster.schedule()
        return true
    }

    private func runPosted() {
        // What these post comes next round, so that nobody starves the other sources.
        let works = posted
        posted.removeAll(keepingCapacity: true)
        for work in works { work() }
    }

    /// Hands over every message of a mailbox, in order, until the source is dropped.
    package func receive<Message: Sendable>(
        from mailbox: Mailbox<Message>, handler: @escaping (Message) -> Void
    ) throws(SystemdError) -> EventSource {
        try watch(mailbox.fileDescriptor, for: .readable) { _ in mailbox.drain(handler) }
    }

    /// The same of a real-time thread's mailbox.
    package func receive<Message: Sendable>(
        from mailbox: RealtimeMailbox<Message>, handler: @escaping (Message) -> Void
    ) throws(SystemdError) -> EventSource {
        try watch(mailbox.fileDescriptor, for: .readable) { _ in mailbox.drain(handler) }
    }

    /// Runs until ``exit(_:)`` and gives its code. Cannot be run again afterwards.
    package func run() throws(SystemdError) -> Int32 {
        try check(sd_event_loop(event), "run the event loop")
    }

    /// Waits for one event, at most that long (nil: however long it takes), and handles it. False: nothing came, or the loop
    /// has exited.
    @discardableResult
    package func runOnce(waitingAtMost limit: Duration?) throws(SystemdError) -> Bool {
        guard sd_event_get_state(event) != SD_EVENT_FINISHED else { return false }
        return try check(sd_event_run(event, limit?.waitMicroseconds ?? .max), "run the event loop once") > 0
    }

    /// Ends ``run()`` after the handler under way.
    package func exit(_ code: UInt8 = 0) { sd_event_exit(event, Int32(code)) }

    /// Nanoseconds since boot, suspend included: the clock of ``LoopTimer``.
    package static var bootNanoseconds: Int64 {
        var now = timespec()
        // Cannot fail: the clock exists since Linux 2.6.39 and the pointer is good.
        clock_gettime(CLOCK_BOOTTIME, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    private func adopt(
        _ box: UnsafeMutableRawPointer, _ operation: @autoclosure () -> String, advice: String? = nil,
        add: (inout OpaquePointer?) -> Int32
    ) throws(SystemdError) -> EventSource {
        var source: OpaquePointer?
        let result = add(&source)
        guard result >= 0, let source else {
            releaseBox(box)
            throw SystemdError(operation: operation(), errno: result < 0 ? -result : ENOMEM, advice: advice)
        }
        return EventSource(adopting: source)
    }
}
