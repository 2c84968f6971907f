import Testing

@testable import LockCore

/// Every phase that a stroke passes, for what must hold in each of them.
let phasesOfAStroke = ["journaling", "waking", "driving", "braking", "coasting", "settling"]

@Suite("A command")
struct DeviceCommandTests {
    @Test("before boot is told busy, and leaves nothing behind")
    func beforeBoot() {
        var device = Device(configuration: DeviceConfiguration())
        #expect(device.state == .unknown)
        let effects = device.handle(.command(.unlock, from: .key(1), id: RequestID(1)), at: .ms(0))
        #expect(effects == [.reply(RequestID(1), .refused(.busy))])
        let ignored = device.handle(.door(isOpen: true), at: .ms(1))
        #expect(ignored.isEmpty)
        let boot = device.handle(.boot(BootFacts(limits: LimitReading(.extended))), at: .ms(2))
        #expect(!boot.isEmpty)
        #expect(device.state == .locked)
    }

    @Test("for what is under way joins it: one stroke, an answer and an entry each")
    func joins() {
        var rig = Rig(.retracted)
        let first = rig.lock(from: .key(1))
        rig.run(until: "driving")
        let second = rig.lock(from: .key(2))
        rig.rest()
        #expect(rig.drives.count == 1)
        #expect(rig.replies(to: first) == [.done(.locked)])
        #expect(rig.replies(to: second) == [.done(.locked)])
        #expect(rig.records.filter { $0.action == .lock }.map(\.origin) == [.key(1), .key(2)])
        #expect(rig.closed == rig.journaled.map(\.id))
    }

    @Test("beyond the last place in the queue is told busy, without an entry")
    func tooMany() {
        var rig = Rig(.retracted)
        let ids = (0..<Stroke.maximumTickets).map { rig.lock(from: .key(UInt32($0))) }
        let late = rig.lock(from: .key(99))
        #expect(rig.replies(to: late) == [.refused(.busy)])
        rig.rest()
        #expect(ids.allSatisfy { rig.replies(to: $0) == [.done(.locked)] })
        #expect(rig.outcomes(of: .lock).count == Stroke.maximumTickets)
    }

    @Test("from the inside button always counts, even when the queue is full")
    func buttonJoinsFullQueue() {
        var rig = Rig(.extended)
        for user in 0..<Stroke.maximumTickets { rig.unlock(from: .local(user: UInt32(user))) }
        rig.pressButton()
        let lock = rig.lock(from: .key(1))
        #expect(rig.replies(to: lock) == [.refused(.busy)])
        rig.rest()
        #expect(rig.state == .unlocked)
        #expect(rig.records.contains { $0.origin == .insideButton && $0.action == .unlock })
    }

    @Test("from a button pressed again and again fills no queue")
    func buttonPressedOften() {
        var rig = Rig(.extended)
        for _ in 0..<50 { rig.pressButton() }
        rig.rest()
        #expect(rig.outcomes(of: .unlock).count <= Stroke.maximumTickets + 1)
    }

    @Test("supersedes the one under way in every phase", arguments: phasesOfAStroke)
    func supersedes(_ phase: String) {
        var rig = Rig(.retracted)
        let lock = rig.lock()
        rig.run(until: phase)
        let unlock = rig.unlock()
        rig.rest()
        #expect(rig.state == .unlocked)
        #expect(rig.replies(to: lock) == [.refused(.cancelled)])
        #expect(rig.replies(to: unlock) == [.done(.unlocked)])
        #expect(rig.outcomes(of: .lock) == [.refused(.cancelled)])
        #expect(rig.closed.count == rig.journaled.count)
        #expect(!rig.isAwake)
        #expect(rig.deadline(.stroke) == nil)
    }

    @Test("to lock supersedes an unlock too", arguments: phasesOfAStroke)
    func lockSupersedes(_ phase: String) {
        var rig = Rig(.extended)
        let unlock = rig.unlock()
        rig.run(until: phase)
        let lock = rig.lock(from: .key(2))
        rig.rest()
        #expect(rig.state == .locked)
        #expect(rig.replies(to: unlock) == [.refused(.cancelled)])
        #expect(rig.replies(to: lock) == [.done(.locked)])
    }

    @Test(
        "supersedes, and is journaled at once: a power cut before its own stroke must not lose it, nor what was wanted last"
    )
    func supersedesJournaled() {
        var rig = Rig(.retracted)
        rig.lock()
        rig.run(until: "driving")
        rig.pass(.milliseconds(100))
        rig.pressButton()
        rig.unlock(from: .key(2))
        let wanted = rig.effects.compactMap { if case .journal(let motion) = $0 { motion } else { nil } }
        #expect(wanted.map(\.target) == [.locked, .unlocked, .unlocked])
        #expect(wanted.map(\.origin) == [.key(1), .insideButton, .key(2)])
        #expect(rig.state == .locking)
        rig.rest()
        #expect(rig.state == .unlocked)
        // Not again when its stroke begins, and each is closed by an entry of its own.
        #expect(rig.effects.count { if case .journal = $0 { true } else { false } } == 3)
        #expect(rig.closed.sorted { $0 < $1 } == wanted.map(\.id))
        #expect(rig.outcomes(of: .unlock) == [.done(.unlocked), .done(.unlocked)])
    }

    @Test("to unlock supersedes without a journal, and says so", arguments: [JournalAnswer.fails, .silence])
    func supersedesWithoutJournal(_ answer: JournalAnswer) {
        var rig = Rig(.retracted)
        rig.lock()
        rig.run(until: "driving")
        rig.pass(.milliseconds(100))
        rig.journal = answer
        rig.pressButton()
        rig.rest()
        #expect(rig.state == .unlocked)
        #expect(rig.outcomes(of: .unlock) == [.done(.unlocked, warning: .journalUnavailable)])
    }

    @Test("to lock supersedes nothing without a journal: the unlock has been given up for it, and says so")
    func lockSupersedesWithoutJournal() {
        var rig = Rig(.extended)
        rig.unlock()
        rig.run(until: "driving")
        rig.pass(.milliseconds(100))
        rig.journal = .fails
        rig.lock(from: .key(2))
        rig.rest()
        #expect(rig.outcomes(of: .lock) == [.refused(.journalUnavailable)])
        #expect(rig.drives == [.retract])
    }

    @Test("supersedes in the pause between two attempts")
    func supersedesPause() {
        var rig = Rig(.retracted)
        rig.answers = [.stalls(after: .milliseconds(200), left: true), .arrives(after: .milliseconds(100))]
        let lock = rig.lock()
        rig.run(until: "pausing")
        rig.unlock()
        rig.rest()
        #expect(rig.replies(to: lock) == [.refused(.cancelled)])
        #expect(rig.state == .unlocked)
    }

    @Test("supersedes a back-off")
    func supersedesBackOff() {
        var rig = Rig(.retracted)
        rig.answers = [.stalls(after: .milliseconds(200), left: true)]
        rig.lock()
        rig.run(until: "driving", times: 2)
        let unlock = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: unlock) == [.done(.unlocked)])
    }

    @Test("that joins a stroke has a motion of its own in the journal, closed by its own entry")
    func joinedMotions() {
        var rig = Rig(.retracted)
        rig.lock(from: .key(1))
        rig.lock(from: .key(2))
        rig.run(until: "driving")
        rig.lock(from: .local(user: 3))
        #expect(rig.journaled.map(\.origin) == [.key(1), .key(2), .local(user: 3)])
        #expect(rig.journaled.allSatisfy { $0.target == .locked })
        #expect(Set(rig.journaled.map(\.id)).count == 3)
        rig.rest()
        #expect(rig.closed == rig.journaled.map(\.id))
        #expect(rig.records.suffix(3).map(\.origin) == [.key(1), .key(2), .local(user: 3)])
        #expect(rig.drives.count == 1)
    }

    @Test("that waits for another stroke's end is journaled at once, in its order")
    func waitingMotions() {
        var rig = Rig(.retracted)
        rig.lock(from: .key(1))
        rig.run(until: "driving")
        rig.pass(.milliseconds(100))
        rig.unlock(from: .key(2))
        rig.unlock(from: .key(3))
        #expect(rig.journaled.map(\.origin) == [.key(1), .key(2), .key(3)])
        rig.rest()
        #expect(rig.journaled.count == 3)
        #expect(rig.closed == rig.journaled.map(\.id))
    }

    @Test("that ends in a conflict of the switches is told what the lock then says, whatever was latched before")
    func conflictOverJam() {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = 0
        for (answer, code) in [
            (DriveAnswer.runsToCap(left: false), FaultCode.sensorConflict),
            (.arrives(after: .milliseconds(20)), .sensorStuck),
        ] {
            var rig = Rig(.retracted, configuration: configuration)
            rig.answers = [answer]
            rig.lock()
            rig.rest()
            #expect(rig.state.cause != nil)
            if code == .sensorConflict { rig.turn(to: .between) }
            let id = rig.unlock()
            // A hand is faster than the motor.
            rig.turn(to: .retracted)
            rig.run(until: "settling")
            rig.turn(to: .conflict)
            rig.rest()
            #expect(rig.replies(to: id) == [.failed(code)])
            #expect(rig.state == .fault(code))
        }
    }

    @Test("supersedes one that supersedes: all but the last are cancelled, once")
    func chain() {
        var rig = Rig(.retracted)
        let first = rig.lock()
        rig.run(until: "driving")
        let second = rig.unlock()
        let third = rig.lock(from: .key(2))
        let joined = rig.lock(from: .key(3))
        let fourth = rig.unlock(from: .key(4))
        let fifth = rig.unlock(from: .key(5))
        rig.rest()
        for id in [first, second, third, joined] { #expect(rig.replies(to: id) == [.refused(.cancelled)]) }
        for id in [fourth, fifth] { #expect(rig.replies(to: id) == [.done(.unlocked)]) }
        #expect(rig.state == .unlocked)
        #expect(rig.records.filter { $0.action == .lock || $0.action == .unlock }.count == 6)
    }

    @Test("that supersedes does not hide a jam that was decided already")
    func supersedesDecided() {
        var configuration = DeviceConfiguration()
        configuration.retry.retries = 0
        var rig = Rig(.retracted, configuration: configuration)
        rig.answers = [.stalls(after: .milliseconds(200), left: true)]
        let lock = rig.lock()
        rig.run(until: "settling")
        let unlock = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: lock) == [.failed(.blocked)])
        #expect(rig.replies(to: unlock) == [.done(.unlocked)])
    }

    @Test("ends the drive under way with a brake, and a second one does not brake again")
    func brakesOnce() {
        var rig = Rig(.retracted)
        rig.answers = [.silence]
        rig.lock()
        rig.run(until: "driving")
        rig.unlock()
        rig.lock(from: .key(2))
        #expect(rig.effects.filter { $0 == .brake }.count == 1)
        rig.rest()
        #expect(!rig.isAwake)
    }

    @Test("to unlock is refused for an empty battery, to lock for a low one")
    func battery() {
        var rig = Rig(.extended)
        rig.battery(9)
        let unlock = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: unlock) == [.done(.unlocked)])
        let lock = rig.lock()
        #expect(rig.replies(to: lock) == [.refused(.lowBattery)])
        let calibrate = rig.calibrate()
        #expect(rig.replies(to: calibrate) == [.refused(.lowBattery)])

        var empty = Rig(.extended)
        empty.battery(50, millivolts: 4399)
        let refused = empty.unlock()
        #expect(empty.replies(to: refused) == [.refused(.lowBattery)])
        #expect(empty.outcomes(of: .unlock) == [.refused(.lowBattery)])
    }

    @Test("to lock is refused while the door is open")
    func doorOpen() {
        var rig = Rig(.retracted)
        rig.openDoor()
        let id = rig.lock()
        #expect(rig.replies(to: id) == [.refused(.doorOpen)])
    }

    @Test("for what is so already is answered so, whatever would stand in the way of moving")
    func alreadyBeforeObstacles() {
        var configuration = DeviceConfiguration()
        configuration.requiresCalibration = true
        var rig = Rig(.extended, configuration: configuration)
        rig.openDoor()
        rig.battery(1, millivolts: 4000)
        let lock = rig.lock()
        #expect(rig.replies(to: lock) == [.done(.locked)])
        #expect(rig.outcomes(of: .lock) == [.already(.locked)])
        var drawn = Rig(.retracted)
        drawn.battery(1, millivolts: 4000)
        let unlock = drawn.unlock()
        #expect(drawn.replies(to: unlock) == [.done(.unlocked)])
        #expect(drawn.outcomes(of: .unlock) == [.already(.unlocked)])
    }

    @Test("for what is under way joins it, although it could not begin any more")
    func joinBeforeObstacles() {
        for (position, command) in [
            (BoltPosition.retracted, Command.lock), (.extended, .unlock), (.extended, .calibrate),
        ] {
            var rig = Rig(position)
            let first = rig.command(command)
            rig.run(until: "driving")
            rig.battery(1, millivolts: 4000)
            let second = rig.command(command, from: .key(2))
            rig.rest()
            #expect(rig.replies(to: first) == [.done(rig.state)])
            #expect(rig.replies(to: second) == [.done(rig.state)])
            #expect(rig.journaled.map(\.origin) == [.key(1), .key(2)])
        }
    }

    @Test("to turn the bolt round is refused by what would refuse it at rest")
    func obstaclesBeforeSuperseding() {
        var rig = Rig(.extended)
        let unlock = rig.unlock()
        rig.run(until: "driving")
        rig.battery(5)
        let lock = rig.lock(from: .key(2))
        #expect(rig.replies(to: lock) == [.refused(.lowBattery)])
        rig.rest()
        #expect(rig.replies(to: unlock) == [.done(.unlocked)])
    }

    @Test("to lock is refused until the board that requires it is calibrated; unlocking never is")
    func notCalibrated() {
        var configuration = DeviceConfiguration()
        configuration.requiresCalibration = true
        var rig = Rig(.retracted, configuration: configuration)
        let lock = rig.lock()
        #expect(rig.replies(to: lock) == [.refused(.notCalibrated)])
        rig.turn(to: .extended)
        rig.unlock()
        rig.rest()
        #expect(rig.state == .unlocked)
        rig.calibrate()
        rig.rest()
        rig.lock()
        rig.rest()
        #expect(rig.state == .locked)
    }

    @Test("is refused while the switches contradict each other")
    func conflict() {
        var rig = Rig(.conflict)
        #expect(rig.state == .fault(.sensorConflict))
        for id in [rig.lock(), rig.unlock(), rig.calibrate()] {
            #expect(rig.replies(to: id) == [.refused(.sensorConflict)])
        }
    }

    @Test("to lock is refused while the driver reports a fault; an unlock is tried")
    func driverFault() {
        var rig = Rig(.retracted)
        rig.send(.driverFault(true))
        let lock = rig.lock()
        #expect(rig.replies(to: lock) == [.refused(.driverFault)])
        rig.turn(to: .extended)
        rig.unlock()
        #expect(rig.state == .unlocking)
        rig.rest()
        rig.send(.driverFault(false))
        rig.lock()
        rig.rest()
        #expect(rig.state == .locked)
    }

    @Test("is not refused for a fault line that the board does not have")
    func noFaultLine() {
        var configuration = DeviceConfiguration()
        configuration.equipment.driverFault = false
        var rig = Rig(.retracted, configuration: configuration) { $0.hasDriverFault = true }
        rig.send(.driverFault(true))
        let lock = rig.lock()
        rig.rest()
        #expect(rig.replies(to: lock) == [.done(.locked)])
    }

    @Test("toward a switch in doubt is refused, away from it is a test of it")
    func sensorInDoubt() {
        var rig = Rig(.retracted)
        rig.answers = [.arrives(after: .milliseconds(20))]
        rig.lock()
        rig.rest()
        #expect(rig.state == .fault(.sensorStuck))
        let again = rig.lock()
        #expect(rig.replies(to: again) == [.refused(.sensorStuck)])
        let away = rig.unlock()
        rig.rest()
        #expect(rig.replies(to: away) == [.done(.unlocked)])
        #expect(rig.state == .unlocked)
    }

    @Test("with a setting out of its bounds is refused and changes nothing")
    func invalid() {
        var rig = Rig(.retracted)
        let id = rig.configure(Settings(autoRelockMilliseconds: 1))
        #expect(rig.replies(to: id) == [.refused(.invalidRequest)])
        #expect(rig.outcomes(of: .configure) == [.refused(.invalidRequest)])
        #expect(rig.device.settings == Settings())
    }

    @Test("to configure is saved, answered and recorded, during a stroke as well")
    func configures() {
        var rig = Rig(.retracted)
        rig.lock()
        rig.run(until: "driving")
        let settings = Settings(mode: .passage)
        let id = rig.configure(settings)
        #expect(rig.replies(to: id) == [.done(.locking)])
        #expect(rig.effects.contains(.saveSettings(settings)))
        rig.rest()
        #expect(rig.device.status.settings == settings)
    }

    @Test("in lock-out mode unlocks only from inside")
    func lockOut() {
        var rig = Rig(.extended)
        rig.configure(Settings(mode: .lockOut))
        let id = rig.unlock()
        #expect(rig.replies(to: id) == [.refused(.lockedOut)])
        rig.pressButton()
        rig.rest()
        #expect(rig.state == .unlocked)
        rig.lock()
        rig.rest()
        #expect(rig.state == .locked)
    }

    @Test("from outside is told of lock-out mode before anything else: where the bolt is, what is wrong with it")
    func lockOutFirst() {
        for position in BoltPosition.allCases {
            var rig = Rig(position)
            rig.configure(Settings(mode: .lockOut))
            rig.battery(1, millivolts: 4000)
            for id in [rig.unlock(), rig.unlock(from: .local(user: 7)), rig.calibrate()] {
                #expect(rig.replies(to: id) == [.refused(.lockedOut)])
            }
        }
        var rig = Rig(.extended)
        rig.configure(Settings(mode: .lockOut))
        rig.pressButton()
        let joining = rig.unlock()
        #expect(rig.replies(to: joining) == [.refused(.lockedOut)])
        rig.rest()
        #expect(rig.state == .unlocked)
    }

    @Test("to calibrate is refused in lock-out mode, because it draws the bolt")
    func calibrateInLockOut() {
        var rig = Rig(.extended)
        rig.configure(Settings(mode: .lockOut))
        let id = rig.calibrate()
        rig.rest()
        #expect(rig.replies(to: id) == [.refused(.lockedOut)])
        #expect(rig.drives.isEmpty)
    }

    @Test("carries civil time into its entry when there is any, and says whether it is trusted")
    func civilTime() {
        var rig = Rig(.retracted)
        rig.lock()
        rig.rest()
        #expect(rig.records.last.map { $0.unixSeconds == nil && !$0.isTimeTrusted } == true)
        rig.send(.civilTime(CivilReading(at: rig.now, unixSeconds: 1_800_000_000, isTrusted: true)))
        rig.pass(.seconds(10))
        rig.acknowledge()
        #expect(rig.records.last?.unixSeconds == 1_800_000_010)
        #expect(rig.records.last?.isTimeTrusted == true)
    }
}
