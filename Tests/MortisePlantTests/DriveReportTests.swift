import LockCore
import Testing

@testable import mortise_plant

@Suite struct DriveReportTests {
    private func at(_ milliseconds: Int64) -> Instant { .zero + .milliseconds(milliseconds) }

    private func record(_ changes: [(Int64, Bridge, Bool)]) -> DriveRecord {
        var record = DriveRecord(.safe, at: .zero)
        for (time, bridge, isAwake) in changes {
            record.set(BridgeOutput(bridge: bridge, isAwake: isAwake), by: "bolt-7", at: at(time))
        }
        return record
    }

    @Test func `a stroke is a drive and a brake while awake`() throws {
        let report = DriveReport(
            record([
                (10, .coast, true), (12, .extend, true), (412, .brake, true), (462, .coast, true), (463, .coast, false),
            ]),
            since: .zero)
        let drive = try #require(report.drives.first)
        #expect(report.drives.count == 1)
        #expect(drive.direction == .extend)
        #expect(drive.stretch == Stretch(start: at(12), end: at(412)))
        #expect(drive.then == "brake")
        #expect(drive.author == "bolt-7")
        #expect(drive.ender == "bolt-7")
        #expect(report.brakes == [Stretch(start: at(412), end: at(462))])
        #expect(report.awake == [Stretch(start: at(10), end: at(463))])
        #expect(report.reversals.isEmpty)
        #expect(report.whileAsleep.isEmpty)
    }

    @Test func `a drive that goes on has no end`() {
        let report = DriveReport(record([(10, .retract, true)]), since: .zero)
        #expect(report.drives.map(\.stretch) == [Stretch(start: at(10))])
        #expect(report.drives.first?.then == nil)
    }

    @Test func `who ends a drive may be another than who began it`() throws {
        var record = record([(10, .extend, true)])
        #expect(try #require(DriveReport(record, since: .zero).drives.first).ender == nil)
        record.set(.safe, by: "mortise-outputs-9", at: at(50))
        let drive = try #require(DriveReport(record, since: .zero).drives.first)
        #expect((drive.author, drive.ender) == ("bolt-7", "mortise-outputs-9"))
    }

    @Test func `the sleep line ends a drive`() {
        let report = DriveReport(
            record([(10, .retract, true), (20, .retract, false), (30, .coast, false)]), since: .zero)
        #expect(report.drives.first?.then == "sleep")
        #expect(report.drives.first?.stretch.length == .milliseconds(10))
        #expect(report.whileAsleep == [.init(bridge: .retract, stretch: Stretch(start: at(20), end: at(30)))])
    }

    @Test func `a reversal has the pause between its drives, not the time of its brake`() {
        let report = DriveReport(
            record([(10, .extend, true), (20, .brake, true), (50, .coast, true), (80, .retract, true)]), since: .zero)
        #expect(
            report.reversals == [.init(at: at(80), from: .extend, to: .retract, coasted: .milliseconds(30))])
        #expect(report.drives.last?.coasted == .milliseconds(30))
    }

    @Test func `a reversal without a pause is zero`() {
        let direct = DriveReport(record([(10, .extend, true), (20, .retract, true)]), since: .zero)
        #expect(direct.reversals.map(\.coasted) == [.zero])
        #expect(direct.drives.first?.then == "retract")
        let braked = DriveReport(record([(10, .extend, true), (20, .brake, true), (50, .retract, true)]), since: .zero)
        #expect(braked.reversals.map(\.coasted) == [.zero])
    }

    @Test func `sleep is a pause too`() {
        let report = DriveReport(
            record([(10, .extend, true), (20, .coast, false), (60, .coast, true), (70, .retract, true)]), since: .zero)
        #expect(report.reversals.map(\.coasted) == [.milliseconds(50)])
    }

    @Test func `a mark leaves out what was over, and keeps what was under way`() {
        let record = record([
            (10, .extend, true), (20, .coast, true), (30, .extend, true), (50, .coast, true), (60, .retract, true),
        ])
        #expect(DriveReport(record, since: at(20)).drives.map(\.stretch.start) == [at(30), at(60)])
        #expect(DriveReport(record, since: at(40)).drives.map(\.stretch.start) == [at(30), at(60)])
        #expect(DriveReport(record, since: at(55)).drives.map(\.stretch.start) == [at(60)])
        #expect(DriveReport(record, since: at(55)).reversals.count == 1)
    }

    @Test func `the same outputs again are no change`() {
        let report = DriveReport(record([(10, .extend, true), (20, .extend, true), (30, .coast, true)]), since: .zero)
        #expect(report.drives.map(\.stretch) == [Stretch(start: at(10), end: at(30))])
    }

    @Test func `a full record forgets its oldest part and says so`() {
        var record = DriveRecord(.safe, at: .zero)
        for time in 0..<Int64(DriveRecord.capacity) {
            record.set(BridgeOutput(bridge: time % 2 == 0 ? .extend : .coast, isAwake: true), by: "", at: at(time))
        }
        #expect(record.changes.count <= DriveRecord.capacity)
        #expect(record.knownSince > .zero)
        #expect(DriveReport(record, since: .zero).drives.count < DriveRecord.capacity / 2)
    }

    @Test func `losses are counted from a mark on`() {
        var record = DriveRecord(.safe, at: .zero)
        record.lost(12, at: at(10))
        record.lost(nil, at: at(20))
        #expect(record.lostCount(since: .zero) == 13)
        #expect(record.lostCount(since: at(15)) == 1)
        #expect(record.lostCount(since: at(25)) == 0)
    }
}
