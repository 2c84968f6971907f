import Glibc
import SystemdRuntime
import Testing

/// A real dbus-daemon of the test's own: own directory, own socket, nothing is started on demand. Ends with this object.
final class PrivateBus {
    let address: Bus.Address
    private let directory: String
    private var process: pid_t = 0

    init() throws {
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
    func start() throws {
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
    func freeze() { kill(process, SIGSTOP) }
    func thaw() { kill(process, SIGCONT) }

    /// What dbus-send, which comes with dbus-daemon, says on both of its outputs when another user calls something of the lock's.
    func send(_ method: String, _ arguments: [String] = [], asUser user: UInt32) throws -> String {
        let ends = try makePipe()
        defer { close(ends[0]) }
        guard case .address(let text) = address else { return "" }
        let words =
            [
                "setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "dbus-send", "--bus=\(text)",
                "--print-reply", "--dest=org.mortise.Lock1", "/org/mortise/Lock1", method,
            ] + arguments
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        var list: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for word in list { free(word) } }
        var child: pid_t = 0
        try #require(posix_spawnp(&child, "setpriv", &actions, nil, &list, environ) == 0)
        close(ends[1])
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = read(ends[0], &chunk, chunk.count), count > 0 { output += chunk.prefix(count) }
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return String(decoding: output, as: UTF8.self)
    }

    /// Kills the daemon and waits for its end. A killed process ends at once, so the wait is short.
    func end() {
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
        try #require(mkdtemp(&template) != nil)
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
        try #require(result == 0, "dbus-daemon could not be started; is it installed?")
        return process
    }

    private static func line(from descriptor: Int32) throws -> String {
        var bytes: [UInt8] = []
        while bytes.last != UInt8(ascii: "\n") {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            try #require(poll(&entry, 1, Int32(patience.components.seconds * 1000)) == 1, "dbus-daemon says nothing")
            var byte: UInt8 = 0
            try #require(
                read(descriptor, &byte, 1) == 1, "dbus-daemon has ended; its log is in the directory of the bus in /tmp"
            )
            bytes.append(byte)
        }
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
}

/// The reading and the writing end of a pipe that no child inherits.
func makePipe() throws -> [Int32] {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    for end in ends { try #require(fcntl(end, F_SETFD, FD_CLOEXEC) == 0) }
    return ends
}

/// Writes a small file.
func write(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
}
