internal import SecureChannel

/// Messages from phone to lock over an open channel.
final class Messages {
    static let size = 100

    private let handshakes = Handshakes()
    private var link: OpenLink
    private let message = [UInt8](repeating: 42, count: size)

    init() { link = handshakes.open() }

    func exchange() {
        guard var chunk = (try? link.phone.send(message))?[...] else { preconditionFailure("It cannot be sealed.") }
        precondition(link.lock.receive(&chunk, asking: handshakes).last == .message(message), "It was not delivered.")
    }
}
