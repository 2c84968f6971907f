import Glibc
import LockSimulation

/// Counts allocations with glibc's tracer: a second run of this program, under libc_malloc_debug.so.0, writes one line for each.
enum MallocTrace {
    private static let library = "libc_malloc_debug.so.0"
    private static let replays = 200

    /// In the first run: has the second one count, and puts it in words.
    static func report(_ replay: CoreReplay) -> [String] {
        let inputs = Double(replay.count * replays)
        guard let core = traced(baseline: false), let idle = traced(baseline: true) else {
            return ["allocations           not counted: \(library) of glibc could not be used"]
        }
        return [
            "allocations           \(figure(Double(core) / inputs)) an input (\(core) mallocs in \(Int(inputs)) inputs, "
                + "by mtrace); the dictionary's \(figure(Double(idle) / inputs))"
        ]
    }

    /// How many allocations the second run made while it was tracing.
    private static func traced(baseline: Bool) -> Int? {
        var template = Array("/tmp/mortise-sim-mtrace-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        var arguments = ["/proc/self/exe", "bench", "--counted-replays", "\(replays)"]
        if baseline { arguments.append("--counts-baseline") }
        let environment = ["LD_PRELOAD": library, "MALLOC_TRACE": path]
        guard var child = try? ChildProcess(arguments, environment: environment, errors: "/dev/null"),
            child.wait() == 0
        else { return nil }
        return allocations(in: descriptor)
    }

    /// Lines are `@ caller + address size` for malloc, and `@ caller > address size` for what realloc gave anew.
    private static func allocations(in descriptor: Int32) -> Int? {
        var count = 0
        var total = 0
        var words = 0
        var isInWord = false
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let length = read(descriptor, &buffer, buffer.count)
            guard length > 0 else { break }
            total += length
            for byte in buffer[..<length] {
                switch byte {
                case UInt8(ascii: "\n"):
                    words = 0
                    isInWord = false
                case UInt8(ascii: " "): isInWord = false
                default:
                    if !isInWord {
                        words += 1
                        isInWord = true
                        // The third word says what was done.
                        if words == 3, byte == UInt8(ascii: "+") || byte == UInt8(ascii: ">") { count += 1 }
                    }
                }
            }
        }
        // Without the library there is no trace at all, not even its first line.
        return total > 0 ? count : nil
    }

    /// In the second run: traces so many replays. False: there is nothing to trace with.
    static func count(_ times: Int, baseline: Bool) -> Bool {
        let replay = CoreReplay()
        // Once before, so that what is made only once is there.
        var sum = replay.replay(1) + replay.baseline(1)
        typealias Switch = @convention(c) () -> Void
        guard let on = symbol("mtrace"), let off = symbol("muntrace") else { return false }
        let begin = unsafeBitCast(on, to: Switch.self)
        let end = unsafeBitCast(off, to: Switch.self)
        begin()
        sum += baseline ? replay.baseline(times) : replay.replay(times)
        end()
        return sum > 0
    }

    /// The oldest version of a symbol of glibc's: the tracer's own functions have no other, and libc's newer ones do nothing.
    private static func symbol(_ name: String) -> UnsafeMutableRawPointer? {
        typealias VersionedLookUp =
            @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>, UnsafePointer<CChar>)
            -> UnsafeMutableRawPointer?
        guard let address = dlsym(nil, "dlvsym") else { return nil }
        return unsafeBitCast(address, to: VersionedLookUp.self)(nil, name, baseVersion)
    }

    #if arch(arm64)
        private static let baseVersion = "GLIBC_2.17"
    #else
        private static let baseVersion = "GLIBC_2.2.5"
    #endif
}
