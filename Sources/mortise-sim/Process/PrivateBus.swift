import Glibc

/// A message bus of our own: a dbus-daemon with its own socket, that ends with this object.
struct PrivateBus: ~Copyable {
    /// As D-Bus libraries and `MORTISE_BUS` take it.
    var address: String { started.address }
    private let directory: String
    private let started: Started

    /// A bus that listens.
    private struct Started: ~Copyable {
        let process: ChildProcess
        let address: String
    }

    /// How long the bus may take to listen.
    private static let startLimit: Duration = .seconds(10)

    init() throws {
        let wanted = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? ""
        let parent = !wanted.isEmpty && access(wanted, W_OK) == 0 ? wanted : "/tmp"
        LeftoverBuses.sweep(parent)
        var template = Array("\(parent)/mortise-sim-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SetupFailure("make a directory for the bus", errno: errno) }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do {
            let file = directory + "/bus.conf"
            try Self.write(Self.configuration(socket: directory + "/bus"), to: file)
            started = try Self.start(file, log: directory + "/log")
            self.directory = directory
            LeftoverBuses.note(owner: getpid(), bus: started.process.identifier, in: directory)
        } catch {
            Self.remove(directory)
            throw error
        }
    }

    private static func start(_ file: String, log: String) throws -> Started {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SetupFailure("make a pipe", errno: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let process: ChildProcess
        do {
            defer { close(ends[1]) }
            process = try ChildProcess(
                ["dbus-daemon", "--config-file=\(file)", "--nofork", "--nopidfile", "--nosyslog", "--print-address"],
                output: ends[1], errors: log)
        }
        return Started(process: process, address: try line(from: ends[0], log: log))
    }

    private static func write(_ text: String, to path: String) throws {
        var file = try OutputFile(creating: path)
        file.write(text)
        guard file.flush() else { throw SetupFailure("write \(path)", errno: errno) }
    }

    deinit { Self.remove(directory) }

    /// Removes what a bus leaves in the file system.
    static func remove(_ directory: String) {
        LeftoverBuses.forget(directory)
        for name in ["bus", "bus.conf", "log"] { unlink(directory + "/" + name) }
        rmdir(directory)
    }

    /// Everybody who may open the socket may do everything; the directory is the user's only.
    private static func configuration(socket: String) -> String {
        """
        <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
          "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
        <busconfig>
          <listen>unix:path=\(socket)</listen>
          <auth>EXTERNAL</auth>
          <policy context="default">
            <allow user="*"/>
            <allow own="*"/>
            <allow send_destination="*"/>
            <allow receive_sender="*"/>
          </policy>
        </busconfig>

        """
    }

    private static func line(from descriptor: Int32, log: String) throws -> String {
        var bytes: [UInt8] = []
        let clock = ContinuousClock()
        let deadline = clock.now + startLimit
        while bytes.last != UInt8(ascii: "\n") {
            let left = max(.zero, deadline - clock.now).components
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            guard poll(&entry, 1, Int32(clamping: milliseconds)) == 1 else {
                throw SetupFailure("dbus-daemon did not say its address in 10 s; its log is \(log)")
            }
            var byte: UInt8 = 0
            guard read(descriptor, &byte, 1) == 1 else {
                throw SetupFailure("dbus-daemon ended before it listened; its log is \(log)")
            }
            bytes.append(byte)
        }
        // `unix:path=…,guid=…`: the guid only gets in the way of copying.
        let printed = String(decoding: bytes.dropLast(), as: UTF8.self)
        return String(printed.prefix { $0 != "," })
    }
}
