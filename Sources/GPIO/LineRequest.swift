internal import CGPIO
internal import Glibc

/// Lines that are this process's until the value goes away. One thread at a time; setting, reading and taking events allocate
/// nothing unless they fail.
///
/// What an output does when the request goes away is the driver's: the kernel promises only that it "may revert to its default
/// state". Whoever needs it off switches it off first, and has hardware that does so too.
package struct LineRequest: ~Copyable {
    /// The chip's label.
    package let chip: String
    /// The lines' names. A line's position here is its bit in ``set(_:to:)`` and ``get(_:)`` and its number in events.
    package let lines: [String]

    private let request: OpaquePointer
    private var sequence: EdgeSequence

    /// Takes over the shim's handle.
    init(_ request: OpaquePointer, chip: String, lines: [String], sequence: EdgeSequence) {
        self.request = request
        self.chip = chip
        self.lines = lines
        self.sequence = sequence
    }

    deinit { cgp_request_close(request) }

    /// Sets the lines of `mask` together, in one ioctl: bit n of `values` is whether line n becomes active. Whether the pins
    /// change at the same moment is up to the chip's driver.
    package borrowing func set(_ mask: UInt64, to values: UInt64) throws(GPIOError) {
        guard cgp_request_set(request, mask, values) == 0 else { throw failure(.set) }
    }

    /// The lines of `mask` that are active now, as bits.
    package borrowing func get(_ mask: UInt64) throws(GPIOError) -> UInt64 {
        var values: UInt64 = 0
        guard cgp_request_get(request, mask, &values) == 0 else { throw failure(.get) }
        return values
    }

    /// Readable while events wait; always the same. Throws `EBADF` if no line of the request has edges.
    package borrowing func eventDescriptor() throws(GPIOError) -> Int32 {
        let descriptor = cgp_request_event_descriptor(request)
        guard descriptor >= 0 else {
            throw GPIOError(
                .readEvents, chip: chip, line: lines.count == 1 ? lines[0] : nil, errno: EBADF,
                detail: .settings("no line of the request reports edges"))
        }
        return descriptor
    }

    /// The oldest event that has not been taken; nil: none waits. Never waits.
    package mutating func nextEvent() throws(GPIOError) -> EdgeEvent? {
        var event = cgp_event()
        guard cgp_request_next_event(request, &event) == 0 else {
            // An interrupted read has taken nothing, and the descriptor is still readable.
            if errno == EAGAIN || errno == EINTR { return nil }
            throw failure(.readEvents)
        }
        return EdgeEvent(
            line: Int(event.line), isActive: event.is_active != 0, timestampNanoseconds: event.timestamp_ns,
            missedBefore: sequence.missed(
                before: event.sequence, line: Int(event.line), isActive: event.is_active != 0))
    }

    private borrowing func failure(_ operation: GPIOError.Operation) -> GPIOError {
        GPIOError(operation, chip: chip, line: lines.count == 1 ? lines[0] : nil, errno: errno)
    }
}
