import Testing

@testable import LockCore

/// A bolt thread without a thread: a driver and the lines it watches.
private final class Lines {
    var driver: BoltDriver
    var levels: BoltLevels

    init(_ position: BoltPosition) {
        levels = BoltLevels(limits: LimitReading(position))
        driver = BoltDriver(debounce: .milliseconds(10), deadTime: .milliseconds(100), levels: levels)
    }

    func order(_ order: BoltOrder, at milliseconds: Int64) {
        driver.perform(order, levels: levels, at: .ms(milliseconds))
    }

    func drive(_ direction: Direction, cap: Int = 900, id: UInt32 = 1, at milliseconds: Int64 = 0) {
        order(.wakeDriver, at: milliseconds)
        order(
            .drive(direction, atMost: .milliseconds(cap), blanking: .milliseconds(60), id: DriveID(id)),
            at: milliseconds)
    }

    func edge(_ line: BoltLine, _ isActive: Bool, at milliseconds: Int64) {
        levels[line] = isActive
        driver.edge(line, isActive: isActive, at: .ms(milliseconds))
    }

    func wake(at milliseconds: Int64) { driver.wake(levels: levels, at: .ms(milliseconds)) }

    func reports() -> [BoltReport] {
        var reports: [BoltReport] = []
        while let report = driver.nextReport() { reports.append(report) }
        return reports
    }

    func ends() -> [DriveEnd] {
        reports().compactMap { if case .driveEnded(let end) = $0 { end } else { nil } }
    }

    var bridge: Bridge { driver.output.bridge }
}

@Suite("The bolt driver")
struct BoltDriverTests {
    @Test("is asleep and coasting before the first order")
    func safeAtFirst() {
        let lines = Lines(.retracted)
        #expect(lines.driver.output == .safe)
        #expect(lines.driver.deadline == nil)
        #expect(!lines.driver.isDriving)
    }

    @Test("energises the motor in the direction it was given", arguments: [Direction.extend, .retract])
    func energises(_ direction: Direction) {
        let lines = Lines(.between)
        lines.drive(direction)
        #expect(lines.bridge.direction == direction)
        #expect(lines.driver.output.isAwake)
        #expect(lines.driver.isDriving)
    }

    @Test("brakes on the first raw edge of the limit ahead, with the edge's own timestamp")
    func brakesOnFirstEdge() throws {
        let lines = Lines(.retracted)
        lines.drive(.extend, at: 10)
        lines.edge(.retractedLimit, false, at: 50)
        lines.edge(.extendedLimit, true, at: 310)
        #expect(lines.bridge == .brake)
        lines.edge(.extendedLimit, false, at: 311)
        lines.edge(.extendedLimit, true, at: 312)
        #expect(lines.bridge == .brake)
        let end = try #require(lines.ends().first)
        #expect(end.reason == .limit)
        #expect(end.began == .ms(10))
        #expect(end.ended == .ms(310))
        #expect(end.leftStart)
        #expect(end.limits == LimitReading(.extended))
    }

    @Test("ends a drive at its cap")
    func cap() {
        let lines = Lines(.retracted)
        lines.drive(.extend, cap: 900)
        lines.wake(at: 60)
        #expect(lines.driver.deadline == .ms(900))
        lines.wake(at: 899)
        #expect(lines.driver.isDriving)
        lines.wake(at: 900)
        #expect(lines.bridge == .brake)
        #expect(lines.ends().map(\.reason) == [.cap])
    }

    @Test("says that the bolt never left when the starting switch never released")
    func neverLeft() {
        let lines = Lines(.retracted)
        lines.drive(.extend)
        lines.wake(at: 900)
        #expect(lines.ends().map(\.leftStart) == [false])
    }

    @Test("catches a lost edge at the cap, by a fresh look at the levels")
    func lostEdge() {
        let lines = Lines(.retracted)
        lines.drive(.extend)
        lines.levels.limits = LimitReading(.extended)
        lines.wake(at: 900)
        #expect(lines.ends().map(\.reason) == [.limit])
    }

    @Test("looks at stall and fault again when blanking ends, because a level that is there already makes no edge")
    func levelsAtEndOfBlanking() {
        let stalled = Lines(.retracted)
        stalled.drive(.extend)
        stalled.edge(.stall, true, at: 5)
        #expect(stalled.driver.isDriving)
        #expect(stalled.driver.deadline == .ms(60))
        stalled.wake(at: 60)
        #expect(stalled.ends().map(\.reason) == [.stall])
        #expect(stalled.bridge == .brake)

        let faulted = Lines(.retracted)
        faulted.drive(.extend)
        faulted.edge(.driverFault, true, at: 5)
        #expect(faulted.driver.isDriving)
        faulted.wake(at: 60)
        #expect(faulted.ends().map(\.reason) == [.driverFault])
        #expect(faulted.bridge == .coast)
    }

    @Test("does not believe inrush: a stall or fault that is over before blanking ends is nothing")
    func inrush() {
        let lines = Lines(.retracted)
        lines.drive(.extend)
        for line in [BoltLine.stall, .driverFault] {
            lines.edge(line, true, at: 5)
            lines.edge(line, false, at: 59)
        }
        lines.wake(at: 60)
        #expect(lines.driver.isDriving)
    }

    @Test("stops on a stall or a fault after blanking", arguments: [BoltLine.stall, .driverFault])
    func stopsAfterBlanking(_ line: BoltLine) {
        let lines = Lines(.retracted)
        lines.drive(.extend)
        lines.wake(at: 60)
        lines.edge(line, true, at: 200)
        #expect(!lines.driver.isDriving)
        #expect(lines.ends().map(\.reason) == [line == .stall ? .stall : .driverFault])
    }

    @Test("takes the limit ahead for the reason when everything happens at once")
    func limitComesFirst() {
        let lines = Lines(.retracted)
        lines.drive(.extend)
        lines.levels = BoltLevels(limits: LimitReading(.extended), driverFault: true, stall: true)
        lines.wake(at: 900)
        #expect(lines.ends().map(\.reason) == [.limit])
    }

    @Test("ends on the wrong limit only when it lasts")
    func wrongLimit() {
        let lines = Lines(.retracted)
        lines.drive(.extend)
        lines.edge(.retractedLimit, false, at: 100)
        lines.edge(.retractedLimit, true, at: 101)
        #expect(lines.driver.deadline == .ms(60) || lines.driver.deadline == .ms(111))
        lines.edge(.retractedLimit, false, at: 105)
        lines.wake(at: 150)
        #expect(lines.driver.isDriving)
        lines.edge(.retractedLimit, true, at: 200)
        lines.wake(at: 209)
        #expect(lines.driver.isDriving)
        #expect(lines.driver.deadline == .ms(210))
        lines.wake(at: 210)
        #expect(lines.bridge == .brake)
        #expect(lines.ends().map(\.reason) == [.wrongLimit])
    }

    @Test("does not call the starting switch a wrong limit while it has not released, or within the blanking time")
    func startingSwitchIsNotWrong() {
        let lines = Lines(.retracted)
        lines.drive(.extend)
        lines.wake(at: 500)
        #expect(lines.driver.isDriving)

        let bouncing = Lines(.retracted)
        bouncing.drive(.extend)
        bouncing.edge(.retractedLimit, false, at: 1)
        bouncing.edge(.retractedLimit, true, at: 2)
        bouncing.wake(at: 69)
        #expect(bouncing.driver.isDriving)
        bouncing.wake(at: 70)
        #expect(bouncing.ends().map(\.reason) == [.wrongLimit])
    }

    @Test("never starts into an active limit", arguments: [Direction.extend, .retract])
    func activeLimit(_ direction: Direction) {
        let lines = Lines(direction == .extend ? .extended : .retracted)
        lines.drive(direction)
        #expect(lines.bridge == .coast)
        #expect(lines.ends().map(\.reason) == [.notStarted])
    }

    @Test("never starts into a limit whose edge it has not been told of yet")
    func activeLimitUnseen() {
        let lines = Lines(.between)
        lines.levels.limits = LimitReading(.extended)
        lines.drive(.extend)
        #expect(lines.ends().map(\.reason) == [.notStarted])
        #expect(lines.bridge == .coast)
    }

    @Test("never starts with the driver asleep")
    func asleep() {
        let lines = Lines(.retracted)
        lines.order(.drive(.extend, atMost: .seconds(1), blanking: .zero, id: DriveID(1)), at: 0)
        #expect(lines.driver.output == .safe)
        let ends = lines.ends()
        #expect(ends.map(\.reason) == [.notStarted])
        #expect(ends.first.map { $0.began == $0.ended } == true)
    }

    @Test("never starts while the driver reports a fault")
    func faulted() {
        let lines = Lines(.retracted)
        lines.levels.driverFault = true
        lines.drive(.extend)
        #expect(lines.bridge == .coast)
        #expect(lines.ends().map(\.reason) == [.driverFault])
    }

    @Test("never starts over a running drive: both end, and the motor is let go")
    func overRunningDrive() {
        let lines = Lines(.between)
        lines.drive(.extend, id: 1)
        lines.drive(.retract, id: 2, at: 100)
        #expect(lines.bridge == .coast)
        let ends = lines.ends()
        #expect(ends.map(\.id) == [DriveID(1), DriveID(2)])
        #expect(ends.map(\.reason) == [.stopped, .notStarted])
    }

    @Test("never starts out of a brake")
    func outOfBrake() {
        let lines = Lines(.between)
        lines.order(.wakeDriver, at: 0)
        lines.order(.brake, at: 1)
        lines.drive(.extend, at: 2)
        #expect(lines.bridge == .brake)
        #expect(lines.ends().map(\.reason) == [.notStarted])
    }

    @Test(
        "ends each drive exactly once, whatever comes after it",
        arguments: [BoltOrder.brake, .coast, .sleepDriver])
    func endsOnce(_ order: BoltOrder) {
        let lines = Lines(.retracted)
        lines.drive(.extend)
        lines.order(order, at: 200)
        #expect(!lines.driver.isDriving)
        #expect(lines.bridge == (order == .brake ? .brake : .coast))
        #expect(lines.driver.output.isAwake == (order != .sleepDriver))
        lines.edge(.extendedLimit, true, at: 210)
        lines.order(.coast, at: 220)
        lines.order(.sleepDriver, at: 230)
        lines.wake(at: 2000)
        #expect(lines.ends().map(\.reason) == [.stopped])
        #expect(lines.driver.output == .safe)
    }

    @Test("reports the limit, not the order, when a brake crosses the arrival")
    func brakeCrossesArrival() {
        let lines = Lines(.retracted)
        lines.drive(.extend)
        lines.levels.limits = LimitReading(.extended)
        lines.order(.brake, at: 300)
        #expect(lines.ends().map(\.reason) == [.limit])
    }

    @Test("is not ended by an edge from before it began, which was still in the kernel's queue")
    func staleEdge() {
        let lines = Lines(.between)
        lines.drive(.extend, at: 100)
        lines.driver.edge(.extendedLimit, isActive: true, at: .ms(90))
        lines.driver.edge(.extendedLimit, isActive: false, at: .ms(91))
        #expect(lines.driver.isDriving)
        #expect(lines.ends().isEmpty)
        lines.edge(.extendedLimit, true, at: 300)
        #expect(lines.ends().map(\.reason) == [.limit])
    }

    @Test("reports a switch once it has been steady")
    func debounced() {
        let lines = Lines(.retracted)
        lines.edge(.retractedLimit, false, at: 100)
        lines.edge(.retractedLimit, true, at: 103)
        lines.edge(.retractedLimit, false, at: 106)
        #expect(lines.reports().isEmpty)
        #expect(lines.driver.deadline == .ms(116))
        lines.wake(at: 115)
        #expect(lines.reports().isEmpty)
        lines.wake(at: 116)
        #expect(lines.reports() == [.limits(LimitReading(.between))])
        #expect(lines.driver.deadline == nil)
    }

    @Test("reports nothing when a switch bounces back to where it was")
    func bouncedBack() {
        let lines = Lines(.retracted)
        lines.edge(.retractedLimit, false, at: 100)
        lines.edge(.retractedLimit, true, at: 101)
        lines.wake(at: 111)
        #expect(lines.reports().isEmpty)
        #expect(lines.driver.deadline == nil)
    }

    @Test("reports both switches in one reading when both have changed")
    func bothSwitches() {
        let lines = Lines(.retracted)
        lines.edge(.retractedLimit, false, at: 100)
        lines.edge(.extendedLimit, true, at: 101)
        lines.wake(at: 111)
        #expect(lines.reports() == [.limits(LimitReading(.extended))])
    }

    @Test("does not believe a switch that never comes to rest to be active")
    func neverSettles() {
        let lines = Lines(.extended)
        var heard: [BoltReport] = []
        for toggle in 0..<60 {
            lines.edge(.extendedLimit, toggle % 2 == 1, at: 1000 + Int64(toggle) * 5)
            heard += lines.reports()
        }
        #expect(heard == [.limits(LimitReading(.between))])
        lines.wake(at: 1400)
        #expect(lines.reports() == [.limits(LimitReading(.extended))])
    }

    @Test("notices at any order that an edge was lost")
    func lostEdgeAtRest() {
        let lines = Lines(.retracted)
        lines.levels.limits = LimitReading(.between)
        lines.order(.wakeDriver, at: 100)
        lines.wake(at: 110)
        #expect(lines.reports() == [.limits(LimitReading(.between))])
    }

    @Test("reports a driver fault and its end, after the end of the drive it caused")
    func reportsFault() {
        let lines = Lines(.retracted)
        lines.drive(.extend)
        lines.wake(at: 60)
        lines.edge(.driverFault, true, at: 100)
        let reports = lines.reports()
        #expect(reports.count == 2)
        #expect(reports.last == .driverFault(true))
        lines.edge(.driverFault, false, at: 300)
        #expect(lines.reports() == [.driverFault(false)])
    }

    @Test("believes stall and fault from the start when the board blanks nothing")
    func noBlanking() {
        let lines = Lines(.retracted)
        lines.levels.stall = true
        lines.order(.wakeDriver, at: 0)
        lines.order(.drive(.extend, atMost: .seconds(1), blanking: .zero, id: DriveID(1)), at: 0)
        #expect(lines.driver.deadline == .ms(0))
        lines.wake(at: 0)
        #expect(lines.ends().map(\.reason) == [.stall])
    }

    /// A thread that sleeps until ``BoltDriver/deadline`` must neither miss what is due nor spin on a deadline that stays.
    @Test("always has a deadline for what is due, and clears it when woken then", arguments: 0..<200)
    func deadlineClears(_ seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        let lines = Lines(BoltPosition.allCases[seed % 4])
        var now: Int64 = 0
        var opened = 0
        var ended = 0
        for _ in 0..<100 {
            now += Int64(random.next() % 30)
            switch random.next() % 8 {
            case 0:
                opened += 1
                lines.drive(random.next() % 2 == 0 ? .extend : .retract, id: UInt32(opened), at: now)
            case 1: lines.order(random.next() % 2 == 0 ? .brake : .coast, at: now)
            case 2: lines.order(.sleepDriver, at: now)
            case 3, 4, 5:
                let line = BoltLine.allCases[Int(random.next() % 4)]
                lines.edge(line, !lines.levels[line], at: now)
            default: lines.wake(at: now)
            }
            ended += lines.ends().count
            #expect(opened - ended == (lines.driver.isDriving ? 1 : 0), "each drive ends once")
            var wakes = 0
            while let due = lines.driver.deadline, due <= .ms(now) {
                lines.wake(at: now)
                ended += lines.ends().count
                wakes += 1
                guard wakes < 3 else {
                    Issue.record("the deadline \(due) does not clear at \(now)")
                    break
                }
            }
            if let direction = lines.bridge.direction {
                #expect(lines.driver.isDriving && lines.driver.output.isAwake)
                #expect(!lines.levels.limits[direction.limit])
                #expect(lines.driver.deadline != nil)
            }
        }
    }
}
