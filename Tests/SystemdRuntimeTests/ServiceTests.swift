import Glibc
import TestBus
import Testing

@testable import SystemdRuntime

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

        @Test func `a service manager that does not read makes nobody wait`() throws {
            let manager = try NotifySocket()
            var refused: Set<Int32> = []
            for _ in 0..<1000 {
                do { try Notify.watchdog() } catch { refused.insert(error.errno) }
            }
            #expect(refused == [EAGAIN])
            #expect(try manager.receive() == "WATCHDOG=1")
            #expect(try Notify.status("again") == .sent)
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

        @Test func `a reader of lines that hangs makes nobody wait, and hears later how many it missed`() throws {
            let ends = try makePipe()
            defer { for end in ends { close(end) } }
            let journal = Journal(identifier: "mortised", destination: .lines(fileDescriptor: ends[1]))
            for number in 0..<1000 { journal.write(.info, "\(number) " + String(repeating: "x", count: 500)) }
            #expect(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
            func lines() -> [Substring] {
                var bytes: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 4096)
                while case let count = read(ends[0], &chunk, chunk.count), count > 0 { bytes += chunk.prefix(count) }
                return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            }
            let taken = lines().count { $0.hasSuffix("x") && $0.utf8.count > 500 }
            #expect((1..<1000).contains(taken))
            journal.write(.info, "back")
            journal.write(.info, "and on")
            let last = lines().map(String.init)
            #expect(last == ["mortised: info: back DROPPED=\(1000 - taken)", "mortised: info: and on"])
        }

        @Test func `a line that was cut off by a full pipe does not run into the next`() throws {
            let ends = try makePipe()
            defer { for end in ends { close(end) } }
            #expect(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
            // F_SETPIPE_SZ, which Swift's Glibc does not have. A page: the first part of the line goes, the rest does not.
            try #require(fcntl(ends[1], 1031, 4096) == 4096)
            let journal = Journal(identifier: "mortised", destination: .lines(fileDescriptor: ends[1]))
            journal.write(.info, String(repeating: "x", count: Journal.valueLimit))
            var chunk = [UInt8](repeating: 0, count: 8192)
            #expect(read(ends[0], &chunk, chunk.count) == 4096)
            journal.write(.info, "back")
            let count = read(ends[0], &chunk, chunk.count)
            #expect(String(decoding: chunk.prefix(count), as: UTF8.self) == "\nmortised: info: back DROPPED=1\n")
        }

        @Test func `an entry reaches the journal in its native protocol`() throws {
            let reader = try DatagramReader()
            let journal = Journal(identifier: "mortised", destination: .journal, socketPath: reader.address)
            journal.write(.notice, "Locked.", id: JournalMessageID(1), fields: ["MORTISE_WHO": "a\nb"])
            #expect(
                try reader.receive()
                    == """
                    MESSAGE=Locked.
                    PRIORITY=5
                    SYSLOG_IDENTIFIER=mortised
                    MESSAGE_ID=00000000000000000000000000000001
                    MORTISE_WHO
                    \u{3}\0\0\0\0\0\0\0a
                    b

                    """)
        }

        @Test func `a journal that hangs makes nobody wait, and hears later how many entries it missed`() throws {
            let reader = try DatagramReader()
            let journal = Journal(identifier: "mortised", destination: .journal, socketPath: reader.address)
            for number in 0..<1000 { journal.write(.info, "\(number)") }
            var taken = 0
            while let entry = reader.receiveNow() {
                #expect(entry.hasPrefix("MESSAGE=\(taken)\n"))
                #expect(!entry.contains("DROPPED="))
                taken += 1
            }
            #expect((1..<1000).contains(taken))
            journal.write(.info, "back")
            #expect(try reader.receive().hasSuffix("\nDROPPED=\(1000 - taken)\n"))
            journal.write(.info, "and on")
            #expect(try !reader.receive().contains("DROPPED="))
        }

        @Test func `a field name that the journal would not take is noticed`() throws {
            for name in ["", "lower", "_OWN", "1ST", "A=B", "A\nB", String(repeating: "A", count: 65)] {
                #expect(!JournalEntry.isFieldName(name))
            }
            for name in ["A", "MORTISE_FAULT", "B2", String(repeating: "A", count: 64)] {
                #expect(JournalEntry.isFieldName(name))
            }
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

/// What a service manager listens on.
private final class NotifySocket {
    private let reader: DatagramReader

    init() throws {
        reader = try DatagramReader()
        setenv("NOTIFY_SOCKET", reader.address, 1)
    }

    func receive() throws -> String { try reader.receive() }

    deinit { unsetenv("NOTIFY_SOCKET") }
}
