import CommandSupport
import Glibc
import SecureChannel
import TelemetryPolicy

/// What a phone keeps: its private key, and the public key of the lock that it has paired with. One file that nobody else may read, a
/// line of hexadecimal digits each; without the second line it is not paired. Beside it, what it has seen of the chain over that lock's log.
struct PhoneFile {
    let directory: String
    private var path: String { directory + "/key" }
    private var checkpointPath: String { directory + "/checkpoint" }

    /// The file's content.
    struct Content {
        var identity: Identity
        /// nil: it has not paired.
        var lock: PublicKey?
    }

    private static let digits = Array("0123456789abcdef".utf8)

    init(directory: String) { self.directory = directory }

    /// nil: there is no such phone yet.
    func load() throws(PhoneFailure) -> Content? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .file("open \(path)", errno)
        }
        defer { close(descriptor) }
        // Two lines, and a little to see that there is no more.
        var text = [UInt8](repeating: 0, count: 4 * (Identity.privateSize + 2))
        defer { for index in text.indices { text[index] = 0 } }
        let count = read(descriptor, &text, text.count)
        guard count >= 0 else { throw .file("read \(path)", errno) }
        let lines = text.prefix(count).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        guard let first = lines.first, var bytes = Self.bytes(first), bytes.count == Identity.privateSize,
            let identity = Identity(privateBytes: SecretBytes(copying: bytes))
        else { throw .damagedFile(path) }
        for index in bytes.indices { bytes[index] = 0 }
        // A second line that was not written to its end is none: the phone has not been told that it has paired.
        return Content(identity: identity, lock: lines.dropFirst().first.flatMap(Self.bytes).flatMap { PublicKey($0) })
    }

    /// A new phone, whose key is in the file when this returns.
    func make() throws(PhoneFailure) -> Identity {
        do throws(SetupFailure) { try StateDirectory.make(directory) } catch { throw .setup("\(error)") }
        let path = self.path
        return try Identity.make { bytes throws(PhoneFailure) in
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw .file("make \(path)", errno) }
            defer { close(descriptor) }
            var line = bytes.withBytes { Self.line($0) }
            defer { for index in line.indices { line[index] = 0 } }
            try Self.write(line, to: descriptor, path)
        }
    }

    /// The phone has a key for this lock now.
    func pair(with lock: PublicKey) throws(PhoneFailure) {
        try unpair()
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .file("open \(path)", errno) }
        defer { close(descriptor) }
        try Self.write(lock.bytes.withUnsafeBytes { Self.line($0) }, to: descriptor, path)
    }

    /// Forgets the lock, and stays the same phone.
    func unpair() throws(PhoneFailure) {
        guard unlink(checkpointPath) == 0 || errno == ENOENT else { throw .file("delete \(checkpointPath)", errno) }
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .file("open \(path)", errno) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(2 * Identity.privateSize + 1)) == 0, fsync(descriptor) == 0 else {
            throw .file("shorten \(path)", errno)
        }
    }

    /// What it has seen of the lock's log; nil: nothing yet.
    func checkpoint() throws(PhoneFailure) -> AuditCheckpoint? {
        let descriptor = open(checkpointPath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .file("open \(checkpointPath)", errno)
        }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: Self.longestCheckpoint)
        let count = read(descriptor, &text, text.count)
        guard count >= 0 else { throw .file("read \(checkpointPath)", errno) }
        let line = String(decoding: text.prefix(count), as: UTF8.self)
        guard line.hasSuffix("\n"), let checkpoint = CheckpointText(String(line.dropLast())) else {
            throw .damagedCheckpoint(checkpointPath)
        }
        return AuditCheckpoint(number: checkpoint.number, hash: checkpoint.hash)
    }

    /// Keeps what it has seen of the lock's log: the one before, or this one, whatever happens in between.
    func keep(_ checkpoint: AuditCheckpoint) throws(PhoneFailure) {
        // Of a log without an entry there is nothing to keep.
        guard checkpoint.number > 0 else { return }
        let new = checkpointPath + ".new"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .file("make \(new)", errno) }
        defer { close(descriptor) }
        try Self.write(Array(checkpoint.text.utf8) + [UInt8(ascii: "\n")], to: descriptor, new)
        guard rename(new, checkpointPath) == 0 else { throw .file("replace \(checkpointPath)", errno) }
    }

    /// A number of 20 digits, a colon, a hash of 64, the end of the line, and a little to see that there is no more.
    private static let longestCheckpoint = 96

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(PhoneFailure) {
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw .file("write \(path)", errno)
        }
    }

    private static func line(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + [UInt8(ascii: "\n")]
    }

    private static func bytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
        let values = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue.map(UInt8.init) }
        guard values.count == digits.count, values.count % 2 == 0 else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}
