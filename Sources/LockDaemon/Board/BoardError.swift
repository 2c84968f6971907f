internal import Glibc

/// The board did not do what was asked of it.
package struct BoardError: Error, Hashable, Sendable {
    /// What was tried, as a verb: "set", "read", "request edges of".
    package var operation: String
    /// The chip's label.
    package var chip: String
    /// The line's name; nil: several, or the chip itself.
    package var line: String?
    /// What the kernel answered.
    package var errno: Int32

    package init(operation: String, chip: String, line: String? = nil, errno: Int32) {
        self.operation = operation
        self.chip = chip
        self.line = line
        self.errno = errno
    }
}

extension BoardError: CustomStringConvertible {
    package var description: String {
        let what = line.map { "line \($0) of chip \(chip)" } ?? "the lines of chip \(chip)"
        // strerror is thread-safe since glibc 2.32.
        return "could not \(operation) \(what): \(String(cString: strerror(errno))) (errno \(errno)); "
            + "check the board profile, the device tree and the wiring"
    }
}
