import CSystemd
import Glibc
import Synchronization

/// Gets entries and lines out without ever waiting for who reads them, and counts those that it could not.
///
/// The lock is only held for system calls that do not wait.
final class JournalOutput: Sendable {
    private struct State {
        /// The journal's socket is not connected, so that a journal that was started again is found. nil: not needed so far.
        var socket: Int32?
        /// Entries since the last one that went out.
        var dropped = 0
        /// A line was taken in part: the next begins with the line's end.
        var isTorn = false
    }

    private let socketPath: String
    private let state = Mutex(State())

    init(socketPath: String) { self.socketPath = socketPath }

    deinit {
        state.withLock { state in
            if let socket = state.socket { _ = close(socket) }
        }
    }

    /// Sends to the journal. Zero also when the entry was dropped and counted, because the journal is there but does not read;
    /// a negative errno when there is no journal.
    func send(_ entry: JournalEntry) -> Int32 {
        state.withLock { state in
            if state.socket == nil {
                let made = csd_datagram_socket()
                guard made >= 0 else { return made }
                state.socket = made
            }
            guard let socket = state.socket else { return -EBADF }
            var entry = entry
            if state.dropped > 0 { entry.append("DROPPED", "\(state.dropped)") }
            let result = csd_datagram_send(socket, socketPath, entry.bytes, entry.bytes.count)
            switch -result {
            case EAGAIN, ENOBUFS, ENOMEM, EMSGSIZE, EINTR:
                state.dropped += 1
                return 0
            case 0: state.dropped = 0
            default: break
            }
            return result
        }
    }

    /// Writes one line, given without its end; counts it as dropped when it is not taken whole.
    func write(line: [UInt8], to descriptor: Int32) {
        state.withLock { state in
            var bytes = state.isTorn ? [UInt8(ascii: "\n")] : []
            bytes += line
            if state.dropped > 0 { bytes += " DROPPED=\(state.dropped)".utf8 }
            bytes.append(UInt8(ascii: "\n"))
            let written = csd_write_now(descriptor, bytes, bytes.count)
            if written == bytes.count {
                state.dropped = 0
                state.isTorn = false
            } else {
                state.dropped += 1
                if written > 0 { state.isTorn = true }
            }
        }
    }
}
