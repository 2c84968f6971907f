import Glibc

/// A file that text is written to, collected into large writes.
///
/// Used for standard output as well: its lines are written whole, and a reader that has gone away ends the program as it would
/// end any other (SIGPIPE).
struct OutputFile: ~Copyable {
    private let descriptor: Int32
    private let isOwned: Bool
    private var buffer: [UInt8] = []
    private static let bufferSize = 64 * 1024

    /// Why a file could not be written.
    struct Failure: Error, CustomStringConvertible {
        var path: String
        var call: String
        var code: Int32
        var description: String { "cannot write \(path): \(call): \(String(cString: strerror(code))) (errno \(code))" }
    }

    /// Standard output, or standard error.
    init(standard descriptor: Int32) {
        self.descriptor = descriptor
        isOwned = false
    }

    /// Makes the file anew.
    init(creating path: String) throws(Failure) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        isOwned = true
        guard descriptor >= 0 else { throw Failure(path: path, call: "open", code: errno) }
    }

    deinit {
        if isOwned, descriptor >= 0 { close(descriptor) }
    }

    /// Adds a line. False: it could not be written.
    @discardableResult
    mutating func line(_ text: String) -> Bool {
        write(text)
        buffer.append(UInt8(ascii: "\n"))
        return buffer.count < Self.bufferSize || flush()
    }

    mutating func write(_ text: String) { buffer += text.utf8 }

    /// Writes what has been collected; false: errno says why that failed.
    @discardableResult
    mutating func flush() -> Bool {
        var start = 0
        while start < buffer.count {
            let count = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            start += count
        }
        buffer.removeAll(keepingCapacity: true)
        return true
    }
}

/// Says something to the person at the terminal, aside from the program's output.
func complain(_ text: String) {
    var standardError = OutputFile(standard: STDERR_FILENO)
    standardError.line(text)
    standardError.flush()
}
