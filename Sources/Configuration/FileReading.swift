import Glibc

/// Why a configuration file could not be read.
package struct FileReadError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// The call that failed and its errno.
        case system(call: String, errno: Int32)
        case notRegular
        case tooLarge(maximum: Int)
        /// The path is empty or holds a NUL, which would cut it short.
        case notAPath
    }

    /// As the caller gave it.
    package var path: String
    package var reason: Reason
}

extension FileReadError: CustomStringConvertible {
    package var description: String {
        let what = "cannot read \(Quoting.quote(path)): "
        switch reason {
        case .system(let call, let errno):
            return what + "\(call): \(unsafe String(cString: strerror(errno))) (errno \(errno))"
        case .notRegular: return what + "it is not a regular file"
        case .tooLarge(let maximum):
            return what + "it has more than \(maximum) bytes, so it is not a configuration file"
        case .notAPath: return what + "a path is not empty and has no NUL in it"
        }
    }
}

/// Reads a configuration file whole.
///
/// Refuses anything but a regular file, so that a pipe or a device cannot make the caller wait, and anything above
/// ``KeyFile/maximumBytes``.
package func readFile(path: String) throws(FileReadError) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw FileReadError(path: path, reason: .notAPath) }
    let file = try Descriptor(opening: path)
    return try file.readAll(path: path, maximum: KeyFile.maximumBytes)
}

/// An open file, closed when it goes.
private struct Descriptor: ~Copyable {
    private let number: Int32

    /// A signal may interrupt a read; more often than this in a row, something is wrong.
    private static let maximumInterruptions = 100

    init(opening path: String) throws(FileReadError) {
        // O_NONBLOCK: opening a FIFO must not wait for its writer.
        number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard number >= 0 else { throw FileReadError(path: path, reason: .system(call: "open", errno: errno)) }
    }

    deinit {
        if number >= 0 { _ = close(number) }
    }

    func readAll(path: String, maximum: Int) throws(FileReadError) -> [UInt8] {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else {
            throw FileReadError(path: path, reason: .system(call: "fstat", errno: errno))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileReadError(path: path, reason: .notRegular) }
        // One byte more than allowed, to see whether there is more. The size is not trusted: the file may be growing.
        var bytes = [UInt8](repeating: 0, count: maximum + 1)
        var filled = 0
        var interruptions = 0
        while filled < bytes.count {
            let space = bytes.count - filled
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe read(number, buffer.baseAddress?.advanced(by: filled), space)
            }
            if count < 0 {
                let code = errno
                interruptions += 1
                guard code == EINTR, interruptions < Self.maximumInterruptions else {
                    throw FileReadError(path: path, reason: .system(call: "read", errno: code))
                }
                continue
            }
            if count == 0 { break }
            filled += count
        }
        guard filled <= maximum else { throw FileReadError(path: path, reason: .tooLarge(maximum: maximum)) }
        return Array(bytes[..<filled])
    }
}
