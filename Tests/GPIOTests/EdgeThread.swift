import Glibc
import Testing

/// The kernel's thread that makes events of a requested line's interrupts. gpio-sim's interrupt has one pending bit: a level that
/// moves again before the thread has run makes no edge of its own, so who counts edges waits for the thread in between.
struct EdgeThread {
    private let process: String

    /// Of the only requested line that has this consumer, a name of at most 6 letters.
    init(consumer: String) throws {
        let folder = try #require(opendir("/proc"))
        defer { closedir(folder) }
        var found: String?
        while found == nil, let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard Int(name) != nil, let comm = Self.read("/proc/\(name)/comm") else { continue }
            if comm.hasPrefix("irq/"), comm.hasSuffix("-\(consumer)\n") { found = name }
        }
        process = try #require(found, "the kernel has no thread for \(consumer)")
    }

    /// Does what makes one edge, and waits until the thread has run and sleeps again.
    func afterEdge(_ cause: () throws -> Void) throws {
        let before = try sleeps()
        try cause()
        let deadline = ContinuousClock().now + .seconds(10)
        while try sleeps() == before {
            try #require(ContinuousClock().now < deadline, "the kernel has not dealt with an edge for 10 s")
            sched_yield()
        }
    }

    /// How often it has gone to sleep.
    private func sleeps() throws -> Int {
        let status = try #require(Self.read("/proc/\(process)/status"))
        let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
        return try #require(line?.split(separator: "\t").last.flatMap { Int($0) })
    }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
}
