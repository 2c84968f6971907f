import Glibc
import LockClient
import LockCore
import LockProtocol
import Storage
import SwiftProtobuf
import Synchronization
import SystemdRuntime
import TestBus
import Testing

@testable import LockDaemon

extension DaemonTests {
    /// Keys in a store that fails in mid-life.
    @Suite struct KeyStoreTests {
        @Test func `keys are in the new file when the store is set aside while the lock runs`() throws {
            let directory = try TemporaryDirectory()
            let phone: Phone
            do {
                let rig = try PhoneRig(directory: directory)
                phone = try rig.owner()
                #expect(try rig.daemon.stop() == .stopped)
            }
            try lengthenLog(directory.store)
            do {
                // It only reads the keys; nobody changes them.
                let rig = try PhoneRig(directory: directory)
                let connection = try rig.connect(phone)
                _ = try connection.ask(.hello(WireHello()))
                try damage(directory.store)
                // With each new entry the oldest goes, and those that are not in memory must be read for that.
                let end = ContinuousClock.now + patience
                while try !rig.daemon.logText.contains("was damaged and is set aside"), ContinuousClock.now < end {
                    _ = try connection.ask(.lock(WireLock()))
                    _ = try connection.ask(.unlock(WireUnlock()))
                }
                try #require(try rig.daemon.logText.contains("was damaged and is set aside"))
                #expect(try rig.daemon.stop() == .stopped)
            }
            let rig = try PhoneRig(directory: directory)
            guard case .welcome = try rig.connect(phone).ask(.hello(WireHello())).outcome else {
                Issue.record("it is not known any more")
                return
            }
        }
    }
}

@Suite struct DamagedStoreTests {
    @Test func `a lock that stops as soon as it has found its store damaged still knows its keys`() throws {
        let directory = try TemporaryDirectory()
        var set = AccessSet()
        set.keys = [
            PhoneKey(
                id: KeyID(1), publicKey: [UInt8](repeating: 1, count: 32), terms: KeyTerms(role: .owner, name: "Ada"))
        ]
        set.nextKey = 2
        do {
            let thread = try StorageThread(path: directory.store, bootID: "test", gate: nil)
            let boot = AuditEvent(action: .boot, origin: .device, outcome: .done(.unlocked), at: .zero)
            #expect(thread.send(.commitAccess(CommitID(1), set, keepsOlder: false, [boot])))
            thread.close()
            #expect(thread.finish())
        }
        try lengthenLog(directory.store)
        do {
            let thread = try StorageThread(path: directory.store, bootID: "test", gate: nil)
            let end = ContinuousClock.now + patience
            var isOpen = false
            var isDamaged = false
            func look() {
                thread.answers.drain {
                    // The keys are read after the rest, and have to have been read before the file is damaged.
                    if case .phones = $0 { isOpen = true }
                    if case .condition(let condition) = $0, condition.isFailing { isDamaged = true }
                }
            }
            while !isOpen, ContinuousClock.now < end { look() }
            try damage(directory.store)
            let event = AuditEvent(action: .boot, origin: .device, outcome: .done(.unlocked), at: .zero)
            while !isDamaged, ContinuousClock.now < end {
                _ = thread.send(.record(event, closing: nil))
                look()
            }
            try #require(isDamaged)
            thread.close()
            #expect(thread.finish())
        }
        let thread = try StorageThread(path: directory.store, bootID: "test", gate: nil)
        thread.close()
        #expect(thread.finish())
        var known: AccessFacts?
        thread.answers.drain { if case .phones(let facts) = $0 { known = facts.access } }
        guard case .owned(let owned)? = known else {
            Issue.record("\(String(describing: known))")
            return
        }
        #expect(owned.keys == set.keys)
    }
}

/// Directories as the disk would have them, had the power gone at some instant.
private final class Cuts: Sendable {
    let all = Mutex<[TemporaryDirectory]>([])
}

@Suite struct OwnedMarkTests {
    private static var set: AccessSet {
        var set = AccessSet()
        set.keys = [
            PhoneKey(
                id: KeyID(1), publicKey: [UInt8](repeating: 1, count: 32), terms: KeyTerms(role: .owner, name: "Ada"))
        ]
        set.nextKey = 2
        return set
    }

    /// What a start finds.
    private func facts(
        _ directory: TemporaryDirectory, isFailing: (@Sendable () -> Bool)? = nil
    ) throws -> AccessFacts? {
        let thread = try StorageThread(path: directory.store, bootID: "test", gate: nil, isFailing: isFailing)
        thread.close()
        #expect(thread.finish())
        var facts: AccessFacts?
        thread.answers.drain { if case .phones(let told) = $0 { facts = told.access } }
        return facts
    }

    /// Gives the lock its first owner; whether it was told that this is durable.
    private func commit(
        _ directory: TemporaryDirectory, keepsOlder: Bool = true, isFailing: (@Sendable () -> Bool)? = nil
    ) throws -> Bool? {
        let thread = try StorageThread(path: directory.store, bootID: "test", gate: nil, isFailing: isFailing)
        #expect(thread.send(.commitAccess(CommitID(1), Self.set, keepsOlder: keepsOlder, [])))
        thread.close()
        #expect(thread.finish())
        var isStored: Bool?
        thread.answers.drain { if case .accessCommitted(_, let stored) = $0 { isStored = stored } }
        return isStored
    }

    @Test func `whenever the power goes while the first owner comes, no damage makes the lock nobody's afterwards`()
        throws
    {
        let directory = try TemporaryDirectory()
        // As a lock has it that has been in use: a set that only counts wrong setup codes.
        do {
            let thread = try StorageThread(path: directory.store, bootID: "test", gate: nil)
            var counted = AccessSet()
            counted.wrongSetupCodes = 1
            #expect(thread.send(.commitAccess(CommitID(1), counted, keepsOlder: false, [])))
            thread.close()
            #expect(thread.finish())
        }
        // Before each use of the disk: what a power cut would leave there.
        let cuts = Cuts()
        let isStored = try commit(directory) {
            do {
                let copy = try TemporaryDirectory()
                for name in directory.names {
                    try write(try bytes(of: directory.path + "/" + name), to: copy.path + "/" + name)
                }
                cuts.all.withLock { $0.append(copy) }
            } catch {
                Issue.record(error)
            }
            return false
        }
        #expect(isStored == true)
        var seen: [AccessFacts] = []
        for cut in cuts.all.withLock({ $0 }) {
            let damaged = try TemporaryDirectory()
            for name in cut.names { try write(try bytes(of: cut.path + "/" + name), to: damaged.path + "/" + name) }
            let found = try #require(try facts(cut))
            seen.append(found)
            #expect(found != .unreadable, "a power cut alone costs nobody their lock")
            guard case .owned = found else { continue }
            try damage(damaged.store)
            #expect(try facts(damaged) == .unreadable)
            #expect(try facts(damaged) == .unreadable, "the next time too, when the store is a new one")
        }
        #expect(seen.contains { if case .owned = $0 { true } else { false } }, "none was behind the commit")
        #expect(seen.contains { if case .unowned = $0 { true } else { false } }, "none was before it")
        // Each that found no owner can have one.
        for cut in cuts.all.withLock({ $0 }) where try facts(cut) == seen.first { #expect(try commit(cut) == true) }
    }

    @Test func `an owner who was announced, in a store that is not there to be asked, counts as one`() throws {
        let directory = try TemporaryDirectory()
        try IdentityFiles(directory: directory.path).announceOwner()
        #expect(try facts(directory) == .unreadable)
        #expect(IdentityFiles(directory: directory.path).ownership == .owned)
    }

    @Test func `where the mark cannot be written nobody becomes the first owner`() throws {
        let directory = try TemporaryDirectory()
        // In the way of its writing.
        try #require(mkdir(directory.path + "/owned.new", 0o700) == 0)
        #expect(try commit(directory) == false)
        guard case .unowned = try facts(directory) else {
            Issue.record("it has an owner")
            return
        }
        try #require(rmdir(directory.path + "/owned.new") == 0)
        #expect(try commit(directory) == true)
        #expect(try facts(directory) == .owned(Self.set))
    }

    @Test func `keys that cannot be read leave the mark, so that a new store does not forget that there were some`()
        throws
    {
        let directory = try TemporaryDirectory()
        #expect(try commit(directory) == true)
        // As a lock has it whose mark was never written.
        try #require(unlink(directory.path + "/owned") == 0)
        do {
            let database = try Database(path: directory.store)
            try database.execute("UPDATE access SET checksum = x'00'")
        }
        #expect(try facts(directory) == .unreadable)
        for name in directory.names where name.hasPrefix("lock.db") {
            try #require(unlink(directory.path + "/" + name) == 0)
        }
        #expect(try facts(directory) == .unreadable)
    }

    @Test func `a disk that does not answer once makes nobody's lock nobody else's`() throws {
        let directory = try TemporaryDirectory()
        guard case .unowned = try facts(directory) else {
            Issue.record("it has an owner")
            return
        }
        // The store opens, and its keys cannot be read.
        let calls = Calls()
        #expect(try facts(directory, isFailing: { calls.next() == 2 }) == .unreadable)
        #expect(calls.next() > 2)
        #expect(IdentityFiles(directory: directory.path).ownership == .none)
        guard case .unowned = try facts(directory) else {
            Issue.record("it is not usable any more without a reset")
            return
        }
    }

    private final class Calls: Sendable {
        private let count = Atomic<Int>(0)
        func next() -> Int { count.add(1, ordering: .relaxed).newValue }
    }

    @Test func `the mark that there is an owner is tried again until it is there`() throws {
        let directory = try TemporaryDirectory()
        #expect(try commit(directory) == true)
        // In the way of its writing, for a lock that has an owner and no mark.
        try #require(unlink(directory.path + "/owned") == 0)
        try #require(mkdir(directory.path + "/owned.new", 0o700) == 0)
        let thread = try StorageThread(path: directory.store, bootID: "test", gate: nil)
        let files = IdentityFiles(directory: directory.path)
        var isKnown = false
        let end = ContinuousClock.now + patience
        while !isKnown, ContinuousClock.now < end {
            thread.answers.drain {
                if case .phones(let facts) = $0, facts.access == .owned(Self.set) { isKnown = true }
            }
            usleep(10_000)
        }
        #expect(isKnown && !files.isOwned)
        try #require(rmdir(directory.path + "/owned.new") == 0)
        // By itself: nothing else is written.
        while !files.isOwned, ContinuousClock.now < end { usleep(10_000) }
        #expect(files.isOwned)
        thread.close()
        #expect(thread.finish())
    }
}

/// As much as the store keeps, more of it than it has in memory, and few entries to a page.
private func lengthenLog(_ path: String) throws {
    let database = try Database(path: path)
    try database.execute(
        """
        INSERT INTO audit (seq, hash, payload_hash, salt, boot, at_ns, trusted, action, origin, outcome, state)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
        SELECT (SELECT max(seq) FROM audit) + i, zeroblob(32), zeroblob(32), zeroblob(16), printf('%01000d', i), i, 0,
            'lock', 'device', 'done', 'locked' FROM n
        """)
}

/// What a failing card does to the file beneath the store that has it open.
private func damage(_ path: String) throws {
    for name in [path, path + "-wal"] {
        let descriptor = open(name, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { continue }
        defer { close(descriptor) }
        var status = stat()
        try #require(fstat(descriptor, &status) == 0)
        let garbage = [UInt8](repeating: 0xa5, count: Int(status.st_size))
        try #require(pwrite(descriptor, garbage, garbage.count, 0) == garbage.count)
    }
}
