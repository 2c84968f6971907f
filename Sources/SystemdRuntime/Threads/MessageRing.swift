/// A queue of fixed size whose memory is taken once: putting and taking allocate nothing, so a thread may send in the middle of
/// a stroke.
struct MessageRing<Message: Sendable>: Sendable {
    private var slots: [Message?]
    private var first = 0
    private(set) var count = 0

    init(capacity: Int) { slots = Array(repeating: nil, count: max(capacity, 1)) }

    /// False: full, and the message was not taken.
    mutating func put(_ message: Message) -> Bool {
        guard count < slots.count else { return false }
        slots[(first + count) % slots.count] = message
        count += 1
        return true
    }

    /// The oldest message; nil: empty.
    mutating func take() -> Message? {
        guard count > 0 else { return nil }
        let message = slots[first]
        slots[first] = nil
        first = (first + 1) % slots.count
        count -= 1
        return message
    }
}
