import Synchronization

/// A bounded queue from one thread to one other, neither of which ever waits for the other.
///
/// It has no lock: whoever stands still in the midst of sending or taking (stopped by a debugger, starved by the scheduler) holds
/// nothing that the other end needs. So a real-time thread may use it towards one that must not be able to hold it up. Sending
/// and taking allocate nothing.
///
/// One thread sends and one takes, for as long as the mailbox lives; with more senders, use ``Mailbox``.
///
/// `@unchecked Sendable`: a slot is the sender's until `sent` has passed it and the taker's until `taken` has; both are passed
/// with release and looked at with acquire.
package final class RealtimeMailbox<Message: Sendable>: @unchecked Sendable {
    /// How many messages may wait.
    package let capacity: Int
    private let slots: UnsafeMutablePointer<Message>
    /// How many messages there have ever been. Stored by the sender only.
    private let sent = Atomic<UInt64>(0)
    /// How many of them have been taken. Stored by the taker only.
    private let taken = Atomic<UInt64>(0)
    private let wakeUp: EventFileDescriptor

    /// A capacity below 1 is taken as 1.
    package init(capacity: Int) throws(SystemdError) {
        let capacity = max(capacity, 1)
        wakeUp = try EventFileDescriptor()
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
    }

    deinit {
        while take() != nil {}
        slots.deallocate()
    }

    /// Readable while messages wait. Watch it, and call ``drain(_:)`` when it is.
    package var fileDescriptor: Int32 { wakeUp.rawValue }

    /// Puts a message at the end. False: the mailbox is full, the message was not taken, and the sender decides what that means.
    package func send(_ message: Message) -> Bool {
        let number = sent.load(ordering: .relaxed)
        guard number - taken.load(ordering: .acquiring) < UInt64(capacity) else { return false }
        slot(number).initialize(to: message)
        sent.store(number + 1, ordering: .releasing)
        // After each: whether the taker has seen this one cannot be known without asking it.
        wakeUp.signal()
        return true
    }

    /// Hands over what waits, oldest first, at most ``capacity`` messages, so that a busy sender cannot keep the taker from its
    /// other work.
    package func drain(_ body: (Message) -> Void) {
        // Cleared first: a message sent from here on makes the descriptor readable again, at worst for nothing.
        wakeUp.clear()
        for _ in 0..<capacity {
            guard let message = take() else { return }
            body(message)
        }
        if sent.load(ordering: .acquiring) != taken.load(ordering: .relaxed) { wakeUp.signal() }
    }

    private func take() -> Message? {
        let number = taken.load(ordering: .relaxed)
        guard sent.load(ordering: .acquiring) != number else { return nil }
        let message = slot(number).move()
        taken.store(number + 1, ordering: .releasing)
        return message
    }

    private func slot(_ number: UInt64) -> UnsafeMutablePointer<Message> { slots + Int(number % UInt64(capacity)) }
}
