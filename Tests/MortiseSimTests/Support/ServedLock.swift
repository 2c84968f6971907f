import Glibc
import TestPrograms

/// A simulated lock that runs, as `mortise-sim --serve` has it, and phones that are programs of their own. Gone with it.
final class ServedLock {
    private var server: Child
    private let directory: String
    /// For `MORTISE_BUS`.
    let bus: String

    /// Beside the test program, where the build has put it.
    private static let folder: String = {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count - 1))
        let this = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return this.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }()

    static var program: String { folder + "/mortise-sim" }

    static func start() throws -> ServedLock {
        // The path of a socket must be short.
        var template = Array("/tmp/mortise-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SupportError("no directory: errno \(errno)") }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let server = try Child(
            program, ["--serve", "--state-directory", directory + "/state"],
            environment: environment(directory), hasInput: true)
        var bus = ""
        while let line = try server.readLine() {
            if line == "READY" { return ServedLock(server: server, directory: directory, bus: bus) }
            if line.hasPrefix("MORTISE_BUS=") { bus = String(line.dropFirst(12).prefix { $0 != " " }) }
        }
        throw SupportError("the simulator ended before it was ready")
    }

    private init(server: consuming Child, directory: String, bus: String) {
        self.server = server
        self.directory = directory
        self.bus = bus
    }

    deinit {
        // In order, so that its bus goes with it.
        try? server.say("quit")
        _ = try? server.finish(within: 30)
        for folder in ["/state/phones/phone", "/state/phones/Bob", "/state/phones", "/state", "/run", ""] {
            Self.removeFiles(of: directory + folder)
        }
    }

    private static func removeFiles(of path: String) {
        guard let entries = opendir(path) else { return }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            unlink(path + "/" + name)
        }
        closedir(entries)
        rmdir(path)
    }

    private static func environment(_ directory: String) -> [String: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": directory, "TZ": "UTC0", "LC_ALL": "C.UTF-8",
            "COLUMNS": "80",
        ]
    }

    var stateDirectory: String { directory + "/state" }

    /// Tells the simulator something, and waits until it has done it.
    func say(_ line: String) throws {
        try server.say(line)
        guard let answer = try server.readLine(), answer == "ok" else { throw SupportError("“\(line)” was not done") }
    }

    /// Asks the simulator for its state.
    func status() throws -> String {
        try server.say("status")
        return try server.readLine() ?? ""
    }

    /// Asks until the state has this in it: the simulator hears of what the lock does a little after a phone does.
    func wait(for words: String) throws {
        let deadline = Deadline(seconds: 60)
        while true {
            let status = try status()
            if status.contains(words) { return }
            guard deadline.milliseconds > 0 else { throw SupportError("“\(words)” never was in \(status)") }
            usleep(10_000)
        }
    }

    /// Starts `mortise-sim phone …`.
    func start(_ arguments: [String]) throws -> Child {
        try Child(
            Self.program, ["phone"] + arguments + ["--state-directory", stateDirectory],
            environment: Self.environment(directory))
    }

    /// Runs `mortise-sim phone …`.
    func phone(_ arguments: String...) throws -> Child.End { try run(arguments) }

    func run(_ arguments: [String]) throws -> Child.End {
        var child = try start(arguments)
        return try child.finish(within: 60)
    }

    /// Makes the phone called `phone` the owner's. A press that a lock was not up for yet is made again.
    func own() throws {
        let deadline = Deadline(seconds: 60)
        while true {
            try say("button press 100ms")
            let end = try phone("pair", "--setup-code", "--name", "Ada", "--wait", "3")
            if end.status == 0 { return }
            guard deadline.milliseconds > 0 else { throw SupportError("not paired: \(end.error)\(end.output)") }
        }
    }
}
