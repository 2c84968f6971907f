import Glibc

/// What the kernel has counted for this process: who has been woken, and what was written.
struct ThreadCounts {
    /// One thread.
    struct Entry {
        var name: String
        /// How often it went to sleep by itself, and so how often it was woken.
        var waits: Int
    }

    /// By thread id.
    private(set) var threads: [Int: Entry] = [:]
    /// Bytes that were given to the kernel to write, or had to be written to a disk. Not the disk's alone: a store on a tmpfs, as
    /// `/tmp` is on Debian 13, has none.
    private(set) var written = 0

    /// For tests.
    init(threads: [Int: Entry], written: Int) {
        self.threads = threads
        self.written = written
    }

    /// The names of threads that did not run through the whole time between two counts.
    static func missing(of names: [String], in before: ThreadCounts, _ after: ThreadCounts) -> [String] {
        names.filter { name in
            !after.threads.contains { id, entry in entry.name == name && before.threads[id]?.name == name }
        }
    }

    init() {
        guard let directory = opendir("/proc/self/task") else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let id = Int(name) else { continue }
            let status = Self.fields("/proc/self/task/\(name)/status")
            guard let waits = status["voluntary_ctxt_switches"].flatMap({ Int($0) }) else { continue }
            threads[id] = Entry(name: status["Name"] ?? "?", waits: waits)
        }
        let io = Self.fields("/proc/self/io")
        written = ["wchar", "write_bytes"].compactMap { io[$0].flatMap { Int($0) } }.reduce(0, +)
    }

    private static func fields(_ path: String) -> [String: String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [:] }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = read(descriptor, &buffer, buffer.count)
        var fields: [String: String] = [:]
        for line in String(decoding: buffer[..<max(count, 0)], as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields[String(parts[0])] = parts[1].drop { $0 == " " || $0 == "\t" }.description
        }
        return fields
    }
}
