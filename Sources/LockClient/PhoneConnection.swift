package import LockProtocol
package import SecureChannel
internal import SwiftProtobuf

/// A phone's connection to a lock: the reference for whoever writes one. One request at a time, or several (``begin(_:id:)``).
package final class PhoneConnection {
    private var endpoint: PhoneEndpoint
    private let stream: any ByteStream
    private var answers: [UInt64: WireAnswer] = [:]
    /// The lock has said goodbye. What it answered before that is still to be had.
    private var goodbye: ClientError?
    /// What the lock has said unasked, oldest first.
    package private(set) var events: [WireEvent] = []
    /// The lock's key: to be kept, it is how the lock is known the next time.
    package private(set) var lock: PublicKey?

    /// How long a client waits for an answer, as the protocol's article says: the reference board's longest stroke takes less. A client
    /// does not know the lock's board, so this is not derived from that one's limits; and need not, because whoever has waited in vain opens
    /// another link and asks again under the same id, which joins what is under way.
    package static let patience: Duration = .seconds(30)
    /// For those who do not ask again: longer than the bolt takes on any board whose profile keeps to its limits, and the store before.
    package static let strokePatience: Duration = .seconds(120)

    /// A session with a lock whose key this phone has kept.
    package convenience init(_ stream: any ByteStream, as identity: Identity, to lock: PublicKey) throws(ClientError) {
        try self.init(stream, PhoneEndpoint(identity, lock: lock))
    }

    /// Pairing, by what the setup code or the invitation says.
    package convenience init(
        _ stream: any ByteStream, as identity: Identity, pairingBy code: borrowing PairingCode
    ) throws(ClientError) {
        try self.init(stream, PhoneEndpoint(identity, pairingBy: code))
    }

    private init(_ stream: any ByteStream, _ endpoint: consuming PhoneEndpoint) throws(ClientError) {
        self.endpoint = endpoint
        self.stream = stream
        let first: [UInt8]
        do throws(NoiseError) { first = try self.endpoint.start() } catch { throw .unreachable("\(error)") }
        try stream.send(first)
        try wait(within: Self.patience) { self.lock != nil }
    }

    // MARK: Requests

    /// Asks, and waits for the answer.
    package func ask(
        _ ask: WireRequest.OneOf_Ask, id: UInt64? = nil, within time: Duration = PhoneConnection.patience
    ) throws(ClientError) -> WireAnswer {
        try answer(to: try begin(ask, id: id), within: time)
    }

    /// Asks; the answer is to be had from ``answer(to:)``.
    package func begin(_ ask: WireRequest.OneOf_Ask, id: UInt64? = nil) throws(ClientError) -> UInt64 {
        var request = WireRequest()
        request.id = id ?? UInt64.random(in: 1 ... .max)
        request.ask = ask
        do {
            try send(try request.serializedBytes())
        } catch let error as ClientError {
            throw error
        } catch {
            throw .unreachable("the request cannot be put into bytes: \(error)")
        }
        return request.id
    }

    /// Sends a message as it is.
    package func send(_ message: [UInt8]) throws(ClientError) {
        if let goodbye { throw goodbye }
        let frame: [UInt8]
        do throws(SendError) { frame = try endpoint.send(message) } catch { throw .unreachable("\(error)") }
        do throws(ClientError) { try stream.send(frame) } catch {
            // Its last words tell more than that it has gone.
            try hear(try stream.receive(within: .zero))
            throw goodbye ?? error
        }
    }

    private func hear(_ bytes: [UInt8]) throws(ClientError) {
        var chunk = bytes[...]
        while !chunk.isEmpty {
            for output in endpoint.receive(&chunk) { try take(output) }
        }
    }

    package func answer(
        to id: UInt64, within time: Duration = PhoneConnection.patience
    ) throws(ClientError) -> WireAnswer {
        try wait(within: time) { self.answers[id] != nil }
        return answers.removeValue(forKey: id) ?? WireAnswer()
    }

    /// Waits for an event that the lock says unasked, and takes it.
    package func event(
        within time: Duration = PhoneConnection.patience, where isWanted: (WireEvent) -> Bool
    ) throws(ClientError) -> WireEvent {
        var found: Int?
        try wait(within: time) {
            found = self.events.firstIndex(where: isWanted)
            return found != nil
        }
        return found.map { events.remove(at: $0) } ?? WireEvent()
    }

    // MARK: The stream

    private func wait(within time: Duration, until isDone: () -> Bool) throws(ClientError) {
        let end = ContinuousClock.now + time
        while !isDone() {
            if let goodbye { throw goodbye }
            let left = end - .now
            guard left > .zero else { throw .timedOut }
            try hear(try stream.receive(within: left))
        }
    }

    private func take(_ output: PhoneEndpoint.Output) throws(ClientError) {
        switch output {
        case .send(let bytes): try stream.send(bytes)
        case .opened(let lock): self.lock = lock
        case .message(let bytes):
            guard let message = try? WireFromLock(serializedBytes: bytes) else { return }
            switch message.message {
            case .answer(let answer): answers[answer.id] = answer
            case .event(let event):
                if case .goodbye(let last) = event.event {
                    goodbye = .goodbye(last.reason)
                } else {
                    events.append(event)
                }
            case nil: break
            }
        case .closed(.refused(let refusal)): throw .refused(refusal)
        case .closed(let ending): throw .notAuthentic(ending)
        }
    }
}
