import Testing

@testable import LockCore

@Suite("The thumbturn")
struct DeviceHandTests {
    @Test("is seen, published and recorded once, when the bolt arrives")
    func whole() {
        var rig = Rig(.retracted)
        rig.turn(to: .between)
        #expect(rig.state == .between)
        #expect(rig.outcomes(of: .movedByHand).isEmpty)
        rig.turn(to: .extended)
        #expect(rig.state == .locked)
        #expect(rig.outcomes(of: .movedByHand) == [.done(.locked)])
    }

    @Test("says nothing when nothing has changed")
    func same() {
        var rig = Rig(.retracted)
        let before = rig.effects.count
        rig.turn(to: .retracted)
        #expect(rig.effects.count == before)
    }

    @Test("may be turned in every phase of a stroke, and the switches have the last word", arguments: phasesOfAStroke)
    func duringStroke(_ phase: String) {
        var rig = Rig(.between)
        let id = rig.lock()
        rig.run(until: phase)
        rig.turn(to: .retracted)
        rig.rest()
        #expect(rig.replies(to: id).count == 1)
        #expect(rig.state.cause != nil || rig.state == .locked)
    }

    @Test("does not disprove a driver fault")
    func driverFault() {
        var rig = Rig(.retracted)
        rig.answers = [.driverFault(after: .milliseconds(100))]
        rig.lock()
        rig.rest()
        rig.turn(to: .retracted)
        rig.turn(to: .between)
        rig.turn(to: .extended)
        #expect(rig.state == .fault(.driverFault))
    }

    @Test("clears the doubt about a switch by releasing it")
    func releases() {
        var rig = Rig(.retracted)
        rig.answers = [.arrives(after: .milliseconds(20))]
        rig.lock()
        rig.rest()
        #expect(rig.state == .fault(.sensorStuck))
        rig.turn(to: .between)
        #expect(rig.state == .between)
        #expect(rig.outcomes(of: .faultCleared) == [.done(.between)])
    }

    @Test("that makes both switches active is a fault for as long as they are")
    func conflict() {
        var rig = Rig(.extended)
        rig.turn(to: .conflict)
        #expect(rig.state == .fault(.sensorConflict))
        #expect(rig.outcomes(of: .fault) == [.failed(.sensorConflict)])
        rig.turn(to: .extended)
        #expect(rig.state == .locked)
        #expect(rig.outcomes(of: .faultCleared) == [.done(.locked)])
        #expect(rig.outcomes(of: .movedByHand).isEmpty)
    }
}

@Suite("The door")
struct DeviceDoorTests {
    @Test("that opens under a thrown bolt was forced, until somebody acknowledges it and it is shut")
    func forced() {
        var rig = Rig(.extended)
        rig.openDoor()
        #expect(rig.device.status.alarms.list == [.forcedOpen])
        #expect(rig.effects.contains(.alarm(.forcedOpen, isActive: true)))
        rig.closeDoor()
        #expect(rig.device.status.alarms.list == [.forcedOpen])
        rig.acknowledge()
        #expect(rig.device.status.alarms.isEmpty)
        #expect(rig.effects.contains(.alarm(.forcedOpen, isActive: false)))
    }

    @Test("that is still open when the alarm is acknowledged ends it by closing")
    func acknowledgedOpen() {
        var rig = Rig(.extended)
        rig.openDoor()
        rig.acknowledge()
        #expect(rig.device.status.alarms.list == [.forcedOpen])
        rig.closeDoor()
        #expect(rig.device.status.alarms.isEmpty)
        rig.openDoor()
        #expect(rig.outcomes(of: .forcedOpen).count == 2)
    }

    @Test("that opens while an unlock has failed and the bolt is still thrown was forced as well")
    func forcedWhileJammed() {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = 0
        var rig = Rig(.extended, configuration: configuration)
        rig.answers = [.runsToCap(left: false)]
        rig.unlock()
        rig.rest()
        #expect(rig.state == .jammed(.notMoving))
        rig.openDoor()
        #expect(rig.device.status.alarms.list == [.forcedOpen])
    }

    @Test("that opens while unlocked is nobody's business for two minutes")
    func ajar() {
        var rig = Rig(.retracted)
        rig.openDoor()
        #expect(rig.device.status.alarms.isEmpty)
        rig.pass(.seconds(119))
        #expect(rig.device.status.alarms.isEmpty)
        rig.pass(.seconds(1))
        #expect(rig.device.status.alarms.list == [.doorAjar])
        rig.closeDoor()
        #expect(rig.device.status.alarms.isEmpty)
        #expect(rig.outcomes(of: .alarmEnded).count == 1)
    }

    @Test("closed in time leaves no timer")
    func closedInTime() {
        var rig = Rig(.retracted)
        rig.openDoor()
        #expect(rig.deadline(.doorAjar) != nil)
        rig.closeDoor()
        #expect(rig.deadline(.doorAjar) == nil)
    }

    @Test("never alarms when the owner has turned that off, and is measured anew by new settings")
    func ajarOff() {
        var rig = Rig(.retracted)
        rig.openDoor()
        rig.configure(Settings(doorAjarMilliseconds: nil))
        #expect(rig.deadline(.doorAjar) == nil)
        rig.configure(Settings(doorAjarMilliseconds: 10_000))
        #expect(rig.deadline(.doorAjar) == rig.now + .seconds(10))
    }

    @Test("that opens while locking takes the bolt back, in every phase", arguments: phasesOfAStroke)
    func takesBack(_ phase: String) {
        var rig = Rig(.retracted)
        let id = rig.lock()
        rig.run(until: phase)
        rig.openDoor()
        rig.rest()
        #expect(rig.state == .unlocked)
        #expect(rig.replies(to: id) == [.refused(.doorOpen)])
        #expect(rig.outcomes(of: .lock) == [.refused(.doorOpen)])
        #expect(rig.records.contains { $0.action == .unlock && $0.origin == .device })
        #expect(!rig.isAwake)
    }

    @Test("that opens while locking takes the bolt back in lock-out mode as well")
    func takesBackInLockOut() {
        var rig = Rig(.retracted)
        rig.configure(Settings(mode: .lockOut))
        rig.lock()
        rig.run(until: "driving")
        rig.openDoor()
        rig.rest()
        #expect(rig.state == .unlocked)
    }

    @Test("that opens refuses the lock that was waiting to supersede an unlock")
    func successor() {
        var rig = Rig(.extended)
        let unlock = rig.unlock()
        rig.run(until: "driving")
        let lock = rig.lock(from: .key(2))
        rig.openDoor()
        rig.rest()
        #expect(rig.replies(to: unlock) == [.refused(.cancelled)])
        #expect(rig.replies(to: lock) == [.refused(.doorOpen)])
        #expect(rig.state == .unlocked)
    }

    @Test("that opens while unlocking disturbs nothing")
    func whileUnlocking() {
        var rig = Rig(.extended)
        let id = rig.unlock()
        rig.run(until: "driving")
        rig.openDoor()
        rig.rest()
        #expect(rig.replies(to: id) == [.done(.unlocked)])
    }

    @Test("is unknown to a board without a door sensor")
    func noSensor() {
        var configuration = DeviceConfiguration()
        configuration.equipment.doorSensor = false
        var rig = Rig(.extended, configuration: configuration) { $0.isDoorOpen = true }
        rig.openDoor()
        #expect(rig.device.status.isDoorOpen == nil)
        #expect(rig.device.status.alarms.isEmpty)
        rig.unlock()
        rig.rest()
        rig.lock()
        rig.rest()
        #expect(rig.state == .locked)
    }
}

@Suite("Tamper and battery alarms")
struct DeviceAlarmTests {
    @Test("Tampering alarms until it has ended and been acknowledged, in either order")
    func tamper() {
        var rig = Rig(.retracted)
        rig.send(.tamper(isActive: true))
        #expect(rig.device.status.alarms.list == [.tampered])
        #expect(rig.outcomes(of: .tampered) == [.done(.unlocked, warning: .tampered)])
        rig.send(.tamper(isActive: false))
        #expect(rig.device.status.alarms.list == [.tampered])
        rig.acknowledge()
        #expect(rig.device.status.alarms.isEmpty)

        rig.send(.tamper(isActive: true))
        rig.acknowledge()
        #expect(rig.device.status.alarms.list == [.tampered])
        rig.send(.tamper(isActive: false))
        #expect(rig.device.status.alarms.isEmpty)
    }

    @Test("Tampering goes unseen on a board without the switch")
    func noTamper() {
        var configuration = DeviceConfiguration()
        configuration.equipment.tamperSwitch = false
        var rig = Rig(.retracted, configuration: configuration)
        rig.send(.tamper(isActive: true))
        #expect(rig.device.status.alarms.isEmpty)
    }

    @Test("A low battery alarms once, and ends by itself")
    func lowBattery() {
        var rig = Rig(.retracted)
        rig.battery(24)
        rig.battery(23)
        #expect(rig.outcomes(of: .lowBattery).count == 1)
        rig.battery(30)
        #expect(rig.device.status.alarms.isEmpty)
        #expect(rig.outcomes(of: .alarmEnded).count == 1)
    }

    @Test("A gauge that says nothing is an alarm of its own")
    func unreadable() {
        var rig = Rig(.retracted)
        rig.send(.battery(.unreadable))
        #expect(rig.device.status.alarms.list == [.batteryUnreadable])
        #expect(rig.outcomes(of: .batteryUnreadable) == [.done(.unlocked)])
        rig.battery(80)
        #expect(rig.device.status.alarms.isEmpty)
    }

    @Test("Acknowledging is answered and recorded even when there is nothing to acknowledge")
    func acknowledge() {
        var rig = Rig(.retracted)
        let id = rig.acknowledge()
        #expect(rig.replies(to: id) == [.done(.unlocked)])
        #expect(rig.outcomes(of: .acknowledgeAlarms) == [.done(.unlocked)])
    }
}

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

    @Test("that is refused is tried again after a new setting, and after the door has been used")
    func resumed() {
        var rig = Self.unlocked()
        rig.journal = .fails
        rig.pass(.seconds(40))
        #expect(rig.outcomes(of: .lock) == [.refused(.journalUnavailable)])
        #expect(rig.deadline(.autoRelock) == nil)
        rig.openDoor()
        rig.closeDoor()
        #expect(rig.deadline(.autoRelock) != nil)
        rig.pass(.seconds(40))
        rig.configure(Self.settings)
        #expect(rig.deadline(.autoRelock) != nil)
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
        #expect(rig.deadline(.autoRelock) != nil)
        rig.pass(.seconds(31))
        rig.rest()
        #expect(rig.state == .locked)
    }
}

@Suite("Boot")
struct DeviceBootTests {
    @Test("says where the bolt is and moves nothing", arguments: BoltPosition.allCases)
    func truth(_ position: BoltPosition) {
        let rig = Rig(position)
        let expected: [BoltPosition: LockState] = [
            .extended: .locked, .retracted: .unlocked, .between: .between, .conflict: .fault(.sensorConflict),
        ]
        #expect(rig.state == expected[position])
        #expect(rig.effects.count == 2)
        #expect(rig.outcomes(of: .boot).count == 1)
        #expect(rig.published == [rig.state])
    }

    @Test("happens once")
    func once() {
        var rig = Rig(.retracted)
        rig.lock()
        rig.run(until: "driving")
        rig.send(.boot(BootFacts(limits: LimitReading(.retracted))))
        #expect(rig.phase == "driving")
    }

    @Test("after a power cut says what became of the command, and stays where it is")
    func stay() {
        let motion = Motion(id: MotionID(7), target: .locked, origin: .key(3))
        let rig = Rig(.between) {
            $0.interrupted = motion
            $0.nextMotion = MotionID(8)
        }
        #expect(rig.state == .between)
        #expect(rig.outcomes(of: .lock) == [.failed(.powerLost)])
        #expect(rig.records.last?.origin == .key(3))
        #expect(rig.closed == [MotionID(7)])
        #expect(rig.device.stroke == nil)
    }

    @Test("after a power cut behind the arrival says that it arrived")
    func arrived() {
        let motion = Motion(id: MotionID(7), target: .unlocked, origin: .key(3))
        let rig = Rig(.retracted) { $0.interrupted = motion }
        #expect(rig.outcomes(of: .unlock) == [.done(.unlocked, warning: .powerLost)])
        #expect(rig.device.stroke == nil)
    }

    @Test("completes the last target where the profile asks for it")
    func complete() {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        var rig = Rig(.between, configuration: configuration) {
            $0.interrupted = Motion(id: MotionID(7), target: .locked, origin: .key(3))
            $0.nextMotion = MotionID(8)
        }
        #expect(rig.state == .locking)
        rig.rest()
        #expect(rig.state == .locked)
        #expect(rig.outcomes(of: .lock) == [.failed(.powerLost), .done(.locked)])
        #expect(rig.closed == [MotionID(7), MotionID(8)])
    }

    @Test("completes nothing that is refused now: an open door, an empty battery")
    func completeRefused() {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        let rig = Rig(.between, configuration: configuration) {
            $0.interrupted = Motion(id: MotionID(7), target: .locked, origin: .key(3))
            $0.isDoorOpen = true
        }
        #expect(rig.outcomes(of: .lock) == [.failed(.powerLost), .refused(.doorOpen)])
    }

    @Test("does not complete a completion: a motor that browns the processor out would do so for ever")
    func completeOnce() {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        let rig = Rig(.between, configuration: configuration) {
            $0.interrupted = Motion(id: MotionID(8), target: .locked, origin: .recovery)
            $0.nextMotion = MotionID(9)
        }
        #expect(rig.device.stroke == nil)
        #expect(rig.outcomes(of: .lock) == [.failed(.powerLost)])
    }

    @Test("completes an unlock from inside in lock-out mode")
    func completeEgress() {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        var rig = Rig(.between, configuration: configuration) {
            $0.interrupted = Motion(id: MotionID(7), target: .unlocked, origin: .insideButton)
            $0.settings = Settings(mode: .lockOut)
        }
        rig.rest()
        #expect(rig.state == .unlocked)
    }

    @Test("does not repeat a calibration")
    func calibration() {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        let rig = Rig(.retracted, configuration: configuration) {
            $0.interrupted = Motion(id: MotionID(7), target: .calibrated, origin: .key(3))
        }
        #expect(rig.outcomes(of: .calibrate) == [.failed(.powerLost)])
        #expect(rig.device.stroke == nil)
    }

    @Test("takes up what was so before: an open door, a tampered case, a low battery, the settings")
    func facts() {
        let settings = Settings(autoRelockMilliseconds: 60_000)
        let rig = Rig(.retracted) {
            $0.isDoorOpen = true
            $0.isTampered = true
            $0.battery = .level(percent: 20, millivolts: 6000)
            $0.settings = settings
        }
        #expect(rig.device.status.alarms.list == [.tampered, .lowBattery])
        #expect(rig.deadline(.doorAjar) != nil)
        #expect(rig.deadline(.autoRelock) == nil)
        #expect(rig.device.status.settings == settings)
    }

    @Test("survives settings that no owner could have set, by the defaults")
    func absurdSettings() {
        for milliseconds in [Int64.max, Int64.min, 0] {
            let relock = Rig(.retracted) { $0.settings = Settings(autoRelockMilliseconds: milliseconds) }
            #expect(relock.device.settings == Settings())
            let ajar = Rig(.retracted) {
                $0.settings = Settings(doorAjarMilliseconds: milliseconds)
                $0.isDoorOpen = true
            }
            #expect(ajar.device.settings == Settings())
        }
    }

    @Test("survives a calibration that this board cannot have measured, by none")
    func absurdCalibration() {
        for nanoseconds in [Int64.max, Int64.min, 0, 1_500_000_001] {
            var rig = Rig(.extended) {
                $0.calibration = Calibration(extendNanoseconds: 300_000_000, retractNanoseconds: nanoseconds)
            }
            #expect(rig.device.calibration == nil)
            rig.unlock()
            rig.rest()
            #expect(rig.state == .unlocked)
        }
    }

    @Test("without a store goes by the defaults")
    func noStore() {
        let rig = Rig(.retracted)
        #expect(rig.device.settings == Settings())
        #expect(rig.device.calibration == nil)
    }

    @Test("believes a civil time that came before it")
    func civilBefore() {
        var device = Device(configuration: DeviceConfiguration())
        _ = device.handle(.civilTime(CivilReading(at: .ms(0), unixSeconds: 1_800_000_000, isTrusted: true)), at: .ms(0))
        let effects = device.handle(.boot(BootFacts(limits: LimitReading(.retracted))), at: .ms(5000))
        guard case .record(let event, nil)? = effects.first else {
            Issue.record("boot is not the first entry")
            return
        }
        #expect(event.unixSeconds == 1_800_000_005)
        #expect(event.isTimeTrusted)
    }
}
