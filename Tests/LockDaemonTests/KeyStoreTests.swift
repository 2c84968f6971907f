import Glibc
import LockClient
import LockCore
import LockProtocol
import Storage
import SwiftProtobuf
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
                    if case .opened = $0 { isOpen = true }
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

@Suite struct OwnedMarkTests {
    @Test func `the mark that there is an owner is tried again until it is there`() throws {
        let directory = try TemporaryDirectory()
        // In the way of its writing.
        try #require(mkdir(directory.path + "/owned.new", 0o700) == 0)
        let thread = try StorageThread(path: directory.store, bootID: "test", gate: nil)
        var set = AccessSet()
        set.keys = [
            PhoneKey(
                id: KeyID(1), publicKey: [UInt8](repeating: 1, count: 32), terms: KeyTerms(role: .owner, name: "Ada"))
        ]
        set.nextKey = 2
        #expect(thread.send(.commitAccess(CommitID(1), set, keepsOlder: false, [])))
        let files = IdentityFiles(directory: directory.path)
        var isCommitted = false
        let end = ContinuousClock.now + patience
        while !isCommitted, ContinuousClock.now < end {
            thread.answers.drain { if case .accessCommitted(_, true) = $0 { isCommitted = true } }
            usleep(10_000)
        }
        #expect(isCommitted && !files.isOwned)
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
        INSERT INTO audit (seq, boot, at_ns, trusted, action, origin, outcome, state)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
        SELECT (SELECT max(seq) FROM audit) + i, printf('%01000d', i), i, 0, 'lock', 'device', 'done', 'locked' FROM n
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
