internal import Glibc

/// The lock's own private key, its setup code, and the mark that it has an owner: three small files beside `lock.db`, readable by their
/// owner only, each replaced whole or not at all.
///
/// They are apart from the database, so that a damaged database neither makes the lock somebody else nor makes it look as if nobody
/// owned it.
package struct IdentityFiles: Sendable {
    private let directory: String

    /// An X25519 private key, 32 bytes.
    private var key: String { directory + "/identity" }
    /// The setup code's secret and the fingerprint that its label shows, 16 bytes each. It outlives a reset, as the label does.
    private var setup: String { directory + "/setup-code" }
    private var owned: String { directory + "/owned" }

    package static let keyBytes = 32
    package static let setupBytes = 32

    /// - Parameter directory: there is one, or the store makes it.
    package init(directory: String) { self.directory = directory }

    /// What one of the files says.
    package enum Content: Hashable, Sendable {
        case absent
        case bytes([UInt8])
        /// It is there, and of no use; in words.
        case unusable(String)
    }

    package func loadKey() -> Content { load(key, count: Self.keyBytes) }
    package func loadSetup() -> Content { load(setup, count: Self.setupBytes) }

    /// What the mark says of the lock's having an owner.
    package enum Ownership: Hashable, Sendable {
        /// It never had one, or was reset.
        case none
        /// The first owner's key was about to be made durable. The database that it went into says whether it was; where that one cannot be
        /// asked any more, nobody knows.
        case announced
        case owned
    }

    /// Doubt counts as yes: whoever cannot be asked is not nobody.
    package var ownership: Ownership {
        var status = stat()
        if stat(owned, &status) != 0, errno == ENOENT { return .none }
        return load(owned, count: Self.announcement.count) == .bytes(Self.announcement) ? .announced : .owned
    }

    /// Whether the lock has an owner, by its mark.
    package var isOwned: Bool { ownership == .owned }

    /// What the mark holds while it only announces an owner.
    private static let announcement: [UInt8] = [0]

    package func saveKey(_ bytes: [UInt8]) throws(FileError) { try save(bytes, as: key) }
    package func saveSetup(_ bytes: [UInt8]) throws(FileError) { try save(bytes, as: setup) }
    package func markOwned() throws(FileError) { if !isOwned { try save([], as: owned) } }

    /// To be durable before the first owner's key is: a power cut between the two must not leave an owner of whom only the database knows.
    package func announceOwner() throws(FileError) { if ownership == .none { try save(Self.announcement, as: owned) } }

    /// There is no owner: the key that was announced was never made durable.
    package func withdrawAnnouncement() throws(FileError) {
        guard ownership == .announced else { return }
        guard unlink(owned) == 0 else { throw FileError(operation: "delete", path: owned, code: errno) }
        try StoreFiles.synchronise(directory: directory)
    }

    /// What a reset does: the key and the mark go, the setup code stays with the label.
    package func forget() throws(FileError) {
        // What a power cut left of a writing holds a key as much. The mark last: a power cut in between leaves a lock that nobody gets
        // into, and that can be reset again.
        for file in [Self.unfinished(key), Self.unfinished(setup), Self.unfinished(owned), key, owned] {
            guard unlink(file) == 0 || errno == ENOENT else {
                throw FileError(operation: "delete", path: file, code: errno)
            }
            try StoreFiles.synchronise(directory: directory)
        }
    }

    // MARK: Files

    /// What a file is written as, until it is whole.
    private static func unfinished(_ path: String) -> String { path + ".new" }

    /// Bytes as hexadecimal digits and a line feed, so that a factory can write them with a shell.
    private func load(_ path: String, count: Int) -> Content {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            return errno == ENOENT
                ? .absent : .unusable(FileError(operation: "open", path: path, code: errno).description)
        }
        defer { close(descriptor) }
        // One more than there may be, to see that there is no more.
        var text = [UInt8](repeating: 0, count: 2 * count + 2)
        defer { for index in text.indices { text[index] = 0 } }
        let length = read(descriptor, &text, text.count)
        guard length >= 0 else { return .unusable(FileError(operation: "read", path: path, code: errno).description) }
        var digits = text.prefix(length)
        if digits.last == UInt8(ascii: "\n") { digits.removeLast() }
        guard digits.count == 2 * count, let bytes = Self.bytes(hexadecimal: digits) else {
            return .unusable("\(path) is not \(2 * count) hexadecimal digits")
        }
        return .bytes(bytes)
    }

    private static func bytes(hexadecimal digits: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in digits {
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue.map(UInt8.init) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? bytes : nil
    }

    private func save(_ bytes: [UInt8], as path: String) throws(FileError) {
        let digits = Array("0123456789abcdef".utf8)
        var text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + [UInt8(ascii: "\n")]
        defer { for index in text.indices { text[index] = 0 } }
        let new = Self.unfinished(path)
        guard unlink(new) == 0 || errno == ENOENT else { throw FileError(operation: "delete", path: new, code: errno) }
        let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileError(operation: "create", path: new, code: errno) }
        let isWritten = write(descriptor, &text, text.count) == text.count && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isWritten else { throw FileError(operation: "write", path: new, code: code) }
        guard rename(new, path) == 0 else { throw FileError(operation: "rename", path: new, code: errno) }
        try StoreFiles.synchronise(directory: directory)
    }
}
