import Testing

@testable import LockCore

@Suite("The duty budget")
struct DutyBudgetTests {
    private static let limit: DutyLimit = {
        var limit = DutyLimit()
        limit.burst = .seconds(20)
        limit.restPerDrive = 9
        return limit
    }()

    @Test("gives a cold motor its whole burst")
    func cold() {
        #expect(DutyBudget(limit: Self.limit, at: .ms(0)).available(at: .ms(0)) == .seconds(20))
    }

    @Test("takes a drive out, and gives one part back for nine of rest")
    func spendAndRest() {
        var budget = DutyBudget(limit: Self.limit, at: .ms(0))
        budget.spend(.seconds(9), endedAt: .ms(9000))
        #expect(budget.available(at: .ms(9000)) == .seconds(11))
        #expect(budget.available(at: .ms(18_000)) == .seconds(12))
    }

    @Test("never holds more than the burst, however long the motor rests")
    func fullAgain() {
        var budget = DutyBudget(limit: Self.limit, at: .ms(0))
        budget.spend(.seconds(1), endedAt: .ms(1000))
        #expect(budget.available(at: .ms(10_000_000)) == .seconds(20))
    }

    @Test("does not count the drive itself as rest")
    func driveIsNotRest() {
        var budget = DutyBudget(limit: Self.limit, at: .ms(0))
        budget.spend(.seconds(9), endedAt: .ms(9000))
        let before = budget.available(at: .ms(9000))
        budget.spend(.seconds(1), endedAt: .ms(10_000))
        #expect(before - budget.available(at: .ms(10_000)) == .seconds(1))
    }

    @Test("holds still when time seems to run backwards")
    func backwards() {
        var budget = DutyBudget(limit: Self.limit, at: .ms(5000))
        budget.spend(.seconds(1), endedAt: .ms(6000))
        #expect(budget.available(at: .ms(0)) == budget.available(at: .ms(6000)))
    }
}

@Suite("The battery monitor")
struct BatteryMonitorTests {
    private final class Gauge {
        var monitor = BatteryMonitor(thresholds: BatteryThresholds())

        func read(_ reading: BatteryReading) -> BatteryMonitor.OnReading { monitor.read(reading) }
        var allowsLocking: Bool { monitor.allowsLocking }
        var allowsMoving: Bool { monitor.allowsMoving }
    }
    private let monitor = Gauge()

    private func level(_ percent: Int, _ millivolts: Int = 6000) -> BatteryReading {
        .level(percent: percent, millivolts: millivolts)
    }

    @Test("warns below its threshold and not at it")
    func warns() {
        #expect(monitor.read(level(25)) == .changed(isLow: false, isUnreadable: false))
        #expect(monitor.read(level(24)) == .changed(isLow: true, isUnreadable: false))
    }

    @Test("keeps warning until the charge is well above the threshold")
    func hysteresis() {
        _ = monitor.read(level(24))
        #expect(monitor.read(level(29)) == .changed(isLow: true, isUnreadable: false))
        #expect(monitor.read(level(30)) == .changed(isLow: false, isUnreadable: false))
    }

    @Test("warns of a voltage that lets nothing move, whatever the percentage")
    func brownOut() {
        #expect(monitor.read(level(90, 4399)) == .changed(isLow: true, isUnreadable: false))
        #expect(!monitor.allowsMoving)
        #expect(!monitor.allowsLocking)
    }

    @Test("refuses locking below its threshold, and moving only below the voltage")
    func refuses() {
        _ = monitor.read(level(10, 4400))
        #expect(monitor.allowsLocking)
        #expect(monitor.allowsMoving)
        _ = monitor.read(level(9, 4400))
        #expect(!monitor.allowsLocking)
        #expect(monitor.allowsMoving)
    }

    @Test("reports a gauge that cannot be read, and refuses nothing because of it")
    func unreadable() {
        #expect(monitor.read(.unreadable) == .changed(isLow: false, isUnreadable: true))
        #expect(monitor.allowsLocking)
        #expect(monitor.allowsMoving)
        #expect(monitor.read(.unreadable) == .unchanged)
    }

    @Test("asks nothing of a board without a gauge")
    func mains() {
        monitor.monitor = BatteryMonitor(thresholds: nil)
        #expect(monitor.read(level(0, 0)) == .unchanged)
        #expect(monitor.allowsLocking)
        #expect(monitor.allowsMoving)
    }
}

@Suite("The settings")
struct SettingsTests {
    @Test("are within their bounds by default")
    func defaults() { #expect(Settings().complaint() == nil) }

    @Test("say which value is out of its bounds", arguments: [-1, 0, 4999, 14_400_001, Int64.max])
    func relock(_ milliseconds: Int64) {
        let complaint = Settings(autoRelockMilliseconds: milliseconds).complaint()
        #expect(complaint?.contains("auto-relock \(milliseconds) ms") == true)
    }

    @Test("bound the door-ajar time too", arguments: [-1, 0, 9999, 14_400_001, Int64.max])
    func ajar(_ milliseconds: Int64) {
        let complaint = Settings(doorAjarMilliseconds: milliseconds).complaint()
        #expect(complaint?.contains("door-ajar \(milliseconds) ms") == true)
    }

    @Test("take both ends of their bounds, and never")
    func bounds() {
        #expect(Settings(autoRelockMilliseconds: 5000, doorAjarMilliseconds: 10_000).complaint() == nil)
        #expect(Settings(autoRelockMilliseconds: 14_400_000, doorAjarMilliseconds: 14_400_000).complaint() == nil)
        #expect(Settings(autoRelockMilliseconds: nil, doorAjarMilliseconds: nil).complaint() == nil)
    }
}

@Suite("The stroke's cap")
struct CapTests {
    @Test("is half as long again as the learned time and 100 ms more")
    func learned() { #expect(StrokeTiming().cap(learned: .milliseconds(400)) == .milliseconds(700)) }

    @Test("stays within the board's bounds, whatever was learned")
    func bounded() {
        let timing = StrokeTiming()
        #expect(timing.cap(learned: .milliseconds(10)) == timing.capMinimum)
        #expect(timing.cap(learned: .seconds(60)) == timing.capMaximum)
        #expect(timing.cap(learned: .seconds(-60)) == timing.capMinimum)
    }

    @Test("is the board's own before calibration, and never more than its maximum")
    func unlearned() {
        var timing = StrokeTiming()
        #expect(timing.cap(learned: nil) == timing.uncalibratedCap)
        timing.uncalibratedCap = .seconds(9)
        #expect(timing.cap(learned: nil) == timing.capMaximum)
    }
}

@Suite("Small values")
struct ValueTests {
    @Test("An alarm set lists its alarms in the order of their declaration")
    func alarmSet() {
        var set = AlarmSet()
        #expect(set.isEmpty)
        #expect(Alarm.allCases.reversed().map { set.set($0, to: true) } == [true, true, true, true, true])
        #expect(Alarm.allCases.map { set.set($0, to: true) } == [false, false, false, false, false])
        #expect(set.list == Alarm.allCases)
        #expect(Alarm.allCases.map { set.set($0, to: false) } == [true, true, true, true, true])
        #expect(set.isEmpty)
    }

    @Test("Two switches give four positions")
    func positions() {
        for position in BoltPosition.allCases { #expect(LimitReading(position).position == position) }
        var reading = LimitReading(.between)
        reading[.extended] = true
        reading[.retracted] = true
        #expect(reading.position == .conflict)
        #expect(LimitSwitch.extended.opposite == .retracted)
        #expect(LimitSwitch.retracted.opposite == .extended)
    }

    @Test("Every state has a name, and the latched ones a cause")
    func names() {
        let states: [LockState] = [
            .unknown, .calibrating, .locked, .unlocked, .locking, .unlocking, .between, .jammed(.blocked),
            .fault(.sensorStuck),
        ]
        #expect(states.map(\.name) == LockState.names)
        #expect(states.compactMap(\.cause) == [.blocked, .sensorStuck])
    }

    @Test("Every input has a name")
    func inputNames() {
        let end = DriveEnd(
            id: DriveID(1), reason: .cap, began: .zero, ended: .zero, limits: LimitReading(.between), leftStart: false)
        let commands: [Command] = [.lock, .unlock, .calibrate, .configure(Settings()), .acknowledgeAlarms]
        let inputs: [Input] =
            [.boot(BootFacts(limits: LimitReading(.between)))]
            + commands.map { .command($0, from: .device, id: RequestID(1)) }
            + [
                .limits(LimitReading(.between)), .driveEnded(end), .driverFault(true), .door(isOpen: true),
                .tamper(isActive: true), .insideButton(isPressed: true), .battery(.unknown),
                .timer(.stroke, deadline: .zero), .journaled(MotionID(1), stored: true), .civilTime(nil),
            ]
        #expect(inputs.map(\.name) == Input.names)
    }

    @Test("Civil time goes on with boot time, in both directions")
    func civil() {
        let reading = CivilReading(at: .ms(10_000), unixSeconds: 1_700_000_000, isTrusted: true)
        #expect(reading.unixSeconds(at: .ms(12_500)) == 1_700_000_002)
        #expect(reading.unixSeconds(at: .ms(5000)) == 1_699_999_995)
    }

    @Test("A duration is told in whole nanoseconds and milliseconds")
    func durations() {
        #expect(Duration.milliseconds(1500).wholeNanoseconds == 1_500_000_000)
        #expect(Duration.nanoseconds(-1_500_000).wholeMilliseconds == -1)
        var instant = Instant.ms(1)
        instant += .milliseconds(2)
        #expect(instant == .ms(3))
    }

    @Test("A calibration is read and written by direction")
    func calibration() {
        var calibration = Calibration(extendNanoseconds: 1, retractNanoseconds: 2)
        calibration[.extend] = .nanoseconds(3)
        calibration[.retract] = .nanoseconds(4)
        #expect(calibration == Calibration(extendNanoseconds: 3, retractNanoseconds: 4))
        #expect(calibration[.extend] == .nanoseconds(3))
        #expect(calibration[.retract] == .nanoseconds(4))
    }

    @Test("Motions are ordered by number")
    func motions() { #expect(MotionID(1) < MotionID(2)) }

    @Test("A bolt level is read and written by line")
    func levels() {
        var levels = BoltLevels(limits: LimitReading(.between))
        for line in BoltLine.allCases {
            #expect(!levels[line])
            levels[line] = true
            #expect(levels[line])
        }
    }
}
