import Glibc
import Testing

/// A directory of the test's own, removed with everything in it at the end.
final class TemporaryDirectory {
    let path: String
    private var isMounted = false

    init() throws {
        var template = Array("/tmp/mortise-storage-XXXXXX".utf8CString)
        let made = mkdtemp(&template).map { String(cString: $0) }
        path = try #require(made, "mkdtemp: errno \(errno)")
    }

    deinit {
        if isMounted { umount2(path, Int32(MNT_DETACH)) }
        Self.remove(path)
    }

    /// The store's path in it.
    var store: String { path + "/lock.db" }

    /// Makes it a small file system in memory.
    func mountMemory(options: String) throws {
        let result = mount("tmpfs", path, "tmpfs", 0, options)
        try #require(result == 0, "mount: errno \(errno)")
        isMounted = true
    }

    /// Gives a mounted one other options.
    func remount(options: String, readOnly: Bool = false) throws {
        let flags = UInt(MS_REMOUNT) | (readOnly ? UInt(MS_RDONLY) : 0)
        let result = mount("tmpfs", path, "tmpfs", flags, options)
        try #require(result == 0, "remount: errno \(errno)")
    }

    /// What is in it, sorted.
    var names: [String] { Self.names(path) }

    static func allNames(_ path: String) -> [String] { names(path) }

    private static func names(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func remove(_ path: String) {
        if unlink(path) == 0 || errno == ENOENT { return }
        for name in names(path) { remove(path + "/" + name) }
        rmdir(path)
    }
}

/// Whether the tests that mount file systems can.
let isRoot = geteuid() == 0

/// The bytes of a file; nil when there is none.
func bytes(of path: String) throws -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        try #require(count >= 0, "read \(path): errno \(errno)")
        if count == 0 { return result }
        result.append(contentsOf: buffer[..<count])
    }
}

/// Makes or replaces a file.
func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0, "open \(path): errno \(errno)")
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        try #require(count > 0, "write \(path): errno \(errno)")
        written += count
    }
}

/// Deletes one file; true when it is gone.
func unlinkFile(_ path: String) -> Bool { unlink(path) == 0 || errno == ENOENT }

/// Deletes a directory with everything in it.
func removeTree(_ path: String) { TemporaryDirectory.remove(path) }
