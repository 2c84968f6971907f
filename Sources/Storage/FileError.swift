internal import Glibc

/// What the file system answered to something that was asked of it.
package struct FileError: Error, Hashable, Sendable {
    /// What was tried, as a verb.
    package var operation: String
    /// What it was tried on.
    package var path: String
    /// `errno`.
    package var code: Int32

    package init(operation: String, path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }
}

extension FileError: CustomStringConvertible {
    package var description: String {
        // strerror is thread-safe since glibc 2.32.
        "cannot \(operation) \(path): \(String(cString: strerror(code))); check its owner, mode and file system"
    }
}
