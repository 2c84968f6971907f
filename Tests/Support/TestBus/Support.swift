internal import Glibc

/// How long anything is waited for before a test fails. Generous, because the machine may be busy with other things.
package let patience: Duration = .seconds(30)

/// It did not happen in time.
package struct Impatience: Error {
    package init() {}
}

/// Something that a test stands on could not be done.
package struct SupportFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ what: String, errno code: Int32 = errno) { description = "could not \(what) (errno \(code))" }
}

/// The reading and the writing end of a pipe that no child inherits.
package func makePipe() throws -> [Int32] {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SupportFailure("make a pipe") }
    for end in ends {
        guard fcntl(end, F_SETFD, FD_CLOEXEC) == 0 else { throw SupportFailure("keep a pipe from children") }
    }
    return ends
}

/// Writes a small file.
package func write(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SupportFailure("create \(path)") }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw SupportFailure("write \(path)") }
}
