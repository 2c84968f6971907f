import Glibc

/// Standard output and error, a line at a time and unbuffered, so that `watch` shows a change when it happens.
package struct Console {
    /// Colour for standard output.
    package let style = Style(descriptor: STDOUT_FILENO)
    private let errorStyle = Style(descriptor: STDERR_FILENO)
    /// Who complains.
    private let program: String

    package init(program: String = "mortise") { self.program = program }

    package func print(_ text: String) { Self.write(text + "\n", to: STDOUT_FILENO) }

    package func print(_ value: JSONValue) { print(value.line) }

    /// `program: …` on standard error.
    package func complain(_ text: String, _ mark: Mark = .bad) {
        Self.write(errorStyle.apply(mark, to: "\(program):") + " " + text + "\n", to: STDERR_FILENO)
    }

    /// Something beside the point, on standard error.
    package func note(_ text: String) { Self.write(text + "\n", to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // Nobody is left to tell when this fails: a closed pipe has ended the process by SIGPIPE, a full disk loses
            // output as with every other tool.
            if count < 0 && errno != EINTR { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }
}
