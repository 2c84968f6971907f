import Glibc
import LockCore
import LockSimulation
import SystemdRuntime

/// An answer: one line of JSON.
struct Answer: Sendable {
    let text: String

    init(_ members: [String: JSONValue] = [:]) {
        text = JSONValue.object(members.merging(["ok": .bool(true)]) { $1 }).description
    }

    init(error: String, _ members: [String: JSONValue] = [:]) {
        text = JSONValue.object(members.merging(["ok": .bool(false), "error": .text(error)]) { $1 }).description
    }
}

/// Somebody at the other end of a connection. Its lines are taken one after the other; while it waits for something, the next ones
/// wait too.
final class Client {
    private let descriptor: Int32
    /// The same socket once more: epoll takes a descriptor only once, and there are two sources.
    private let copy: Int32
    /// What it waits for, and until when.
    var waiting: (condition: Condition, words: String, deadline: Instant)?
    private(set) var isGone = false

    private var incoming: [UInt8] = []
    private var lines: [Line] = []
    private var outgoing: [UInt8] = []
    private var readable: EventSource?
    private var writable: EventSource?
    private let events: EventLoop
    /// What is read away is the rest of a line that was too long.
    private var isSkipping = false

    private enum Line {
        case text([UInt8])
        case tooLong
    }

    /// Answers that nobody has read. A whole record is less than a megabyte; somebody who does not read is let go.
    private static let outgoingCapacity = 8 << 20
    /// Lines that may wait: beyond them, the client's next ones stay in its socket.
    private static let lineCapacity = 64
    private static let readSize = 4096

    init(_ descriptor: Int32, events: EventLoop) {
        self.descriptor = descriptor
        copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        self.events = events
    }

    deinit {
        readable = nil
        writable = nil
        close(descriptor)
        if copy >= 0 { close(copy) }
    }

    /// Calls back whenever there are lines, and when it is gone.
    func start(_ onNews: @escaping () -> Void) throws(SystemdError) {
        readable = try events.watch(descriptor, for: .readable) { [unowned self] _ in
            hear()
            onNews()
        }
        writable = try events.watch(copy, for: .writable) { [unowned self] _ in
            flush()
            onNews()
        }
        writable?.isEnabled = false
    }

    private func hear() {
        var buffer = [UInt8](repeating: 0, count: Self.readSize)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else {
            leave()
            return
        }
        incoming += buffer[..<count]
        while let end = incoming.firstIndex(of: UInt8(ascii: "\n")) {
            if !isSkipping { lines.append(.text(Array(incoming[..<end]))) }
            isSkipping = false
            incoming.removeSubrange(...end)
        }
        if incoming.count > PlantCommand.maximumBytes {
            if !isSkipping { lines.append(.tooLong) }
            isSkipping = true
            incoming = []
        }
        if lines.count >= Self.lineCapacity { readable?.isEnabled = false }
    }

    /// The next line; nil: there is none.
    func nextLine() -> Result<String, CommandError>? {
        guard !lines.isEmpty else { return nil }
        let line = lines.removeFirst()
        if lines.count < Self.lineCapacity / 2, !isGone { readable?.isEnabled = true }
        switch line {
        case .tooLong:
            return .failure(CommandError("the line is too long; \(PlantCommand.maximumBytes) bytes are allowed"))
        case .text(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return .failure(CommandError("the line is not UTF-8"))
            }
            return .success(text)
        }
    }

    func send(_ answer: Answer) {
        guard !isGone else { return }
        guard outgoing.count + answer.text.utf8.count < Self.outgoingCapacity else {
            leave()
            return
        }
        outgoing += answer.text.utf8
        outgoing.append(UInt8(ascii: "\n"))
        flush()
    }

    private func flush() {
        var start = 0
        while start < outgoing.count {
            let count = outgoing.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start,
                    Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { break }
            guard count > 0 else {
                leave()
                return
            }
            start += count
        }
        outgoing.removeSubrange(..<start)
        writable?.isEnabled = !outgoing.isEmpty
    }

    private func leave() {
        isGone = true
        waiting = nil
        lines = []
        outgoing = []
        readable?.isEnabled = false
        writable?.isEnabled = false
    }
}
