import Glibc

/// What the plant begins with when it is started next, kept on the disk: after a power cut the bolt is where it was.
enum StartFile {
    static let usualPath = "/var/lib/mortise-plant/at-start"

    /// The words that were kept; nil: none.
    static func read(_ path: String) -> String? {
        guard let text = try? KernelFile.read(path) else { return nil }
        return text.split(separator: "\n").first.map(String.init)
    }

    /// Keeps words, or forgets them; on the disk when it returns.
    static func write(_ words: String?, to path: String) throws(PlantError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        if mkdir(folder, 0o755) != 0, errno != EEXIST { throw PlantError("make the folder \(folder)", errno: errno) }
        if let words {
            try write(words, atomicallyTo: path)
        } else if unlink(path) != 0, errno != ENOENT {
            throw PlantError("remove \(path)", errno: errno)
        }
        try sync(folder, flags: O_RDONLY | O_DIRECTORY)
    }

    private static func write(_ words: String, atomicallyTo path: String) throws(PlantError) {
        let partial = path + ".partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw PlantError("open \(partial)", errno: errno) }
        defer { close(descriptor) }
        let bytes = Array("\(words)\n".utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
            rename(partial, path) == 0
        else { throw PlantError("write \(path)", errno: errno) }
    }

    private static func sync(_ path: String, flags: Int32) throws(PlantError) {
        let descriptor = open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw PlantError("open \(path)", errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw PlantError("flush \(path)", errno: errno) }
    }
}
