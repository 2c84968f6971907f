import Testing

@testable import LockCore

@Suite("Auto-relock")
struct DeviceRelockTests {
    private static let settings = Settings(autoRelockMilliseconds: 30_000)

    private static func unlocked(_ configuration: DeviceConfiguration = DeviceConfiguration()) -> Rig {
        Rig(.retracted, configuration: configuration) { $0.settings = settings }
    }

    @Test("locks after its time, by itself")
    func relocks() {
        var rig = Self.unlocked()
        #expect(rig.device.status.relockDeadline == rig.now + .seconds(30))
        rig.pass(.seconds(30))
        #expect(rig.state == .locking)
        rig.rest()
        #expect(rig.state == .locked)
        #expect(rig.records.last.map { $0.origin == .autoRelock && $0.action == .lock } == true)
        #expect(rig.deadline(.autoRelock) == nil)
    }

    @Test("begins its time when the unlock has ended")
    func afterUnlock() {
        var rig = Rig(.extended) { $0.settings = Self.settings }
        #expect(rig.deadline(.autoRelock) == nil)
        rig.unlock()
        rig.rest()
        let deadline = rig.device.status.relockDeadline
        #expect(deadline.map { $0 - rig.now <= .seconds(30) } == true)
    }

    @Test("is one deadline: an unlock that finds the bolt drawn begins it anew")
    func anew() {
        var rig = Self.unlocked()
        rig.pass(.seconds(20))
        rig.unlock()
        #expect(rig.device.status.relockDeadline == rig.now + .seconds(30))
        rig.pass(.seconds(29))
        #expect(rig.state == .unlocked)
        rig.pass(.seconds(1))
        #expect(rig.state == .locking)
    }

    @Test("ignores a deadline that is no longer its own")
    func stale() {
        var rig = Self.unlocked()
        guard let old = rig.device.status.relockDeadline else { return }
        rig.pass(.seconds(20))
        rig.unlock()
        rig.send(.timer(.autoRelock, deadline: old))
        #expect(rig.state == .unlocked)
    }

    @Test("waits while the door is open, and begins anew when it is shut")
    func door() {
        var rig = Self.unlocked()
        rig.openDoor()
        #expect(rig.deadline(.autoRelock) == nil)
        rig.pass(.seconds(100))
        #expect(rig.state == .unlocked)
        rig.closeDoor()
        #expect(rig.deadline(.autoRelock) == rig.now + .seconds(30))
    }

    @Test("is cancelled by a lock, and by a hand that throws the bolt")
    func cancelled() {
        var rig = Self.unlocked()
        rig.lock()
        #expect(rig.deadline(.autoRelock) == nil)
        var turned = Self.unlocked()
        turned.turn(to: .between)
        turned.turn(to: .extended)
        #expect(turned.deadline(.autoRelock) == nil)
    }

    @Test("is off in passage mode and on again after it")
    func passage() {
        var rig = Self.unlocked()
        rig.configure(Settings(mode: .passage, autoRelockMilliseconds: 30_000))
        #expect(rig.deadline(.autoRelock) == nil)
        rig.configure(Self.settings)
        #expect(rig.deadline(.autoRelock) == rig.now + .seconds(30))
    }

    @Test("locks behind whoever left by the inside button in lock-out mode")
    func lockOut() {
        var rig = Rig(.extended) { $0.settings = Settings(mode: .lockOut, autoRelockMilliseconds: 30_000) }
        rig.pressButton()
        rig.rest()
        rig.pass(.seconds(31))
        #expect(rig.state == .locked)
    }

    @Test("that is refused leaves one entry and is not tried again until something changes")
    func suspended() {
        var rig = Self.unlocked()
        rig.battery(5)
        rig.pass(.seconds(300))
        #expect(rig.outcomes(of: .lock) == [.refused(.lowBattery)])
        #expect(rig.deadline(.autoRelock) == nil)
        rig.battery(90)
        rig.pass(.seconds(31))
        #expect(rig.state == .locked)
    }

    @Test("that a low battery refuses does not fill the log as the gauge wavers")
    func waveringGauge() {
        var rig = Self.unlocked()
        for minute in 0..<20 {
            rig.battery(5, millivolts: 5000 + minute % 2)
            rig.pass(.seconds(60))
        }
        #expect(rig.outcomes(of: .lock) == [.refused(.lowBattery)])
    }

    @Test(
        "that the journal refuses is tried again a minute later, then after two, with one entry each time, until it answers"
    )
    func slowDisk() {
        var rig = Self.unlocked()
        rig.journal = .fails
        rig.pass(.seconds(30))
        rig.rest()
        let refused = rig.now
        #expect(rig.outcomes(of: .lock) == [.refused(.journalUnavailable)])
        #expect(rig.deadline(.autoRelock) == refused + Device.relockRetry)
        rig.pass(Device.relockRetry + .seconds(1))
        #expect(rig.outcomes(of: .lock) == [.refused(.journalUnavailable), .refused(.journalUnavailable)])
        rig.journal = .stores
        rig.pass(Device.relockRetry * 2 + .seconds(1))
        #expect(rig.state == .locked)
        #expect(rig.drives == [.extend])
    }

    @Test(
        "on a disk that has failed leaves few entries, which have no place but memory; and when it works, begins with a minute"
    )
    func deadDisk() {
        var rig = Self.unlocked()
        rig.journal = .fails
        rig.pass(.seconds(86_400))
        rig.rest()
        #expect((90...110).contains(rig.outcomes(of: .lock).count))
        #expect(rig.deadline(.autoRelock).map { $0 - rig.now <= Device.relockRetryMaximum } == true)
        // The disk works again, and somebody uses the lock.
        rig.journal = .stores
        rig.lock()
        rig.rest()
        rig.unlock()
        rig.rest()
        #expect(rig.deadline(.autoRelock).map { $0 - rig.now <= Device.relockRetry } == true)
        rig.pass(Device.relockRetry)
        rig.rest()
        #expect(rig.state == .locked)
        // And when it fails again, it is tried again after a minute.
        rig.unlock()
        rig.rest()
        rig.journal = .fails
        rig.pass(.seconds(31))
        rig.rest()
        #expect(rig.deadline(.autoRelock).map { $0 - rig.now <= Device.relockRetry } == true)
    }

    @Test("that is refused for a passing reason waits its own time when that is longer")
    func slowRelock() {
        var rig = Rig(.retracted) { $0.settings = Settings(autoRelockMilliseconds: 120_000) }
        rig.journal = .silence
        rig.pass(.seconds(120))
        rig.rest()
        #expect(rig.outcomes(of: .lock) == [.refused(.journalUnavailable)])
        #expect(rig.deadline(.autoRelock) == rig.now + .seconds(120))
    }

    @Test("is not brought nearer by the door or a setting than a minute after it was refused")
    func noSooner() {
        var rig = Self.unlocked()
        rig.journal = .fails
        rig.pass(.seconds(30))
        rig.rest()
        let again = rig.now + Device.relockRetry
        rig.openDoor()
        #expect(rig.deadline(.autoRelock) == nil)
        rig.closeDoor()
        #expect(rig.deadline(.autoRelock) == again)
        rig.configure(Settings(autoRelockMilliseconds: 5_000))
        #expect(rig.deadline(.autoRelock) == again)
    }

    @Test("that the motor is too hot for is tried again when it has rested")
    func hotMotor() {
        var configuration = DeviceConfiguration()
        configuration.duty.burst = .milliseconds(1800)
        configuration.duty.restPerDrive = 110
        var rig = Rig(.extended, configuration: configuration) { $0.settings = Self.settings }
        rig.unlock()
        rig.rest()
        rig.pass(.seconds(30))
        let refused = rig.now
        #expect(rig.outcomes(of: .lock) == [.refused(.overheated)])
        #expect(rig.deadline(.autoRelock).map { $0 - refused <= Device.relockRetry } == true)
        rig.pass(.seconds(61))
        #expect(rig.outcomes(of: .lock) == [.refused(.overheated), .done(.locked)])
    }

    @Test("that is refused for want of a calibration waits for it, and begins anew then")
    func notCalibrated() {
        var configuration = DeviceConfiguration()
        configuration.requiresCalibration = true
        var rig = Self.unlocked(configuration)
        rig.pass(.seconds(300))
        #expect(rig.outcomes(of: .lock) == [.refused(.notCalibrated)])
        #expect(rig.deadline(.autoRelock) == nil)
        rig.calibrate()
        rig.rest()
        #expect(rig.deadline(.autoRelock) == rig.now + .seconds(30))
    }

    @Test("waits for the fault line to clear, however short the fault was")
    func faultLine() {
        var rig = Self.unlocked()
        rig.send(.driverFault(true))
        #expect(rig.deadline(.autoRelock) == nil)
        rig.pass(.seconds(300))
        #expect(rig.outcomes(of: .lock) == [])
        #expect(rig.outcomes(of: .fault) == [.failed(.driverFault)])
        rig.send(.driverFault(false))
        #expect(rig.deadline(.autoRelock) == rig.now + .seconds(30))
        rig.pass(.seconds(31))
        rig.rest()
        #expect(rig.state == .locked)
    }

    @Test("that jams is not tried again by itself")
    func jams() {
        var rig = Self.unlocked()
        rig.answers = Array(repeating: .runsToCap(left: false), count: 3)
        rig.pass(.seconds(60))
        rig.rest()
        #expect(rig.state == .jammed(.notMoving))
        #expect(rig.deadline(.autoRelock) == nil)
    }

    @Test("gives way to an unlock, and begins anew")
    func superseded() {
        var rig = Self.unlocked()
        rig.pass(.seconds(30))
        rig.unlock()
        rig.rest()
        #expect(rig.state == .unlocked)
        // Cancelled is not refused: its own time, not the minute of a retry.
        #expect(rig.deadline(.autoRelock).map { $0 - rig.now <= .seconds(30) } == true)
        rig.pass(.seconds(31))
        rig.rest()
        #expect(rig.state == .locked)
    }
}
