internal import Configuration
internal import Glibc

/// What the kernel says of this process's threads (`/proc/self/task`, proc(5)).
enum ThreadState {
    private static let folder = "/proc/self/task"

    /// Whether a thread of this name sleeps in the kernel where no signal reaches it: as a rule, waiting for a disk. Such a
    /// process cannot be killed before the disk has answered.
    static func isHeldByKernel(_ name: String) -> Bool {
        guard let directory = opendir(folder) else { return false }
        defer { closedir(directory) }
        while let entry = Glibc.readdir(directory) {
            let thread = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let number = Int(thread), let state = state(of: number, named: name) else { continue }
            return state == UInt8(ascii: "D")
        }
        return false
    }

    /// `stat` has the number, the name in parentheses, and the state's letter. nil: it has another name, or has ended.
    private static func state(of thread: Int, named name: String) -> UInt8? {
        let bytes: [UInt8]
        do throws(FileReadError) { bytes = try readFile(path: "\(folder)/\(thread)/stat") } catch { return nil }
        // A name may itself have parentheses in it.
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")), let close = bytes.lastIndex(of: UInt8(ascii: ")")),
            open < close, close + 2 < bytes.count, bytes[(open + 1)..<close].elementsEqual(name.utf8)
        else { return nil }
        return bytes[close + 2]
    }
}
