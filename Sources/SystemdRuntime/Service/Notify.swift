import CSystemd
import Glibc

/// What the service manager is told (`sd_notify(3)`). Each message says whether there was anybody to tell. None waits: when the
/// service manager does not read, the error is `EAGAIN`.
package enum Notify {
    /// What became of a message.
    package enum Outcome: Hashable, Sendable {
        /// The service manager has it in its socket.
        case sent
        /// `NOTIFY_SOCKET` is not set: the process was not started by a service manager that wants to know.
        case noSocket
    }

    /// Start-up is done; `status` is what `systemctl status` shows.
    @discardableResult
    package static func ready(status: String) throws(SystemdError) -> Outcome {
        try send("READY=1\nSTATUS=\(line(status))")
    }

    /// One line for `systemctl status`. A line break becomes a space: it would begin another message.
    @discardableResult
    package static func status(_ text: String) throws(SystemdError) -> Outcome { try send("STATUS=\(line(text))") }

    /// Feeds the watchdog. Only when every thread that matters has answered since the last time.
    @discardableResult
    package static func watchdog() throws(SystemdError) -> Outcome { try send("WATCHDOG=1") }

    /// The service is going down; `systemctl stop` and restarts wait for its end.
    @discardableResult
    package static func stopping(status: String) throws(SystemdError) -> Outcome {
        try send("STOPPING=1\nSTATUS=\(line(status))")
    }

    /// The configuration is being read again; to be followed by ``ready(status:)``. The time stamp is what `Type=notify-reload`
    /// asks for.
    @discardableResult
    package static func reloading() throws(SystemdError) -> Outcome {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return try send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    private static func send(_ message: String) throws(SystemdError) -> Outcome {
        // sd_notify() would wait for a service manager that does not read.
        guard let path = getenv("NOTIFY_SOCKET") else { return .noSocket }
        let operation = "notify the service manager"
        let descriptor = try check(csd_datagram_socket(), operation)
        defer { close(descriptor) }
        let bytes = Array(message.utf8)
        try check(
            csd_datagram_send(descriptor, path, bytes, bytes.count), operation,
            advice: "Is NOTIFY_SOCKET a socket that listens, and is it read?")
        return .sent
    }

    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline || $0 == "\0" ? " " : $0 })
    }
}
