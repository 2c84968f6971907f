import Synchronization

/// A bounded queue from any thread to one that waits on a file descriptor: the loop, or a thread with its own `poll`.
///
/// Sending never allocates, and waits for a lock only, which is held for a few instructions. A real-time thread has its own
/// kind, ``RealtimeMailbox``.
package final class Mailbox<Message: Sendable>: Sendable {
    /// How many messages may wait.
    package let capacity: Int
    private let ring: Mutex<MessageRing<Message>>
    private let wakeUp: EventFileDescriptor

    /// A capacity below 1 is taken as 1.
    package init(capacity: Int) throws(SystemdError) {
        self.capacity = max(capacity, 1)
        wakeUp = try EventFileDescriptor()
        ring = Mutex(MessageRing(capacity: capacity))
    }

    /// Readable while messages wait. Watch it, and call ``drain(_:)`` when it is.
    package var fileDescriptor: Int32 { wakeUp.rawValue }

    /// Puts a message at the end. False: the mailbox is full, the message was not taken, and the sender decides what that means.
    package func send(_ message: Message) -> Bool {
        let result = ring.withLock { ring in
            let wasEmpty = ring.count == 0
            return (taken: ring.put(message), wakes: wasEmpty)
        }
        // Only the first message needs a wake-up: the receiver takes all that it finds, and says so to itself if some are left.
        if result.taken, result.wakes { wakeUp.signal() }
        return result.taken
    }

    /// Hands over what waits, oldest first, at most ``capacity`` messages, so that a busy sender cannot keep the receiver from
    /// its other work. On the receiving thread only.
    package func drain(_ body: (Message) -> Void) {
        // Cleared first: a message sent from here on makes the descriptor readable again, at worst for nothing.
        wakeUp.clear()
        for _ in 0..<capacity {
            guard let message = ring.withLock({ $0.take() }) else { return }
            body(message)
        }
        if ring.withLock({ $0.count }) > 0 { wakeUp.signal() }
    }
}
