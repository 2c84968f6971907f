import Glibc
import SystemdRuntime
import Testing

extension SystemdRuntimeTests {
    @Suite struct ServiceTests {
        @Test func `the service manager hears of readiness, status, watchdog, reload and end`() throws {
            let manager = try NotifySocket()
            #expect(try Notify.ready(status: "locked\nREADY=0") == .sent)
            #expect(try manager.receive() == "READY=1\nSTATUS=locked READY=0")
            #expect(try Notify.status("unlocked") == .sent)
            #expect(try manager.receive() == "STATUS=unlocked")
            #expect(try Notify.watchdog() == .sent)
            #expect(try manager.receive() == "WATCHDOG=1")
            #expect(try Notify.reloading() == .sent)
            #expect(try manager.receive().hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
            #expect(try Notify.stopping(status: "bye") == .sent)
            #expect(try manager.receive() == "STOPPING=1\nSTATUS=bye")
        }

        @Test func `without a service manager nobody was told, and that is no error`() throws {
            unsetenv("NOTIFY_SOCKET")
            #expect(try Notify.ready(status: "locked") == .noSocket)
        }

        @Test func `a service manager that is not there is an error`() throws {
            setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1)
            defer { unsetenv("NOTIFY_SOCKET") }
            let error = #expect(throws: SystemdError.self) { try Notify.watchdog() }
            #expect(error?.errno == ENOENT)
        }

        @Test func `the watchdog's interval is read, if it is for this process`() throws {
            defer {
                unsetenv("WATCHDOG_USEC")
                unsetenv("WATCHDOG_PID")
            }
            #expect(try WatchdogInterval.fromEnvironment() == nil)
            setenv("WATCHDOG_USEC", "30000000", 1)
            #expect(try WatchdogInterval.fromEnvironment() == .seconds(30))
            setenv("WATCHDOG_PID", "1", 1)
            #expect(try WatchdogInterval.fromEnvironment() == nil)
            setenv("WATCHDOG_PID", "\(getpid())", 1)
            setenv("WATCHDOG_USEC", "soon", 1)
            #expect(throws: SystemdError.self) { try WatchdogInterval.fromEnvironment() }
        }

        @Test func `without a journal an entry is one line, whatever is in it`() throws {
            let ends = try makePipe()
            defer { close(ends[0]) }
            let journal = Journal(identifier: "mortised", destination: .lines(fileDescriptor: ends[1]))
            journal.write(
                .warning, "The bolt is jammed.\nmortised: info: all is well", id: JournalMessageID(1),
                fields: ["MORTISE_FAULT": "blocked"])
            journal.write(.debug, "not urgent enough")
            journal.write(.info, String(repeating: "x", count: 10 * Journal.valueLimit))
            close(ends[1])
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4096)
            while case let count = read(ends[0], &chunk, chunk.count), count > 0 { bytes += chunk.prefix(count) }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            try #require(lines.count == 2)
            #expect(
                lines[0]
                    == "mortised: warning: The bolt is jammed. mortised: info: all is well MORTISE_FAULT=blocked")
            #expect(lines[1].utf8.count < 2 * Journal.valueLimit)
        }

        @Test func `standard error that does not lead to the journal gets lines`() {
            unsetenv("JOURNAL_STREAM")
            #expect(Journal.Destination.automatic == .lines(fileDescriptor: STDERR_FILENO))
            setenv("JOURNAL_STREAM", "1:1", 1)
            defer { unsetenv("JOURNAL_STREAM") }
            #expect(Journal.Destination.automatic == .lines(fileDescriptor: STDERR_FILENO))
        }

        @Test func `a message id is written as catalogues write it`() {
            #expect(
                JournalMessageID(0x8d45_620c_1a43_48db_b174_10da_57c6_0c66).description
                    == "8d45620c1a4348dbb17410da57c60c66")
            #expect(JournalMessageID(1).description == "00000000000000000000000000000001")
        }
    }
}

/// What a service manager listens on. In the abstract namespace, so that nothing is left in the file system.
private final class NotifySocket {
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        let name = "mortise-notify-\(getpid())"
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let length = MemoryLayout<sa_family_t>.size + 1 + name.utf8.count
        withUnsafeMutableBytes(of: &address) { bytes in
            bytes[(MemoryLayout<sa_family_t>.size + 1)...].copyBytes(from: name.utf8)
        }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(length)) }
        }
        try #require(bound == 0)
        setenv("NOTIFY_SOCKET", "@" + name, 1)
    }

    func receive() throws -> String {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        try #require(poll(&entry, 1, Int32(patience.components.seconds * 1000)) == 1)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        try #require(count >= 0)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    deinit {
        unsetenv("NOTIFY_SOCKET")
        close(descriptor)
    }
}
