internal import SecureChannel

/// Both ends of a link.
struct OpenLink: ~Copyable {
    var lock: LockEndpoint
    var phone: PhoneEndpoint

    mutating func shakeHands(asking doorkeeper: Handshakes) {
        guard var toLock = (try? phone.start())?[...] else { preconditionFailure("The phone cannot begin.") }
        while !toLock.isEmpty {
            var toPhone = lock.receive(&toLock, asking: doorkeeper).flatMap { output -> [UInt8] in
                guard case .send(let bytes) = output else { return [] }
                return bytes
            }[...]
            toLock =
                phone.receive(&toPhone).flatMap { output -> [UInt8] in
                    guard case .send(let bytes) = output else { return [] }
                    return bytes
                }[...]
        }
        precondition(!lock.isClosed && !phone.isClosed, "The handshake failed.")
    }
}
