import CSystemd
import Glibc

/// One interface of one object of somebody else on the bus: what a client calls, reads and listens to.
package struct BusProxy {
    /// How long an answer may take unless the caller says otherwise: the time of a full stroke with all its retries, and room.
    package static let callLimit: Duration = .seconds(25)

    package let bus: Bus
    /// A well-known name, or a unique one.
    package let destination: String
    package let path: String
    package let interface: String

    /// Calls a method and waits for the answer, at most `timeout`.
    ///
    /// `answer` is the signature that the answer must have; nil takes any. All failures come as the error that the other side
    /// named, or as the specification's name for what went wrong on the way.
    @discardableResult
    package func call(
        _ member: String, _ arguments: [BusValue] = [], answer: String? = nil, timeout: Duration = callLimit
    ) throws(BusError) -> [BusValue] {
        let message = try request(member, arguments)
        var error = sd_bus_error()
        defer { sd_bus_error_free(&error) }
        var reply: OpaquePointer?
        // Zero would mean the default.
        let result = sd_bus_call(bus.bus, message.pointer, max(timeout.waitMicroseconds, 1), &error, &reply)
        guard result >= 0, let reply else {
            throw BusError(&error)
                ?? BusError(SystemdError(operation: "call \(interface).\(member)", errno: result < 0 ? -result : EIO))
        }
        return try read(BusMessage(adopting: reply), member, answer: answer)
    }

    /// Calls a method; the completion has the answer, or the error after at most `timeout`. Dropping the slot forgets the call.
    package func callLater(
        _ member: String, _ arguments: [BusValue] = [], answer: String? = nil, timeout: Duration = callLimit,
        completion: @escaping (Result<[BusValue], BusError>) -> Void
    ) throws(BusError) -> BusSlot {
        let message = try request(member, arguments)
        let box = MessageHandlerBox { reply in
            do throws(BusError) {
                if let error = reply.error { throw error }
                completion(.success(try read(reply, member, answer: answer)))
            } catch {
                completion(.failure(error))
            }
        }
        let pointer = Unmanaged.passRetained(box).toOpaque()
        var slot: OpaquePointer?
        let result = sd_bus_call_async(
            bus.bus, &slot, message.pointer,
            { reply, box, _ in
                MessageHandlerBox.call(box, reply)
                return 1
            }, pointer, max(timeout.waitMicroseconds, 1))
        guard result >= 0, let slot else {
            releaseBox(pointer)
            throw BusError(SystemdError(operation: "call \(interface).\(member)", errno: result < 0 ? -result : EIO))
        }
        return BusSlot(adopting: slot)
    }

    /// The value of one property.
    package func property(_ name: String, timeout: Duration = callLimit) throws(BusError) -> BusValue {
        let answer = try properties.call(
            "Get", [.string(interface), .string(name)], answer: "v", timeout: timeout)
        guard case .variant(let value)? = answer.first else {
            throw BusError(name: BusError.inconsistentMessage, message: "\(destination) gave no value for \(name).")
        }
        return value
    }

    /// All properties of the interface.
    package func allProperties(timeout: Duration = callLimit) throws(BusError) -> [String: BusValue] {
        let answer = try properties.call("GetAll", [.string(interface)], answer: "a{sv}", timeout: timeout)
        return answer.first?.asDictionary ?? [:]
    }

    /// Calls the handler for each of the interface's signals of that name (nil: of any). A signal that breaks this module's
    /// bounds is not delivered.
    package func subscribe(
        to member: String? = nil, handler: @escaping (BusSignal) -> Void
    ) throws(SystemdError) -> BusSlot {
        try bus.subscribe(try rule(interface: interface, member: member)) { message in
            var reader = BusReader(message: message.pointer)
            guard let arguments = try? reader.readAll() else { return }
            handler(
                BusSignal(
                    sender: message.sender, path: message.path, interface: message.interface, member: message.member,
                    arguments: arguments))
        }
    }

    /// Calls the handler when properties of the interface were announced as changed: those with their new value, and the names
    /// of those whose value has to be asked for.
    package func onPropertiesChanged(
        _ handler: @escaping (_ changed: [String: BusValue], _ invalidated: [String]) -> Void
    ) throws(SystemdError) -> BusSlot {
        let interface = interface
        return try properties.subscribe(to: "PropertiesChanged") { signal in
            guard signal.arguments.count == 3, signal.arguments[0] == .string(interface),
                let changed = signal.arguments[1].asDictionary
            else { return }
            handler(changed, signal.arguments[2].asElements?.compactMap(\.asString) ?? [])
        }
    }

    private var properties: BusProxy {
        BusProxy(bus: bus, destination: destination, path: path, interface: "org.freedesktop.DBus.Properties")
    }

    private func rule(interface: String, member: String?) throws(SystemdError) -> String {
        // A quote in a name would end the rule's value, so only valid names get there.
        guard sd_bus_service_name_is_valid(destination) > 0, sd_bus_object_path_is_valid(path) > 0,
            sd_bus_interface_name_is_valid(interface) > 0, member.map({ sd_bus_member_name_is_valid($0) > 0 }) ?? true
        else {
            throw SystemdError(
                operation: "subscribe to \(interface).\(member ?? "*") of \(destination) at \(path)", errno: EINVAL)
        }
        let rule = "type='signal',sender='\(destination)',path='\(path)',interface='\(interface)'"
        guard let member else { return rule }
        return rule + ",member='\(member)'"
    }

    private func request(_ member: String, _ arguments: [BusValue]) throws(BusError) -> BusMessage {
        do throws(SystemdError) {
            let message = try BusMessage.made("call \(interface).\(member) of \(destination) at \(path)") { message in
                sd_bus_message_new_method_call(bus.bus, &message, destination, path, interface, member)
            }
            try BusWriter(message: message.pointer).append(
                arguments, signature: arguments.map(\.signature).joined())
            return message
        } catch {
            throw BusError(error)
        }
    }

    private func read(
        _ reply: borrowing BusMessage, _ member: String, answer: String?
    ) throws(BusError) -> [BusValue] {
        let signature = reply.signature
        guard answer == nil || answer == signature else {
            throw BusError(
                name: BusError.inconsistentMessage,
                message: "\(destination) answered \(member) with “\(signature)”, not “\(answer ?? "")”.")
        }
        do throws(SystemdError) {
            var reader = BusReader(message: reply.pointer)
            return try reader.readAll()
        } catch {
            throw BusError(error)
        }
    }
}

/// A signal as it arrived.
package struct BusSignal: Hashable, Sendable {
    /// The sender's unique name, as the bus vouches for it.
    package var sender: String
    package var path: String
    package var interface: String
    package var member: String
    package var arguments: [BusValue]
}

extension Bus {
    /// An interface of somebody's object.
    package func proxy(_ destination: String, path: String, interface: String) -> BusProxy {
        BusProxy(bus: self, destination: destination, path: path, interface: interface)
    }

    /// The bus daemon itself.
    var driver: BusProxy {
        proxy("org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus")
    }

    /// The unique name of a name's owner; nil: nobody owns it.
    package func owner(of name: String) throws(BusError) -> String? {
        do throws(BusError) {
            let answer = try driver.call("GetNameOwner", [.string(name)], answer: "s", timeout: Self.driverLimit)
            return answer.first?.asString
        } catch  where error.name == BusError.nameHasNoOwner {
            return nil
        }
    }

    /// Calls the handler when a name changes hands; nil is nobody. A daemon that restarts shows as two changes.
    package func onOwnerChange(
        of name: String, handler: @escaping (_ old: String?, _ new: String?) -> Void
    ) throws(SystemdError) -> BusSlot {
        guard sd_bus_service_name_is_valid(name) > 0 else {
            throw SystemdError(operation: "watch the owner of “\(name)”", errno: EINVAL)
        }
        let rule =
            "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
            + "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='\(name)'"
        return try subscribe(rule) { message in
            var reader = BusReader(message: message.pointer)
            guard let arguments = try? reader.readAll(), arguments.count == 3,
                let old = arguments[1].asString, let new = arguments[2].asString
            else { return }
            handler(old.isEmpty ? nil : old, new.isEmpty ? nil : new)
        }
    }
}
