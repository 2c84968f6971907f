import Glibc

/// A file of the kernel's could not be used, or something of the plant's could not be had.
struct PlantError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, on what.
    var operation: String
    /// 0: not the kernel's word.
    var code: Int32
    /// What to do about it.
    var advice: String?

    init(_ operation: String, errno code: Int32, advice: String? = nil) {
        self.operation = operation
        self.code = code
        self.advice = advice
    }

    var description: String {
        let reason = code == 0 ? "" : ": \(String(cString: strerror(code))) (errno \(code))"
        return "could not \(operation)\(reason)" + (advice.map { ". \($0)" } ?? "")
    }
}

/// Files of sysfs, tracefs and debugfs: small, and written in one call.
enum KernelFile {
    /// What is read at most; debugfs/gpio of a board with hundreds of lines fits.
    private static let size = 65_536

    static func read(_ path: String) throws(PlantError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PlantError("open \(path)", errno: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < size {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw PlantError("read \(path)", errno: errno) }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func write(_ text: String, to path: String) throws(PlantError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC)
        guard descriptor >= 0 else { throw PlantError("open \(path)", errno: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw PlantError("write \"\(text)\" to \(path)", errno: errno)
        }
    }

    /// The names in a folder, sorted; none where there is no such folder.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
