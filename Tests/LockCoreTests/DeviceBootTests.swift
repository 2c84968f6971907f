import Testing

@testable import LockCore

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
            $0.interrupted = [motion]
            $0.nextMotion = MotionID(8)
        }
        #expect(rig.state == .between)
        #expect(rig.outcomes(of: .lock) == [.failed(.powerLost)])
        #expect(rig.records.last?.origin == .key(3))
        #expect(rig.closed == [MotionID(7)])
        #expect(rig.device.stroke == nil)
    }

    @Test("after a power cut tells each who had asked what became of it, and completes it once")
    func joined() {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        for recovery in Recovery.allCases {
            configuration.recovery = recovery
            let rig = Rig(.between, configuration: configuration) {
                $0.interrupted = [
                    Motion(id: MotionID(7), target: .locked, origin: .key(3)),
                    Motion(id: MotionID(8), target: .locked, origin: .local(user: 4)),
                ]
                $0.nextMotion = MotionID(9)
            }
            let told = rig.records.filter { $0.action == .lock }
            #expect(told.map(\.origin) == [.key(3), .local(user: 4)])
            #expect(told.allSatisfy { $0.outcome == .failed(.powerLost) })
            #expect(rig.closed == [MotionID(7), MotionID(8)])
            #expect(rig.journaled.map(\.id) == (recovery == .complete ? [MotionID(9)] : []))
        }
    }

    @Test("after a power cut completes nothing that a completion was part of")
    func completionJoined() {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        let rig = Rig(.between, configuration: configuration) {
            $0.interrupted = [
                Motion(id: MotionID(7), target: .locked, origin: .recovery),
                Motion(id: MotionID(8), target: .locked, origin: .key(3)),
            ]
        }
        #expect(rig.device.stroke == nil)
        #expect(rig.closed == [MotionID(7), MotionID(8)])
    }

    @Test("after a power cut behind the arrival says that it arrived")
    func arrived() {
        let motion = Motion(id: MotionID(7), target: .unlocked, origin: .key(3))
        let rig = Rig(.retracted) { $0.interrupted = [motion] }
        #expect(rig.outcomes(of: .unlock) == [.done(.unlocked, warning: .powerLost)])
        #expect(rig.device.stroke == nil)
    }

    @Test("completes the last target where the profile asks for it")
    func complete() {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        var rig = Rig(.between, configuration: configuration) {
            $0.interrupted = [Motion(id: MotionID(7), target: .locked, origin: .key(3))]
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
            $0.interrupted = [Motion(id: MotionID(7), target: .locked, origin: .key(3))]
            $0.isDoorOpen = true
        }
        #expect(rig.outcomes(of: .lock) == [.failed(.powerLost), .refused(.doorOpen)])
    }

    @Test(
        "completes nothing when the store has opened late, and says of nobody that they had brought it where it is: people have used the lock since",
        arguments: [BoltPosition.between, .extended])
    func completeLate(_ position: BoltPosition) {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        let rig = Rig(position, configuration: configuration) {
            $0.interrupted = [Motion(id: MotionID(7), target: .locked, origin: .key(3))]
            $0.isLate = true
        }
        #expect(rig.device.stroke == nil)
        #expect(rig.outcomes(of: .lock) == [.failed(.powerLost)])
        #expect(rig.closed == [MotionID(7)])
    }

    @Test("completes what was wanted last")
    func completeLast() {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        var rig = Rig(.between, configuration: configuration) {
            $0.interrupted = [
                Motion(id: MotionID(7), target: .locked, origin: .key(3)),
                Motion(id: MotionID(8), target: .unlocked, origin: .insideButton),
            ]
            $0.nextMotion = MotionID(9)
        }
        rig.rest()
        #expect(rig.state == .unlocked)
        #expect(rig.drives == [.retract])
    }

    @Test("does not complete a completion: a motor that browns the processor out would do so for ever")
    func completeOnce() {
        var configuration = DeviceConfiguration()
        configuration.recovery = .complete
        let rig = Rig(.between, configuration: configuration) {
            $0.interrupted = [Motion(id: MotionID(8), target: .locked, origin: .recovery)]
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
            $0.interrupted = [Motion(id: MotionID(7), target: .unlocked, origin: .insideButton)]
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
            $0.interrupted = [Motion(id: MotionID(7), target: .calibrated, origin: .key(3))]
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

    @Test("writes down a driver that reports a fault already, because nothing can be locked until it passes")
    func driverFault() {
        var rig = Rig(.retracted) { $0.hasDriverFault = true }
        #expect(rig.outcomes(of: .fault) == [.failed(.driverFault)])
        let lock = rig.lock()
        #expect(rig.replies(to: lock) == [.refused(.driverFault)])
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
