import LockCore
import Testing

@Suite("The budget of what nobody asked for")
struct EntryBudgetTests {
    @Test("writes a burst, says in its last entry that the rest is left out, and resumes after a rest")
    func chatter() {
        var budget = EntryBudget()
        let start = Instant(nanoseconds: 1_000_000_000)
        let verdicts = (0..<40).map { budget.take(at: start + .milliseconds(100) * $0) }
        #expect(verdicts[..<29].allSatisfy { $0 == .write })
        #expect(verdicts[29] == .writeLast)
        #expect(verdicts[30...].allSatisfy { $0 == .leaveOut })
        let rested = start + EntryBudget.refill * EntryBudget.resume
        #expect(budget.take(at: rested + .seconds(-2)) == .leaveOut)
        #expect(budget.take(at: rested) == .write)
    }

    @Test("a chattering switch at rest leaves no more than a burst in the audit log")
    func switchAtRest() {
        var device = Device(configuration: DeviceConfiguration())
        let out = LimitReading(extended: true, retracted: false)
        let nowhere = LimitReading(extended: false, retracted: false)
        _ = device.handle(.boot(BootFacts(limits: out)), at: .zero)
        var entries: [AuditEvent] = []
        for step in 1...2_000 {
            let reading = step.isMultiple(of: 2) ? out : nowhere
            for effect in device.handle(.limits(reading), at: Instant(nanoseconds: Int64(step) * 50_000_000)) {
                if case .record(let event, _) = effect { entries.append(event) }
            }
        }
        #expect(entries.count == EntryBudget.burst)
        #expect(entries.last?.outcome == .failed(.sensorStuck))
        #expect(device.state == .locked)
    }

    @Test("a motor coasts for the whole dead time before it is driven again, even if the orders have piled up")
    func piledUpOrders() {
        let levels = BoltLevels(limits: LimitReading(extended: false, retracted: false))
        var driver = BoltDriver(debounce: .milliseconds(10), deadTime: .milliseconds(100), levels: levels)
        let now = Instant(nanoseconds: 5_000_000_000)
        driver.perform(.wakeDriver, levels: levels, at: now)
        driver.perform(
            .drive(.extend, atMost: .milliseconds(500), blanking: .zero, id: DriveID(1)), levels: levels, at: now)
        for order in [BoltOrder.brake, .coast] { driver.perform(order, levels: levels, at: now + .milliseconds(50)) }
        let again = BoltOrder.drive(.retract, atMost: .milliseconds(500), blanking: .zero, id: DriveID(2))
        // The lines were set two milliseconds after the order.
        driver.applied(at: now + .milliseconds(52))
        _ = driver.nextReport()
        driver.perform(again, levels: levels, at: now + .milliseconds(99))
        #expect(driver.isDriving)
        #expect(driver.output.bridge == .coast)
        #expect(driver.deadline == now + .milliseconds(152))
        var stopped = driver
        driver.wake(levels: levels, at: now + .milliseconds(152))
        #expect(driver.output.bridge == .retract)
        // Its cap begins with it.
        #expect(driver.deadline == now + .milliseconds(652))
        // One that is called off before it begins is told of all the same.
        stopped.perform(.sleepDriver, levels: levels, at: now + .milliseconds(120))
        #expect(!stopped.isDriving)
        guard case .driveEnded(let end) = stopped.nextReport() else {
            Issue.record("nothing was reported")
            return
        }
        #expect((end.id, end.reason) == (DriveID(2), .stopped))
        #expect(end.began == end.ended)
        // And so is one that something else is ordered over.
        driver.perform(.sleepDriver, levels: levels, at: now + .milliseconds(200))
        #expect(driver.nextReport() != nil)
    }

    @Test("a bolt that is turned home while its drive waits is not driven")
    func arrivedWhileWaiting() {
        let levels = BoltLevels(limits: LimitReading(extended: false, retracted: false))
        var driver = BoltDriver(debounce: .milliseconds(10), deadTime: .milliseconds(100), levels: levels)
        driver.perform(.wakeDriver, levels: levels, at: .ms(0))
        driver.perform(
            .drive(.extend, atMost: .seconds(1), blanking: .zero, id: DriveID(1)), levels: levels, at: .ms(0))
        for order in [BoltOrder.brake, .coast] { driver.perform(order, levels: levels, at: .ms(50)) }
        _ = driver.nextReport()
        driver.perform(
            .drive(.retract, atMost: .seconds(1), blanking: .zero, id: DriveID(2)), levels: levels, at: .ms(60))
        driver.edge(.retractedLimit, isActive: true, at: .ms(70))
        var home = levels
        home.limits.retracted = true
        driver.wake(levels: home, at: .ms(150))
        #expect(driver.output.bridge == .coast)
        guard case .driveEnded(let end) = driver.nextReport() else {
            Issue.record("nothing was reported")
            return
        }
        #expect(end.reason == .notStarted)
    }

    @Test("an unlock that a power cut interrupted is completed from mid-travel only")
    func recovery() {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        let interrupted = Motion(id: MotionID(4), target: .unlocked, origin: .insideButton)
        for (limits, isCompleted) in [
            (LimitReading(extended: true, retracted: false), false),
            (LimitReading(extended: false, retracted: false), true),
        ] {
            var device = Device(configuration: configuration)
            let facts = BootFacts(limits: limits, interrupted: [interrupted], nextMotion: MotionID(5))
            _ = device.handle(.boot(facts), at: .zero)
            #expect((device.state == .unlocking) == isCompleted)
        }
    }
}
