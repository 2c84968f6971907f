import Glibc
import Storage
import Testing

@Suite("The lock's identity") struct IdentityFilesTests {
    private let directory: TemporaryDirectory
    private var files: IdentityFiles { IdentityFiles(directory: directory.path) }
    private static let key = [UInt8](0..<32)
    private static let setup = [UInt8](100..<132)

    init() throws { directory = try TemporaryDirectory() }

    private func mode(_ name: String) throws -> UInt32 {
        var status = stat()
        try #require(stat(directory.path + "/" + name, &status) == 0)
        return status.st_mode & 0o777
    }

    @Test func `nothing is there at first, and what was saved is there, for the owner of the files alone`() throws {
        #expect(files.loadKey() == .absent && files.loadSetup() == .absent && !files.isOwned)
        try files.saveKey(Self.key)
        try files.saveSetup(Self.setup)
        try files.markOwned()
        try files.markOwned()
        #expect(files.loadKey() == .bytes(Self.key))
        #expect(files.loadSetup() == .bytes(Self.setup))
        #expect(files.isOwned)
        for name in ["identity", "setup-code", "owned"] { #expect(try mode(name) == 0o600) }
    }

    @Test func `an owner is announced, and comes or does not`() throws {
        #expect(files.ownership == .none)
        try files.announceOwner()
        try files.announceOwner()
        #expect(files.ownership == .announced && !files.isOwned)
        try files.withdrawAnnouncement()
        #expect(files.ownership == .none && directory.names.isEmpty)
        try files.announceOwner()
        try files.markOwned()
        #expect(files.ownership == .owned)
        // What is owned is not announced, and not withdrawn.
        try files.announceOwner()
        try files.withdrawAnnouncement()
        #expect(files.ownership == .owned)
    }

    @Test(arguments: ["", "\n", "0", "01\n", "0000\n", "no"])
    func `whatever else the mark holds, it is one`(_ text: String) throws {
        try write(Array(text.utf8), to: directory.path + "/owned")
        #expect(files.ownership == .owned)
    }

    @Test func `a factory may write them with a shell`() throws {
        try write(
            Array("00FFab".utf8) + [UInt8](repeating: UInt8(ascii: "0"), count: 58), to: directory.path + "/identity")
        #expect(files.loadKey() == .bytes([0x00, 0xff, 0xab] + [UInt8](repeating: 0, count: 29)))
    }

    @Test(arguments: [
        "", "\n", "00", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
        String(repeating: "0", count: 64) + "\n\n", String(repeating: "g", count: 64),
        String(repeating: "0", count: 5_000),
    ])
    func `what is no key is neither used nor replaced`(_ text: String) throws {
        let path = directory.path + "/identity"
        try write(Array(text.utf8), to: path)
        guard case .unusable = files.loadKey() else {
            Issue.record("it was taken for a key")
            return
        }
        #expect(try bytes(of: path) == Array(text.utf8))
    }

    @Test func `a link is not followed`() throws {
        try write(Array(String(repeating: "0", count: 64).utf8), to: directory.path + "/elsewhere")
        try #require(symlink(directory.path + "/elsewhere", directory.path + "/identity") == 0)
        guard case .unusable = files.loadKey() else {
            Issue.record("it was followed")
            return
        }
    }

    @Test func `what a power cut left of an earlier writing does not matter`() throws {
        try write([1, 2, 3], to: directory.path + "/identity.new")
        try files.saveKey(Self.key)
        #expect(files.loadKey() == .bytes(Self.key))
        #expect(try bytes(of: directory.path + "/identity.new") == nil)
    }

    @Test func `a reset forgets who the lock is and that it has an owner, and keeps what its label says`() throws {
        try files.saveKey(Self.key)
        try files.saveSetup(Self.setup)
        try files.markOwned()
        try files.forget()
        try files.forget()
        #expect(files.loadKey() == .absent && !files.isOwned)
        #expect(files.loadSetup() == .bytes(Self.setup))
    }

    @Test func `a reset leaves nothing of an unfinished writing either`() throws {
        for name in ["identity.new", "setup-code.new", "owned.new"] {
            try write([1, 2, 3], to: directory.path + "/" + name)
        }
        try files.forget()
        #expect(directory.names.isEmpty)
    }

    @Test func `a directory that cannot be looked into may be owned`() throws {
        #expect(IdentityFiles(directory: directory.path + "/nothing").isOwned == false)
        try write([], to: directory.path + "/file")
        #expect(IdentityFiles(directory: directory.path + "/file").isOwned, "ENOTDIR is not ENOENT")
    }
}
