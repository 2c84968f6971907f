import Glibc

/// Where the program says what happened to it: structured entries in the journal or, without one, lines on standard error.
/// Usable from any thread.
///
/// Writing never fails the caller and never makes it wait. When the receiver is there but does not read (a journal whose disk
/// is dead, a terminal that was stopped), entries are dropped, and the next one that goes out says how many in a field
/// `DROPPED`. When there is no receiver, an entry for the journal becomes a line on standard error.
package struct Journal: Sendable {
    /// Where entries go.
    package enum Destination: Hashable, Sendable {
        /// The journal's socket.
        case journal
        /// One line each to a file descriptor, which the caller keeps open.
        case lines(fileDescriptor: Int32)

        /// The journal if standard error leads there anyway (`JOURNAL_STREAM`) and its socket is there; else lines on standard
        /// error, where a person at a terminal or a container's log collector is looking.
        package static var automatic: Destination {
            guard let stream = getenv("JOURNAL_STREAM") else { return .lines(fileDescriptor: STDERR_FILENO) }
            var status = stat()
            // The variable is inherited by children whose standard error was sent elsewhere; device and inode tell.
            guard fstat(STDERR_FILENO, &status) == 0,
                String(cString: stream) == "\(status.st_dev):\(status.st_ino)",
                access(Journal.socketPath, W_OK) == 0
            else { return .lines(fileDescriptor: STDERR_FILENO) }
            return .journal
        }
    }

    /// Levels of `syslog(3)`.
    package enum Priority: Int32, Hashable, Sendable, CaseIterable {
        case emergency, alert, critical, error, warning, notice, info, debug
    }

    /// Where the journal listens (`systemd-journald.service(8)`).
    package static let socketPath = "/run/systemd/journal/socket"

    /// Longer messages and values are cut: an entry is a line for people and not a dump, and stays one datagram.
    package static let valueLimit = 4096

    /// `SYSLOG_IDENTIFIER`: the program's name.
    package let identifier: String
    package let destination: Destination
    /// Less urgent entries are dropped.
    package let threshold: Priority

    /// Shared by all copies.
    private let output: JournalOutput

    /// `socketPath` is where the journal is, for a test that has its own.
    package init(
        identifier: String, destination: Destination = .automatic, threshold: Priority = .info,
        socketPath: String = Journal.socketPath
    ) {
        self.identifier = identifier
        self.destination = destination
        self.threshold = threshold
        output = JournalOutput(socketPath: socketPath)
    }

    /// Writes one entry. Field names are upper-case letters, digits and underscores, beginning with a letter, at most 64
    /// characters; another makes the whole entry a line on standard error, so that it is noticed.
    package func write(
        _ priority: Priority, _ message: String, id: JournalMessageID? = nil,
        fields: KeyValuePairs<String, String> = [:]
    ) {
        guard priority.rawValue <= threshold.rawValue else { return }
        switch destination {
        case .lines(let descriptor):
            writeLine(priority, message, fields, to: descriptor)
        case .journal:
            let result = send(priority, message, id, fields)
            guard result < 0 else { return }
            writeLine(priority, message, fields, to: STDERR_FILENO)
            writeLine(
                .warning, "The journal did not take the entry above: \(describe(errno: -result)).", [:],
                to: STDERR_FILENO)
        }
    }

    private func send(
        _ priority: Priority, _ message: String, _ id: JournalMessageID?, _ fields: KeyValuePairs<String, String>
    ) -> Int32 {
        var entry = JournalEntry()
        entry.append("MESSAGE", cut(message))
        entry.append("PRIORITY", "\(priority.rawValue)")
        entry.append("SYSLOG_IDENTIFIER", identifier)
        if let id { entry.append("MESSAGE_ID", "\(id)") }
        for (name, value) in fields {
            // The journal would leave the field out and say nothing.
            guard JournalEntry.isFieldName(name) else { return -EINVAL }
            entry.append(name, cut(value))
        }
        return output.send(entry)
    }

    private func writeLine(
        _ priority: Priority, _ message: String, _ fields: KeyValuePairs<String, String>,
        to descriptor: Int32
    ) {
        var text = "\(identifier): \(priority): \(cut(message))"
        for (name, value) in fields { text += " \(name)=\(cut(value))" }
        // One entry is one line, whatever is in it: nobody forges a second entry with a line break.
        output.write(line: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }, to: descriptor)
    }

    private func cut(_ text: String) -> String {
        guard text.utf8.count > Self.valueLimit else { return text }
        return String(decoding: text.utf8.prefix(Self.valueLimit), as: UTF8.self)
    }
}
