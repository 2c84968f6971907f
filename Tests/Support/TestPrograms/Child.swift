internal import Glibc

/// Something of the test's surroundings did not work.
package struct SupportError: Error, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
}

/// A program under test, with pipes on its standard output and error, and its standard input where that is asked for. Killed when
/// dropped.
package struct Child: ~Copyable {
    private let process: pid_t
    private let output: Pipe
    private let error: Pipe
    private let input: Pipe?
    private var status: Int32?

    /// - Parameters:
    ///   - environment: all of it; nothing is inherited.
    ///   - hasInput: whether something is going to be said to it; otherwise its standard input is empty.
    package init(
        _ program: String, _ arguments: [String], environment: [String: String], hasInput: Bool = false
    ) throws {
        let output = try Pipe()
        let error = try Pipe()
        let input = hasInput ? try Pipe() : nil
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input.reader, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, output.writer, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, error.writer, STDERR_FILENO)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The test process may have blocked signals; the program must not inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for string in argv + envp { free(string) } }
        var process = pid_t()
        let result = posix_spawnp(&process, program, &actions, &attributes, &argv, &envp)
        guard result == 0 else { throw SupportError("cannot run \(program): \(String(cString: strerror(result)))") }
        output.closeWriter()
        error.closeWriter()
        self.process = process
        self.output = output
        self.error = error
        self.input = input
    }

    deinit {
        guard status == nil else { return }
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// A line for its standard input.
    package func say(_ line: String) throws {
        guard let input else { throw SupportError("nothing can be said to this program") }
        try input.write(Array("\(line)\n".utf8))
    }

    /// The next line of standard output, without its end; nil at the end of the output.
    package func readLine(within seconds: Int = 20) throws -> String? {
        let deadline = Deadline(seconds: seconds)
        while true {
            if let line = output.takeLine() { return line }
            guard !output.isAtEnd else { return output.takeRest() }
            try wait(until: deadline)
        }
    }

    package struct End {
        package var output: String
        package var error: String
        /// The exit status, or 128 and the number of the signal.
        package var status: Int32
    }

    /// Everything that is still to come, and the end.
    package mutating func finish(within seconds: Int = 20) throws -> End {
        let deadline = Deadline(seconds: seconds)
        while !output.isAtEnd || !error.isAtEnd { try wait(until: deadline) }
        // Both pipes are closed: it is ending, or has ended.
        var raw: Int32 = 0
        while waitpid(process, &raw, WNOHANG) == 0 {
            guard deadline.milliseconds > 0 else { throw SupportError("closed its output and did not end") }
            sched_yield()
        }
        let signal = raw & 0x7F
        let code = signal == 0 ? raw >> 8 & 0xFF : 128 + signal
        status = code
        return End(output: output.takeRest() ?? "", error: error.takeRest() ?? "", status: code)
    }

    package func interrupt() { kill(process, SIGINT) }

    private func wait(until deadline: Deadline) throws {
        // A descriptor of -1 is left out by poll.
        var descriptors = [
            pollfd(fd: output.isAtEnd ? -1 : output.reader, events: Int16(POLLIN), revents: 0),
            pollfd(fd: error.isAtEnd ? -1 : error.reader, events: Int16(POLLIN), revents: 0),
        ]
        guard deadline.milliseconds > 0, poll(&descriptors, 2, deadline.milliseconds) > 0 else {
            throw SupportError(
                "no output in time; so far: \(output.takeRest() ?? "") / \(error.takeRest() ?? "")")
        }
        if descriptors[0].revents != 0 { output.read() }
        if descriptors[1].revents != 0 { error.read() }
    }
}

/// A moment after which a wait has failed.
package struct Deadline {
    private let end: ContinuousClock.Instant

    package init(seconds: Int) { end = .now + .seconds(seconds) }

    /// What is left, for `poll`.
    package var milliseconds: Int32 {
        let left = ContinuousClock.now.duration(to: end).components
        return left.seconds < 0 ? 0 : Int32(clamping: left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000)
    }
}

/// A pipe, and what was read from it.
private final class Pipe {
    let reader: Int32
    private(set) var writer: Int32
    private(set) var isAtEnd = false
    private var bytes: [UInt8] = []

    init() throws {
        var ends: [Int32] = [-1, -1]
        // Closed on exec from the beginning: another test may start a program at this very moment. (pipe2 is not
        // imported.)
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SupportError("no pipe: errno \(errno)") }
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        close(reader)
        if writer >= 0 { close(writer) }
    }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(writer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw SupportError("the program hears nothing more: errno \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    func closeWriter() {
        close(writer)
        writer = -1
    }

    func read() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(reader, &buffer, buffer.count)
        if count > 0 { bytes += buffer.prefix(count) } else { isAtEnd = true }
    }

    func takeLine() -> String? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = String(decoding: bytes[..<end], as: UTF8.self)
        bytes.removeFirst(end + 1)
        return line
    }

    /// nil: nothing is left.
    func takeRest() -> String? {
        guard !bytes.isEmpty else { return nil }
        defer { bytes = [] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
