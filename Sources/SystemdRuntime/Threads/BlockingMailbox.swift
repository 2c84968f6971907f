import Synchronization

/// A bounded queue from any thread to one worker that does nothing but wait for it.
package final class BlockingMailbox<Message: Sendable>: Sendable {
    /// What waiting led to.
    package enum Received {
        case message(Message)
        /// Nothing came within the time.
        case timedOut
        /// ``close()`` was called, and every message sent before it has been received.
        case closed
    }

    private struct State: Sendable {
        var ring: MessageRing<Message>
        var isClosed = false
    }

    /// How many messages may wait.
    package let capacity: Int
    private let state: Mutex<State>
    private let wakeUp: EventFileDescriptor

    /// A capacity below 1 is taken as 1.
    package init(capacity: Int) throws(SystemdError) {
        self.capacity = max(capacity, 1)
        wakeUp = try EventFileDescriptor()
        state = Mutex(State(ring: MessageRing(capacity: capacity)))
    }

    /// Puts a message at the end; never waits. False: full or closed, and the message was not taken.
    package func send(_ message: Message) -> Bool {
        let result = state.withLock { state in
            guard !state.isClosed else { return (taken: false, wakes: false) }
            let wasEmpty = state.ring.count == 0
            return (taken: state.ring.put(message), wakes: wasEmpty)
        }
        if result.taken, result.wakes { wakeUp.signal() }
        return result.taken
    }

    /// Refuses messages from now on, and tells the receiver after it has had those that wait.
    package func close() {
        state.withLock { $0.isClosed = true }
        wakeUp.signal()
    }

    /// Refuses messages from now on, and drops those that wait.
    package func closeDropping() {
        state.withLock {
            $0.isClosed = true
            while $0.ring.take() != nil {}
        }
        wakeUp.signal()
    }

    /// The oldest message, waiting for one at most that long. nil waits until a message comes or the mailbox is closed, which
    /// is right for a worker that has nothing else to do: an idle worker costs no wake-ups.
    package func receive(timeout: Duration?) -> Received {
        let clock = ContinuousClock()
        let deadline = timeout.map { clock.now + $0 }
        while true {
            // Before looking: what is sent after the look signals again.
            wakeUp.clear()
            let (message, isClosed) = state.withLock { ($0.ring.take(), $0.isClosed) }
            if let message { return .message(message) }
            if isClosed { return .closed }
            var left: Duration?
            if let deadline {
                let rest = deadline - clock.now
                guard rest > .zero else { return .timedOut }
                left = rest
            }
            _ = wakeUp.wait(atMost: left)
        }
    }
}
