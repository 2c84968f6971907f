import Glibc
import TestBus
import Testing

/// A directory of the test's own, removed with everything in it at the end.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/mortise-daemon-XXXXXX".utf8CString)
        let made = mkdtemp(&template).map { String(cString: $0) }
        path = try #require(made, "mkdtemp: errno \(errno)")
    }

    deinit {
        for name in names { unlink(path + "/" + name) }
        rmdir(path)
    }

    var store: String { path + "/lock.db" }

    /// What is in it.
    var names: [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Another directory with copies of the store's files as they are now: what a kill at this instant would leave.
    func snapshot() throws -> TemporaryDirectory {
        let copy = try TemporaryDirectory()
        for name in names where name.hasPrefix("lock.db") {
            try write(try bytes(of: path + "/" + name), to: copy.path + "/" + name)
        }
        return copy
    }
}

/// The bytes of a file.
func bytes(of path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0, "open \(path): errno \(errno)")
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
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
}
