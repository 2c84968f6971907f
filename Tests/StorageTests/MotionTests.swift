import LockCore
import Storage
import Testing

@Suite("Motion journal")
struct MotionTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func motion(_ number: Int64, _ target: Target = .locked, _ origin: Origin = .key(3)) -> Motion {
        Motion(id: MotionID(number), target: target, origin: origin)
    }

    private func count(_ condition: String) throws -> Int64? {
        let database = try Database(path: directory.store)
        return try database.integer("SELECT count(*) FROM motion WHERE \(condition)")
    }

    @Test(
        "A motion that was begun and not finished is the interrupted one after opening again, until it is finished",
        arguments: Target.allCases,
        [.insideButton, .local(user: .max), .key(0), .autoRelock, .recovery, .device] as [Origin])
    func interrupted(_ target: Target, _ origin: Origin) throws {
        let motion = motion(1, target, origin)
        try openStore(directory.store).begin(motion)
        for _ in 1...2 {
            let store = try openStore(directory.store)
            #expect(try store.interruptedMotions() == [motion])
            #expect(try store.nextMotion() == MotionID(2))
            #expect(store.takeProblems().isEmpty)
        }
        try openStore(directory.store).finish(motion.id, .sample(1))
        #expect(try openStore(directory.store).interruptedMotions().isEmpty)
    }

    @Test("A finished motion is closed together with its audit entry")
    func finished() throws {
        let store = try openStore(directory.store)
        try store.begin(motion(1))
        #expect(try store.finish(MotionID(1), .sample(8)) == 1)
        #expect(try store.interruptedMotions().isEmpty)
        #expect(try allRecords(store).map(\.event) == [.sample(8)])
    }

    @Test("Finishing a motion that the journal does not know still records the event")
    func unknown() throws {
        let store = try openStore(directory.store)
        try store.begin(motion(1))
        try store.finish(MotionID(7), .sample(1))
        #expect(try store.interruptedMotions() == [motion(1)])
        #expect(try allRecords(store).count == 1)
    }

    @Test("A number is never used twice, not even after its motion was pruned or the store was opened again")
    func reused() throws {
        for number in 1...200 as ClosedRange<Int64> {
            let store = try openStore(directory.store)
            let id = try store.nextMotion()
            #expect(id == MotionID(number))
            try store.begin(motion(number))
            try store.finish(id, .sample(number))
        }
        let store = try openStore(directory.store)
        for number in [-1, 0, 1, 100, 199, 200, Int64.min] as [Int64] {
            #expect(throws: StoreError.motionReused(MotionID(number))) { try store.begin(motion(number)) }
        }
        #expect(throws: StoreError.numbersExhausted) { try store.begin(motion(.max)) }
        #expect(try store.nextMotion() == MotionID(201))
        #expect(try store.interruptedMotions().isEmpty)
    }

    @Test("A number may be skipped: its beginning failed")
    func skipped() throws {
        let store = try openStore(directory.store)
        try store.begin(motion(1))
        try store.begin(motion(5))
        #expect(try store.nextMotion() == MotionID(6))
    }

    @Test("Only a small number of motions is kept")
    func pruned() throws {
        do {
            let store = try openStore(directory.store)
            for number in 1...300 as ClosedRange<Int64> {
                try store.begin(motion(number))
                try store.finish(MotionID(number), .sample(number))
            }
            #expect(store.takeProblems().isEmpty)
        }
        #expect(try count("true") == 64)
        #expect(try count("id > 236") == 64)
    }

    @Test("Motions that were never finished are dropped with the old ones, and reported")
    func leaked() throws {
        let store = try openStore(directory.store)
        for number in 1...70 as ClosedRange<Int64> { try store.begin(motion(number)) }
        try store.finish(MotionID(70), .sample(1))
        #expect(store.takeProblems() == [.openMotionsPruned(count: 6)])
        #expect(try store.interruptedMotions() == (38...69).map { motion($0) })
        #expect(store.takeProblems() == [.staleMotions((7...37).map { MotionID($0) })])
    }

    @Test(
        "Of more open motions than can be under way the oldest are closed and reported, once; the others wait for their end"
    )
    func stale() throws {
        do {
            let store = try openStore(directory.store)
            for number in 1...34 as ClosedRange<Int64> { try store.begin(motion(number)) }
        }
        do {
            let store = try openStore(directory.store)
            #expect(try store.interruptedMotions() == (3...34).map { motion($0) })
            #expect(store.takeProblems() == [.staleMotions([MotionID(1), MotionID(2)])])
            #expect(try store.interruptedMotions() == (3...34).map { motion($0) })
            #expect(store.takeProblems().isEmpty)
            try store.finish(MotionID(3), .sample(1))
        }
        #expect(try openStore(directory.store).interruptedMotions() == (4...34).map { motion($0) })
    }

    @Test("Of several open motions the one that cannot be read is closed, the others are told of")
    func unreadableAmongOthers() throws {
        do {
            let store = try openStore(directory.store)
            for number in 1...3 as ClosedRange<Int64> { try store.begin(motion(number)) }
        }
        do {
            let database = try Database(path: directory.store)
            try database.execute("UPDATE motion SET origin = 'ghost' WHERE id = 2")
        }
        let store = try openStore(directory.store)
        #expect(try store.interruptedMotions() == [motion(1), motion(3)])
        #expect(store.takeProblems() == [.motionUnreadable(MotionID(2))])
        #expect(try store.interruptedMotions() == [motion(1), motion(3)])
        #expect(store.takeProblems().isEmpty)
    }

    @Test(
        "An interrupted motion in words unknown to this version is closed and reported",
        arguments: ["target = 'ajar'", "origin = 'ghost'", "origin_number = -1", "origin_number = NULL"])
    func unreadable(_ change: String) throws {
        try openStore(directory.store).begin(motion(1))
        do {
            let database = try Database(path: directory.store)
            try database.execute("UPDATE motion SET \(change)")
        }
        let store = try openStore(directory.store)
        #expect(try store.interruptedMotions().isEmpty)
        #expect(store.takeProblems() == [.motionUnreadable(MotionID(1))])
        #expect(try store.interruptedMotions().isEmpty)
        #expect(store.takeProblems().isEmpty)
        #expect(try store.nextMotion() == MotionID(2))
    }

    @Test("The problems that are remembered are bounded")
    func problems() throws {
        let store = try openStore(directory.store)
        var number: Int64 = 0
        for _ in 1...80 {
            for _ in 1...2 {
                number += 1
                try store.begin(motion(number))
            }
            _ = try store.interruptedMotions()
        }
        #expect(store.takeProblems().count == StoreLimits.problems)
    }
}
