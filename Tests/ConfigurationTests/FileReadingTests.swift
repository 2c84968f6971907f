import Glibc
import Testing

@testable import Configuration

@Suite("Reading a configuration file")
struct FileReadingTests {
    /// A directory of its own that goes with the value.
    private struct Scratch: ~Copyable {
        let path: String

        init() throws {
            var template = Array("/tmp/mortise-configuration-XXXXXX".utf8CString)
            try #require(unsafe mkdtemp(&template) != nil)
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        func file(_ name: String, bytes: Int) throws -> String {
            let file = path + "/" + name
            let handle = try #require(unsafe fopen(file, "w"))
            for _ in 0..<bytes { fputc(0x23, handle) }
            fclose(handle)
            return file
        }

        deinit {
            for name in ["a", "fifo"] { unlink(path + "/" + name) }
            rmdir(path)
        }
    }

    @Test("a file of the largest size is read whole, and one byte more is refused")
    func sizes() throws {
        let scratch = try Scratch()
        let largest = try scratch.file("a", bytes: KeyFile.maximumBytes)
        #expect(try readFile(path: largest) == [UInt8](repeating: 0x23, count: KeyFile.maximumBytes))
        let tooLarge = try scratch.file("a", bytes: KeyFile.maximumBytes + 1)
        #expect(throws: FileReadError(path: tooLarge, reason: .tooLarge(maximum: KeyFile.maximumBytes))) {
            try readFile(path: tooLarge)
        }
    }

    @Test("a FIFO without a writer is refused at once, and so are a directory and a device")
    func notRegular() throws {
        let scratch = try Scratch()
        let fifo = scratch.path + "/fifo"
        #expect(mkfifo(fifo, 0o600) == 0)
        for path in [fifo, scratch.path, "/dev/zero"] {
            #expect(throws: FileReadError(path: path, reason: .notRegular)) { try readFile(path: path) }
        }
    }

    @Test("a file that is not there is an error with the path and the system's words")
    func missing() {
        let error = #expect(throws: FileReadError.self) { try readFile(path: "/nowhere/lock.conf") }
        #expect(
            error?.description == #"cannot read "/nowhere/lock.conf": open: No such file or directory (errno 2)"#)
    }

    @Test("a path that is empty or has a NUL in it is refused", arguments: ["", "/etc/passwd\0.conf"])
    func notAPath(path: String) {
        #expect(throws: FileReadError(path: path, reason: .notAPath)) { try readFile(path: path) }
    }

    @Test("a profile is loaded by path, and its errors name the path")
    func load() throws {
        let scratch = try Scratch()
        let path = try scratch.file("a", bytes: 0)
        let error = #expect(throws: ProfileLoadError.self) { try BoardProfile.load(path: path) }
        guard case .invalid(let errors) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(errors.problems.allSatisfy { $0.file == path })
        #expect(errors.problems.count == 4)
    }
}
