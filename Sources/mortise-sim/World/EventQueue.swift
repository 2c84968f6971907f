import Glibc
import Synchronization

/// Events for one thread that waits on a descriptor and takes them one by one. Bounded: what does not fit is counted, and told
/// as one loss, as the kernel does with edges.
final class EventQueue<Event: Sendable>: Sendable {
    private struct State: Sendable {
        var slots: [Event?]
        var first = 0
        var count = 0
        var hasLost = false
    }

    /// What taking leads to.
    enum Taken {
        case event(Event)
        /// Some did not fit.
        case lost
        case nothing
    }

    /// Readable while something waits.
    let descriptor: Int32
    private let writeEnd: Int32
    private let state: Mutex<State>

    init(capacity: Int) throws(SetupFailure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SetupFailure("make a pipe", errno: errno) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        writeEnd = ends[1]
        state = Mutex(State(slots: Array(repeating: nil, count: max(capacity, 1))))
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    func put(_ event: Event) {
        state.withLock { state in
            let wasEmpty = state.count == 0 && !state.hasLost
            guard state.count < state.slots.count else {
                state.hasLost = true
                return
            }
            state.slots[(state.first + state.count) % state.slots.count] = event
            state.count += 1
            guard wasEmpty else { return }
            var byte: UInt8 = 1
            _ = write(writeEnd, &byte, 1)
        }
    }

    func take() -> Taken {
        state.withLock { state in
            var taken = Taken.nothing
            if state.count > 0, let event = state.slots[state.first] {
                state.slots[state.first] = nil
                state.first = (state.first + 1) % state.slots.count
                state.count -= 1
                taken = .event(event)
            } else if state.hasLost {
                state.hasLost = false
                taken = .lost
            }
            // Under the lock, as is the byte's writing: nobody can put an event between the look and the clearing.
            if state.count == 0, !state.hasLost { clear() }
            return taken
        }
    }

    private func clear() {
        var bytes: (UInt64, UInt64) = (0, 0)
        _ = read(descriptor, &bytes, 16)
    }
}

/// Something that the simulator needs from the system could not be had.
struct SetupFailure: Error, CustomStringConvertible {
    var description: String

    init(_ what: String, errno: Int32) {
        description = "could not \(what): \(String(cString: strerror(errno))) (errno \(errno))"
    }

    init(_ description: String) { self.description = description }
}
