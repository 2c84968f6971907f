import Glibc
import SystemdRuntime
import TestBus
import Testing

extension PrivateBus {
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
}
