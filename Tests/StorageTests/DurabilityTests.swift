import Glibc
import LockCore
import Storage
import Testing

/// The child's store. Exit tests cannot take values along in every compiler that builds this, so that both processes derive
/// the same path from the parent's process id.
private func directoryOfKill(_ name: String, parent: pid_t) -> String { "/tmp/mortise-storage-\(name)-\(parent)" }

/// These end a process with SIGKILL. The page cache survives that, so they show what the store has handed to the kernel when
/// a method returns, and not what the disk has; `synchronous=FULL` is asserted in ``OpeningTests``.
@Suite("Killed processes")
struct DurabilityTests {
    @Test("A motion that was begun is known after kill -9 right behind begin")
    func begun() async throws {
        let path = directoryOfKill("begun", parent: getpid())
        try #require(mkdir(path, 0o700) == 0)
        defer { removeTree(path) }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let path = directoryOfKill("begun", parent: getppid())
            let store = try openStore(path + "/lock.db")
            try store.begin(Motion(id: MotionID(1), target: .locked, origin: .key(9)))
            try store.finish(MotionID(1), .sample(1))
            try store.begin(Motion(id: MotionID(2), target: .unlocked, origin: .insideButton))
            kill(getpid(), SIGKILL)
        }
        let store = try openStore(path + "/lock.db")
        #expect(
            try store.interruptedMotions() == [Motion(id: MotionID(2), target: .unlocked, origin: .insideButton)])
        #expect(try allRecords(store).map(\.event) == [.sample(1)])
        #expect(try store.nextMotion() == MotionID(3))
    }

    @Test(
        "Whatever was answered before kill -9 at any instant is there, dense, and at most one more",
        .timeLimit(.minutes(2)))
    func anywhere() async throws {
        let path = directoryOfKill("anywhere", parent: getpid())
        try #require(mkdir(path, 0o700) == 0)
        defer { removeTree(path) }
        var before: Int64 = 0
        for _ in 1...12 {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                let path = directoryOfKill("anywhere", parent: getppid())
                let store = try openStore(path + "/lock.db")
                // The kernel kills 5 to 69 ms behind the first answer, wherever the store is then.
                var event = sigevent()
                event.sigev_notify = Int32(SIGEV_SIGNAL)
                event.sigev_signo = SIGKILL
                var timer: timer_t?
                try #require(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0)
                var time = itimerspec()
                time.it_value.tv_nsec = 5_000_000 + Int(getpid() % 64) * 1_000_000
                var isArmed = false
                let answers = open(path + "/answers", O_WRONLY | O_CREAT | O_APPEND, 0o600)
                while true {
                    let id = try store.nextMotion()
                    try store.begin(Motion(id: id, target: .locked, origin: .device))
                    var seq = try store.finish(id, .sample(id.rawValue))
                    Glibc.write(answers, &seq, MemoryLayout.size(ofValue: seq))
                    if !isArmed { try #require(timer_settime(timer, 0, &time, nil) == 0) }
                    isArmed = true
                }
            }
            let answers = try bytes(of: path + "/answers") ?? []
            var answered: Int64 = before
            answers.suffix(8).withUnsafeBytes { if $0.count == 8 { answered = $0.loadUnaligned(as: Int64.self) } }
            let store = try openStore(path + "/lock.db")
            let page = try store.entries(since: 0, limit: 1)
            #expect(page.last == answered || page.last == answered + 1)
            _ = try allRecords(store)
            let next = try store.nextMotion()
            // One entry a motion, unless the kill came between the two.
            let interrupted = try store.interruptedMotions().last
            if let interrupted {
                #expect(interrupted.id.rawValue == next.rawValue - 1)
                before = try store.finish(interrupted.id, .sample(0))
            } else {
                before = page.last
            }
            #expect(before == next.rawValue - 1)
            #expect(unlinkFile(path + "/answers"))
        }
        #expect(before >= 12, "a child got nothing done")
    }
}

@Suite("A full disk", .enabled(if: isRoot, "mounting a small file system needs root"))
struct FullDiskTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try directory.mountMemory(options: "size=512k")
    }

    /// Takes all the space that is left.
    private func fillUp() {
        let descriptor = open(directory.path + "/ballast", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(descriptor) }
        let block = [UInt8](repeating: 1, count: 4_096)
        while Glibc.write(descriptor, block, block.count) > 0 {}
    }

    @Test(
        "Recording fails, nothing that was recorded is lost, reading works, and recording works again when there is space"
    )
    func full() throws {
        do {
            let store = try openStore(directory.store)
            try store.saveSettings(fullSettings)
            try store.begin(Motion(id: MotionID(1), target: .unlocked, origin: .device))
            #expect(try store.finish(nil, .sample(1)) == 1)
            fillUp()
            var recorded: Int64 = 1
            var failure: StoreError?
            while failure == nil, recorded < 5_000 {
                do throws(StoreError) {
                    recorded = try store.finish(nil, .sample(recorded + 1))
                } catch {
                    failure = error
                }
            }
            guard case .sqlite(let error) = failure else {
                Issue.record("\(String(describing: failure)) after \(recorded)")
                return
            }
            #expect(error.isFull)
            #expect(throws: StoreError.self) {
                try store.begin(Motion(id: MotionID(2), target: .locked, origin: .device))
            }
            #expect(try store.loadSettings() == fullSettings)
            // Neither half of finishing happened: the motion is open, and there is no entry.
            #expect(throws: StoreError.self) { try store.finish(MotionID(1), .sample(0)) }
            #expect(try store.interruptedMotions().map(\.id) == [MotionID(1)])
            #expect(try store.nextMotion() == MotionID(2))
            #expect(try allRecords(store).count == Int(recorded))

            #expect(unlinkFile(directory.path + "/ballast"))
            #expect(try store.finish(MotionID(1), .sample(0)) == recorded + 1)
            try store.begin(Motion(id: MotionID(2), target: .locked, origin: .device))
            fillUp()
        }
        let store = try openStore(directory.store)
        #expect(try store.interruptedMotions().map(\.id) == [MotionID(2)])
        _ = try allRecords(store)
    }

    @Test("Where there is no space for a new store it is unavailable, and made when there is")
    func noSpaceAtAll() throws {
        fillUp()
        let opened = Opened(LockStore.open(at: directory.store, bootID: bootID))
        guard case .unavailable(.sqlite(let error)) = opened else {
            Issue.record("\(opened)")
            return
        }
        #expect(error.isFull)
        #expect(unlinkFile(directory.path + "/ballast"))
        #expect(Opened(LockStore.open(at: directory.store, bootID: bootID)) == .created)
    }

    @Test("A damaged store on a full disk is set aside only with a working one in its place, or is unavailable")
    func damagedAndFull() throws {
        try write(Array(repeating: 7, count: 5_000), to: directory.store)
        fillUp()
        let opened = Opened(LockStore.open(at: directory.store, bootID: bootID))
        #expect(opened.isQuarantined || opened.error != nil)
        #expect(try bytes(of: directory.store + ".quarantined") == Array(repeating: 7, count: 5_000))
        #expect(unlinkFile(directory.path + "/ballast"))
        #expect(
            Opened(LockStore.open(at: directory.store, bootID: bootID)) == (opened.isQuarantined ? .opened : .created))
    }
}
