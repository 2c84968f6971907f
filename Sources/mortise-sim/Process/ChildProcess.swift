import CommandSupport
import Glibc

/// A program that this one has started, ended with it.
struct ChildProcess: ~Copyable {
    /// Why a program could not be started.
    struct Failure: Error, CustomStringConvertible {
        var program: String
        var code: Int32
        var description: String {
            "cannot start \(program): \(String(cString: strerror(code))) (errno \(code)); is it installed?"
        }
    }

    let identifier: pid_t
    private var hasEnded = false

    /// How long a program may take to end when it is asked to, before it is killed.
    static let endLimit: Duration = .seconds(2)

    /// Starts a program found in PATH. It gets no signal mask of ours, and dies no later than this object.
    /// - Parameters:
    ///   - environment: variables besides those of this process.
    ///   - output: what becomes its standard output; nil: it is thrown away.
    ///   - errors: a file that its standard error goes to; nil: it shares ours.
    init(
        _ arguments: [String], environment: [String: String] = [:], output: Int32? = nil, errors: String? = nil
    ) throws(Failure) {
        let program = arguments.first ?? ""
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        }
        if let errors {
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // A group of its own: the terminal's interrupt key is for us, and we end it.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var variables = Self.inherited(without: environment.keys) + environment.map { "\($0.key)=\($0.value)" }
        variables.sort()
        var entries: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for entry in entries { free(entry) } }
        var identifier: pid_t = 0
        let code = posix_spawnp(&identifier, program, &actions, &attributes, &words, &entries)
        guard code == 0 else { throw Failure(program: program, code: code) }
        self.identifier = identifier
    }

    deinit {
        guard !hasEnded else { return }
        kill(identifier, SIGTERM)
        let clock = ContinuousClock()
        let deadline = clock.now + Self.endLimit
        var status: Int32 = 0
        while waitpid(identifier, &status, WNOHANG) == 0 {
            guard clock.now < deadline else {
                kill(identifier, SIGKILL)
                waitpid(identifier, &status, 0)
                return
            }
            // Only at the very end, and only until the program has ended.
            rest(for: .milliseconds(5))
        }
    }

    /// Waits for its end; nil: a signal ended it.
    mutating func wait() -> Int32? {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        hasEnded = true
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
    }

    private static func inherited(without keys: some Collection<String>) -> [String] {
        var variables: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if !keys.contains(where: { text.hasPrefix("\($0)=") }) { variables.append(text) }
            next += 1
        }
        return variables
    }
}
