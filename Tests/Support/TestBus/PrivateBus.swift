internal import Glibc
package import SystemdRuntime

/// A real dbus-daemon of the test's own: own directory, own socket, nothing is started on demand. Ends with this object.
package final class PrivateBus {
    package let address: Bus.Address
    private let directory: String
    private var process: pid_t = 0

    package init() throws {
        directory = try Self.makeDirectory()
        let socket = directory + "/bus"
        let configuration = directory + "/bus.conf"
        try write(
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
            """, to: configuration)
        // Other users reach the socket, so that the daemon has to refuse them by itself.
        chmod(directory, 0o755)
        address = .address("unix:path=\(socket)")
        try start()
    }

    /// Starts the daemon, again after ``end()``, at the same address; returns when it listens.
    package func start() throws {
        unlink(directory + "/bus")
        let ends = try makePipe()
        defer { close(ends[0]) }
        do {
            defer { close(ends[1]) }
            process = try Self.spawn(
                configuration: directory + "/bus.conf", log: directory + "/log", addressTo: ends[1])
        }
        // The address is printed when the daemon listens: that is what is waited for.
        _ = try Self.line(from: ends[0])
    }

    /// Makes it hang: its socket is there, and nobody answers.
    package func freeze() { kill(process, SIGSTOP) }
    package func thaw() { kill(process, SIGCONT) }

    /// Kills the daemon and waits for its end. A killed process ends at once, so the wait is short.
    package func end() {
        guard process > 0 else { return }
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        process = 0
    }

    deinit {
        end()
        for name in ["bus", "bus.conf", "log"] { unlink(directory + "/" + name) }
        rmdir(directory)
    }

    private static func makeDirectory() throws -> String {
        var template = Array("/tmp/mortise-bus-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SupportFailure("make a directory") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func spawn(configuration: String, log: String, addressTo descriptor: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // A number above those the test runner may have open without close-on-exec, and another than the pipe's own.
        posix_spawn_file_actions_adddup2(&actions, descriptor, 200)
        // In a container it complains of limits that it may not raise.
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT, 0o600)
        let words = [
            "dbus-daemon", "--config-file=\(configuration)", "--nofork", "--nopidfile", "--nosyslog",
            "--print-address=200",
        ]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        // Not the tests' own surroundings: it would tell another test's service manager that it is ready.
        var variables: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { for variable in variables { free(variable) } }
        let result = posix_spawnp(&process, "dbus-daemon", &actions, nil, &arguments, &variables)
        guard result == 0 else { throw SupportFailure("start dbus-daemon (is it installed?)", errno: result) }
        return process
    }

    private static func line(from descriptor: Int32) throws -> String {
        var bytes: [UInt8] = []
        while bytes.last != UInt8(ascii: "\n") {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, Int32(patience.components.seconds * 1000)) == 1 else {
                throw SupportFailure("wait for dbus-daemon, which says nothing")
            }
            var byte: UInt8 = 0
            guard read(descriptor, &byte, 1) == 1 else {
                throw SupportFailure(
                    "read what dbus-daemon says: it has ended, and its log is in the directory of the bus in /tmp")
            }
            bytes.append(byte)
        }
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
}
