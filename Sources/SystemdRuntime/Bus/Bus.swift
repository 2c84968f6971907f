import CSystemd
import Glibc

/// One connection to a message bus, with what is served and what is asked over it.
///
/// Confined to the thread that made it, like everything it hands out. In the daemon it is attached to an ``EventLoop``; a
/// command-line tool calls and waits instead (``process(waitingAtMost:)``).
package final class Bus {
    /// Where a bus is.
    package enum Address: Hashable, Sendable, CustomStringConvertible {
        /// The system bus (`DBUS_SYSTEM_BUS_ADDRESS`, or the usual place).
        case system
        /// A D-Bus address: `unix:path=/run/…/bus`.
        case address(String)

        package var description: String {
            switch self {
            case .system: "the system bus"
            case .address(let address): "the bus at \(address)"
            }
        }
    }

    /// How long connecting may take. A bus on the same machine answers in milliseconds; after this the tool says so.
    package static let connectLimit: Duration = .seconds(5)
    /// How long the bus itself may take to answer: names, matches, credentials.
    package static let driverLimit: Duration = .seconds(5)

    /// How long reading a guarded property may hold the loop up while the bus is asked who the reader is. sd-bus wants a
    /// property's value before its getter returns, so this wait cannot be spread over the loop; it is a tenth of a second
    /// because a person at the door does not notice that, and a bus that works answers within a hundredth.
    package static let propertyGuardLimit: Duration = .milliseconds(100)
    /// How long readers whom the bus has to vouch for are refused without asking it, after it let ``propertyGuardLimit`` pass:
    /// a queue of reads takes at most a tenth of the loop's time then, and a bus that works again is soon found out.
    package static let propertyGuardPause: Duration = .seconds(1)

    let bus: OpaquePointer
    package let address: Address
    /// Whether nothing here may wait for the bus.
    private let neverWaits: Bool
    var credentials = BusCredentialCache()
    /// Until when the bus is not asked about readers of properties; nil: it may be asked.
    var propertyGuardPausedUntil: ContinuousClock.Instant?

    /// Connects and waits until the bus has greeted, at most ``connectLimit``.
    package init(connectingTo address: Address) throws(SystemdError) {
        self.address = address
        neverWaits = false
        // From here on deinit gives it back, also when this throws.
        bus = try Self.start(address)
        let operation = "connect to \(address)"
        let clock = ContinuousClock()
        let deadline = clock.now + Self.connectLimit
        while try check(sd_bus_is_ready(bus), operation) == 0 {
            let left = deadline - clock.now
            guard left > .zero else { throw SystemdError(operation: operation, errno: ETIMEDOUT) }
            try process(waitingAtMost: left)
        }
    }

    /// Begins to connect, on the loop, and returns at once, also when a bus that hangs has the socket. What is sent meanwhile
    /// is queued; a call's time limit begins when the bus has greeted, so whoever starts a connection bounds the greeting.
    package init(startingAt address: Address, on loop: EventLoop) throws(SystemdError) {
        self.address = address
        neverWaits = true
        bus = try Self.start(address)
        try attach(to: loop)
    }

    private static func start(_ address: Address) throws(SystemdError) -> OpaquePointer {
        let operation = "connect to \(address)"
        var made: OpaquePointer?
        switch address {
        case .system:
            try check(sd_bus_open_system(&made), operation, advice: "Is dbus.service running?")
        case .address:
            try check(sd_bus_new(&made), operation)
        }
        guard let bus = made else { throw SystemdError(operation: operation, errno: ENOMEM) }
        do throws(SystemdError) {
            if case .address(let text) = address {
                try check(sd_bus_set_address(bus, text), operation)
                try check(sd_bus_set_bus_client(bus, 1), operation)
                try check(sd_bus_start(bus), operation, advice: "Is a bus listening there?")
            }
            // sd-bus would flush without a bound when the loop exits; close(flushingFor:) has one.
            try check(sd_bus_set_close_on_exit(bus, 0), operation)
            try check(sd_bus_set_method_call_timeout(bus, driverLimit.waitMicroseconds), operation)
        } catch {
            sd_bus_close(bus)
            sd_bus_unref(bus)
            throw error
        }
        return bus
    }

    deinit {
        sd_bus_detach_event(bus)
        sd_bus_close(bus)
        sd_bus_unref(bus)
    }

    /// Lets the loop handle what arrives. The loop must outlive the connection or its ``close(flushingFor:)``.
    package func attach(to loop: EventLoop) throws(SystemdError) {
        try check(sd_bus_attach_event(bus, loop.event, 0), "attach \(address) to the event loop")
    }

    /// Handles one message, waiting for it at most that long. False: none came. Not while attached to a loop.
    @discardableResult
    package func process(waitingAtMost limit: Duration) throws(SystemdError) -> Bool {
        let operation = "receive from \(address)"
        if try check(sd_bus_process(bus, nil), operation) > 0 { return true }
        guard try check(sd_bus_wait(bus, limit.waitMicroseconds), operation) > 0 else { return false }
        return try check(sd_bus_process(bus, nil), operation) > 0
    }

    /// Handles what arrives until something has come to pass, without the loop that it was attached to, which has ended; false: it has not
    /// come to pass in time. Nothing but ``close(flushingFor:)`` follows.
    package func process(until isDone: () -> Bool, atMost limit: Duration) throws(SystemdError) -> Bool {
        sd_bus_detach_event(bus)
        let clock = ContinuousClock()
        let end = clock.now + limit
        while !isDone() {
            let left = end - clock.now
            guard left > .zero else { return false }
            try process(waitingAtMost: left)
        }
        return true
    }

    /// The connection's own name on the bus, `:1.42`.
    package var uniqueName: String? {
        var name: UnsafePointer<CChar>?
        guard sd_bus_get_unique_name(bus, &name) >= 0, let name else { return nil }
        return String(cString: name)
    }

    /// Whether the connection stands, as far as this side knows.
    package var isOpen: Bool { sd_bus_is_open(bus) > 0 }

    /// Takes a well-known name, waiting for the bus at most ``driverLimit``. Refused when somebody else has it.
    package func requestName(_ name: String) throws(SystemdError) {
        let result = sd_bus_request_name(bus, name, 0)
        let advice: String? =
            switch -result {
            case EEXIST: "Another process has that name: is the daemon running already?"
            case EPERM, EACCES: "The bus policy does not allow this user to own it."
            default: nil
            }
        try check(result, "own the name \(name) on \(address)", advice: advice)
    }

    /// Takes a well-known name without waiting; the completion has nil, or why not. Dropping the slot forgets the answer.
    package func requestNameLater(
        _ name: String, completion: @escaping (SystemdError?) -> Void
    ) throws(BusError) -> BusSlot {
        let operation = "own the name \(name) on \(address)"
        // 4: do not queue for it. https://dbus.freedesktop.org/doc/dbus-specification.html#bus-messages-request-name
        return try driver.callLater(
            "RequestName", [.string(name), .uint32(4)], answer: "u", timeout: Self.driverLimit
        ) { answer in
            switch answer {
            case .success(let values) where values == [.uint32(1)] || values == [.uint32(4)]: completion(nil)
            case .success:
                completion(
                    SystemdError(
                        operation: operation, errno: EEXIST,
                        advice: "Another process has that name: is the daemon running already?"))
            case .failure(let error) where error.name == BusError.accessDenied:
                completion(
                    SystemdError(
                        operation: operation, errno: EACCES,
                        advice: "The bus policy does not allow this user to own it."))
            case .failure(let error):
                completion(SystemdError(operation: operation, errno: EIO, advice: error.description))
            }
        }
    }

    /// Serves an interface at a path until the object is dropped.
    package func serve(_ interface: BusInterface, at path: String) throws(SystemdError) -> BusObject {
        try BusObject(bus: self, path: path, interface: interface)
    }

    /// Calls the handler once when the bus has gone away. Closing the connection here does not count. The connection cannot be
    /// used again; answers still awaited have come as errors.
    package func onDisconnect(_ handler: @escaping () -> Void) throws(SystemdError) -> BusSlot {
        // A message that sd-bus sends to itself; nobody on the bus can send it.
        try subscribe(
            "type='signal',path='/org/freedesktop/DBus/Local',interface='org.freedesktop.DBus.Local',member='Disconnected'"
        ) { _ in handler() }
    }

    /// Sends what is still queued, for at most that long, and closes the connection. True: everything was sent. Not in a
    /// handler of this connection, where sd-bus cannot send: defer it. Calls that arrive meanwhile are still handled.
    @discardableResult
    package func close(flushingFor limit: Duration) -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var queued: UInt64 = 0
        while sd_bus_is_open(bus) > 0, sd_bus_get_n_queued_write(bus, &queued) >= 0, queued > 0 {
            let left = deadline - clock.now
            guard left > .zero, (try? process(waitingAtMost: left)) != nil else { break }
        }
        let wasOpen = sd_bus_is_open(bus) > 0
        sd_bus_detach_event(bus)
        sd_bus_close(bus)
        return wasOpen && queued == 0
    }

    /// A match with a handler. The rule is made by this module of checked parts. On a connection that was started on a loop the bus's
    /// agreement is not waited for: what is asked after this is asked after it, and a refusal ends the connection.
    func subscribe(
        _ rule: String, handler: @escaping (borrowing BusMessage) -> Void
    ) throws(SystemdError) -> BusSlot {
        let box = MessageHandlerBox(handler)
        let pointer = Unmanaged.passRetained(box).toOpaque()
        var slot: OpaquePointer?
        let call: sd_bus_message_handler_t = { message, box, _ in
            MessageHandlerBox.call(box, message)
            // Zero: others may want the same message.
            return 0
        }
        let result =
            neverWaits
            ? sd_bus_add_match_async(bus, &slot, rule, call, nil, pointer)
            : sd_bus_add_match(bus, &slot, rule, call, pointer)
        guard result >= 0, let slot else {
            releaseBox(pointer)
            throw SystemdError(operation: "subscribe to \(rule) on \(address)", errno: result < 0 ? -result : ENOMEM)
        }
        return BusSlot(adopting: slot)
    }
}
