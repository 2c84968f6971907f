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

    @Test("that alarms falls silent when the owner turns the alarm off, and not when it is only set anew")
    func ajarOffWhileAlarming() {
        var rig = Rig(.retracted)
        rig.openDoor()
        rig.pass(.seconds(120))
        rig.configure(Settings(doorAjarMilliseconds: 10_000))
        #expect(rig.device.status.alarms.list == [.doorAjar])
        rig.configure(Settings(doorAjarMilliseconds: nil))
        #expect(rig.device.status.alarms.isEmpty)
        #expect(rig.effects.filter { $0 == .alarm(.doorAjar, isActive: false) }.count == 1)
        #expect(rig.outcomes(of: .alarmEnded) == [.done(.unlocked, warning: .doorOpen)])
        rig.closeDoor()
        #expect(rig.outcomes(of: .alarmEnded).count == 1)
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

    @Test("A gauge that comes and goes fills no log, and its alarm stays true")
    func flappingGauge() {
        var rig = Rig(.retracted)
        for turn in 0..<8_640 {
            let isGone = turn % 2 == 0
            if isGone { rig.send(.battery(.unreadable)) } else { rig.battery(80) }
            #expect(rig.device.status.alarms.list == (isGone ? [.batteryUnreadable] : []))
            rig.pass(.seconds(10))
        }
        let entries = rig.outcomes(of: .batteryUnreadable).count + rig.outcomes(of: .alarmEnded).count
        // A day of it: the first thirty, and then what is won back.
        #expect((30...1_500).contains(entries), "\(entries) entries")
        // It goes for good while nothing may be written. The log has the last word when it may, though the gauge says nothing new.
        rig.send(.battery(.unreadable))
        rig.pass(.seconds(3_600))
        rig.send(.battery(.unreadable))
        let last = rig.records.last { $0.action == .batteryUnreadable || $0.action == .alarmEnded }
        #expect(last?.action == .batteryUnreadable)
    }

    @Test("Acknowledging is answered and recorded even when there is nothing to acknowledge")
    func acknowledge() {
        var rig = Rig(.retracted)
        let id = rig.acknowledge()
        #expect(rig.replies(to: id) == [.done(.unlocked)])
        #expect(rig.outcomes(of: .acknowledgeAlarms) == [.done(.unlocked)])
    }
}
