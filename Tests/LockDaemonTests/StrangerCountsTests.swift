import Glibc
import LockClient
import LockCore
import LockProtocol
import SecureChannel
import Storage
import SwiftProtobuf
import SystemdRuntime
import TestBus
import Testing

@testable import LockDaemon

/// What is left of a failure before authentication: a number in the owner's log, now and then.
@Suite struct StrangerCountsTests {
    private let start = Instant.zero + .seconds(1_000)
    private static let hour = StrangerCounts.interval
    private static let day: Duration = .seconds(86_400)

    /// Lets strangers come at these times and writes entries when they are due: when, and of how many.
    private func entries(of attempts: [Instant], through end: Instant) -> [(at: Instant, count: UInt32)] {
        var counts = StrangerCounts()
        var entries: [(at: Instant, count: UInt32)] = []
        for now in attempts + [end] {
            // The daemon's timer, which is for no later time than this.
            while let deadline = counts.deadline, deadline <= now {
                if let count = counts.due(at: deadline) { entries.append((deadline, count)) }
            }
            if now < end { counts.count(.garbage, at: now) }
        }
        return entries
    }

    @Test func `where nobody came nothing is due, and nothing is told`() {
        var counts = StrangerCounts()
        #expect(counts.deadline == nil)
        let due = counts.due(at: start + Self.day)
        let rest = counts.takeAll(at: start + Self.day)
        #expect(due == nil && rest == nil)
        #expect(counts.words == "no stranger has tried to open a channel")
    }

    @Test func `all of an hour are one entry, at its end, and nothing is waited for then`() {
        var counts = StrangerCounts()
        for second in 0..<500 { counts.count(.unknownKey, at: start + .seconds(second)) }
        #expect(counts.deadline == start + Self.hour)
        let early = counts.due(at: start + Self.hour - .nanoseconds(1))
        let due = counts.due(at: start + Self.hour)
        #expect(early == nil && due == 500)
        #expect(counts.deadline == nil)
        counts.count(.noRoom, at: start + Self.day)
        #expect(counts.deadline == start + Self.day + Self.hour)
    }

    @Test func `a flood of a month is at most eight entries in any day, and no attempt is left out`() {
        // One every ten minutes.
        let attempts = (0..<(30 * 144)).map { start + .seconds(600) * $0 }
        let entries = entries(of: attempts, through: start + Self.day * 40)
        #expect(entries.reduce(0) { $0 + Int($1.count) } == attempts.count)
        for index in entries.indices.dropFirst(StrangerCounts.entriesPerDay) {
            #expect(entries[index].at - entries[index - StrangerCounts.entriesPerDay].at >= Self.day)
        }
        for (entry, next) in zip(entries, entries.dropFirst()) { #expect(next.at - entry.at >= Self.hour) }
        // Of what the log keeps for 90 days they take less than a tenth, if they never stop.
        #expect(90 * StrangerCounts.entriesPerDay * 10 < StoreLimits.auditEntries)
        #expect(StoreLimits.auditSeconds == 90 * 86_400)
    }

    @Test func `a wrong pairing secret has an entry of its own and is none of these`() {
        var counts = StrangerCounts()
        counts.count(.wrongSecret, at: start)
        #expect(counts.deadline == nil)
        #expect(counts.words.contains("1 of wrong secrets"))
    }

    @Test func `a number that is too great is the greatest`() {
        var counts = StrangerCounts()
        counts.count(.garbage, at: start)
        counts.pending = .max - 1
        for _ in 0..<3 { counts.count(.garbage, at: start) }
        let all = counts.takeAll(at: start)
        #expect(all == .max)
    }
}

extension DaemonTests {
    @Suite struct StrangerTests {
        /// Ends when the lock has ended the link, and gives back what it said.
        @discardableResult
        private func say(_ bytes: [UInt8], _ rig: PhoneRig) throws -> [UInt8] {
            let stream = try rig.stream()
            try stream.send(bytes)
            let end = ContinuousClock.now + patience
            var heard: [UInt8] = []
            while ContinuousClock.now < end {
                do throws(ClientError) { heard += try stream.receive(within: .seconds(1)) } catch { return heard }
            }
            throw Impatience()
        }

        private func log(_ rig: PhoneRig) throws -> [AuditEvent] {
            guard case .ready(let store, _) = LockStore.open(at: rig.directory.store, bootID: "test") else {
                throw Impatience()
            }
            return try store.entries(since: 0, limit: 500).records.compactMap(\.event)
        }

        @Test func `strangers write nothing as they come, and are one number in the log`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let boss = try rig.connect(owner)
            let before = try boss.ask(.readLog(.with { $0.limit = 500 })).log.last
            for _ in 0..<20 { try say([0, 3, 9, 9, 9], rig) }
            let stranger = Phone("Eve")
            stranger.knows(try #require(owner.lock))
            for _ in 0..<3 {
                #expect(throws: ClientError.refused(.notAccepted)) { _ = try rig.connect(stranger) }
            }
            #expect(try boss.ask(.readLog(.with { $0.limit = 500 })).log.last == before)
            #expect(try rig.daemon.stop() == .stopped)
            let entries = try log(rig).filter { $0.action == .strangersRefused }
            #expect(entries.map(\.origin) == [.strangers(attempts: 23)])
            #expect(entries.allSatisfy { $0.outcome == .done(.unlocked) && $0.isTimeTrusted && $0.subject == nil })
        }

        @Test func `whoever has said nothing for long and is gone counts, and whoever passes by does not`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let boss = try rig.connect(owner)
            func comeAndGo(after wait: Duration) throws {
                let stream = try rig.stream()
                try stream.send([0])
                // It is the lock's patience that is tried, by its own clock.
                usleep(UInt32(wait.components.seconds) * 1_000_000)
                withExtendedLifetime(stream) {}
            }
            try comeAndGo(after: .zero)
            try comeAndGo(after: PhoneService.patience + .seconds(1))
            // By when this is answered, the lock has heard that they are gone.
            for _ in 0..<3 { _ = try boss.ask(.readLog(.with { $0.limit = 1 })) }
            #expect(try rig.daemon.stop() == .stopped)
            #expect(try log(rig).filter { $0.action == .strangersRefused }.map(\.origin) == [.strangers(attempts: 1)])
        }

        @Test func `phones are told how many there were`() throws {
            let directory = try TemporaryDirectory()
            let owner: Phone
            do {
                let rig = try PhoneRig(directory: directory)
                owner = try rig.owner()
                try say([0, 3, 9, 9, 9], rig)
                try say([0, 3, 9, 9, 9], rig)
                #expect(try rig.daemon.stop() == .stopped)
            }
            let rig = try PhoneRig(directory: directory)
            let log = try rig.connect(owner).ask(.readLog(.with { $0.limit = 500 })).log
            let entry = try #require(log.entries.last { $0.action == .strangersRefused })
            #expect(entry.origin == .strangers && entry.originNumber == 2)
        }

        @Test func `a first message that may be replayed counts for nothing`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            // As whoever replays it: it is answered, and they cannot go on.
            let replays = try (0..<PhoneService.linkLimit).map { _ in try rig.connect(owner) }
            // Until one of them makes room, whoever comes finds none, which does count.
            var turnedAway: UInt32 = 0
            let end = ContinuousClock.now + patience
            while true {
                do {
                    _ = try rig.connect(owner).ask(.hello(WireHello()))
                    break
                } catch {
                    turnedAway += 1
                    guard ContinuousClock.now < end else { throw error }
                }
            }
            withExtendedLifetime(replays) {}
            #expect(try rig.daemon.stop() == .stopped)
            let entries = try log(rig).filter { $0.action == .strangersRefused }
            #expect(entries.map(\.origin) == (turnedAway == 0 ? [] : [.strangers(attempts: turnedAway)]))
        }
    }
}
