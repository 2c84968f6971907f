import CSystemd
import Glibc

/// A method call that somebody is waiting on. Answered once, at once or whenever the answer is there; dropped without an
/// answer, it answers that there will be none (`org.freedesktop.DBus.Error.NoReply`), so that no caller waits for nothing.
package final class BusCall {
    package let path: String
    package let interface: String
    package let member: String
    /// The caller's unique name, as the bus vouches for it: no other connection has it or will have it.
    package let sender: String
    /// Of the method's input signature.
    package let arguments: [BusValue]

    private let bus: Bus
    private let message: BusMessage
    private let output: String
    private var isAnswered = false
    /// The question to the bus about the sender, while it is open.
    private var asking: BusSlot?

    init(bus: Bus, message: consuming BusMessage, output: String, arguments: [BusValue]) {
        self.bus = bus
        path = message.path
        interface = message.interface
        member = message.member
        sender = message.sender
        self.arguments = arguments
        self.output = output
        self.message = message
    }

    deinit {
        guard !isAnswered else { return }
        send(BusError(name: BusError.noReply, message: "\(interface).\(member) was given up without an answer."))
    }

    /// Who calls; see ``BusCredentials`` for what can be trusted. Asks the bus the first time a connection calls, and does not
    /// wait for it: a loop that turns a bolt has something better to do than to wait for a bus that hangs. A failure, for one because
    /// the caller has gone, is somebody for whom the bus does not vouch: refuse then. Whoever asks keeps the call; dropped before
    /// the completion was called, it forgets the question.
    package func credentialsLater(_ completion: @escaping (Result<BusCredentials, BusError>) -> Void) {
        do throws(BusError) {
            asking = try bus.credentialsLater(of: sender) { [weak self] result in
                // sd-bus keeps a slot for as long as its handler runs.
                self?.asking = nil
                completion(result)
            }
        } catch {
            completion(.failure(error))
        }
    }

    /// Answers with values of the method's output signature. False: not sent, because the call has been answered already, the
    /// connection is gone, or the values are of another signature, in which case the caller has got an error.
    @discardableResult
    package func reply(_ values: [BusValue] = []) -> Bool {
        guard !isAnswered else { return false }
        isAnswered = true
        do throws(SystemdError) {
            let reply = try BusMessage.made("answer \(interface).\(member)") { reply in
                sd_bus_message_new_method_return(message.pointer, &reply)
            }
            try BusWriter(message: reply.pointer).append(values, signature: output)
            return sd_bus_send(bus.bus, reply.pointer, nil) >= 0
        } catch {
            send(BusError(name: BusError.failed, message: "The answer to \(interface).\(member) is broken: \(error)"))
            return false
        }
    }

    /// Answers with an error. False: not sent, because the call has been answered already or the connection is gone.
    @discardableResult
    package func fail(_ error: BusError) -> Bool {
        guard !isAnswered else { return false }
        isAnswered = true
        return send(error)
    }

    @discardableResult
    private func send(_ error: BusError) -> Bool {
        error.name.withCString { name in
            error.message.withCString { text in
                // Copied into the message before the pointers end.
                var structure = sd_bus_error(name: name, message: text, _need_free: 0)
                return sd_bus_reply_method_error(message.pointer, &structure) >= 0
            }
        }
    }
}
