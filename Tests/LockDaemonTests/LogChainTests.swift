import FoundationEssentials
import Glibc
import LockClient
import LockCore
import LockProtocol
import SecureChannel
import Storage
import SwiftProtobuf
import SystemdRuntime
import TelemetryPolicy
import TestBus
import Testing

@testable import LockDaemon

extension DaemonTests {
    /// The chain over the log from end to end: phones that keep checkpoints, the store that they are about, and the bus.
    @Suite struct LogChainTests {
        /// Looks as a phone does, and tells the lock what it has seen.
        private func look(
            _ connection: PhoneConnection, kept: AuditCheckpoint? = nil
        ) throws -> (finding: ChainWitness.Finding, newest: AuditCheckpoint?) {
            var witness = ChainWitness(kept: kept)
            while true {
                let answer = try connection.ask(.readChain(.with { $0.since = witness.since }))
                guard case .chain(let chain) = answer.outcome else { throw NotPaired(answer: answer) }
                guard let finding = witness.take(chain) else { continue }
                if let brought = finding.isSound ? witness.newest : kept {
                    let answer = try connection.ask(.bringCheckpoint(WireBringCheckpoint(brought)))
                    #expect(answer.done == WireDone())
                }
                return (finding, witness.newest)
            }
        }

        /// What `VerifyLog` answers.
        private struct Verdict: Equatable {
            var words: String
            var number: UInt64
            var erased: UInt64
            var keys: [Int64]

            init(_ words: String, _ number: UInt64, erased: UInt64 = 0, keys: [Int64] = []) {
                self.words = words
                self.number = number
                self.erased = erased
                self.keys = keys
            }
        }

        private func verify(_ client: Client, _ witnesses: [AuditCheckpoint] = []) throws -> Verdict {
            let given = witnesses.map {
                BusValue.structure([
                    .uint64($0.number), .array($0.hash.map { .byte($0) }, elementSignature: "y"),
                ])
            }
            let answer = try client.admin.call("VerifyLog", [.array(given, elementSignature: "(tay)")])
            guard case .string(let words) = answer[0], case .uint64(let number) = answer[1],
                case .uint64(let erased) = answer[5]
            else { throw Impatience() }
            return Verdict(
                words, number, erased: erased, keys: (answer[6].asElements ?? []).compactMap(\.asInteger))
        }

        private func lastEntry(_ client: Client) throws -> Int64 {
            try client.admin.call("Log", [.int64(0), .uint32(1)])[1].asInteger ?? 0
        }

        private func tamper(_ directory: TemporaryDirectory, _ sql: String) throws {
            let database = try Database(path: directory.store)
            try database.execute(sql)
        }

        @Test func `a phone keeps a checkpoint, sees that the log continues it, and the lock knows who vouches for it`()
            throws
        {
            let directory = try TemporaryDirectory()
            var phone = Phone("nobody")
            var seen: AuditCheckpoint?
            do {
                let rig = try PhoneRig(directory: directory)
                phone = try rig.owner()
                let connection = try rig.connect(phone)
                let client = try Client(rig.bus.address)
                #expect(try verify(client).words == "intact")
                let first = try look(connection)
                #expect(first.finding == .begun)
                let count = try #require(first.newest?.number)
                #expect(try verify(client) == Verdict("intact", count, keys: [1]))
                for _ in 1...3 { _ = try connection.ask(.lock(WireLock())) }
                let second = try look(connection, kept: first.newest)
                #expect(second.finding == .continues(3))
                #expect(try look(connection, kept: second.newest).finding == .continues(0))
                seen = second.newest
                #expect(try rig.daemon.stop() == .stopped)
            }
            // The lock has forgotten who vouched; the phone has not.
            let rig = try PhoneRig(directory: directory)
            let client = try Client(rig.bus.address)
            #expect(try verify(client).number == 0)
            let known = try #require(seen)
            #expect(try verify(client, [known]) == Verdict("intact", known.number))
            guard case .continues(let count) = try look(rig.connect(phone), kept: seen).finding else {
                Issue.record("the log goes on")
                return
            }
            #expect(count > 0)
            #expect(try verify(client) == Verdict("intact", known.number + count, keys: [1]))
        }

        @Test func `a log longer than many messages is looked at page by page, and so is what came since`() throws {
            let directory = try TemporaryDirectory()
            guard case .ready(let store, _) = LockStore.open(at: directory.store, bootID: "before") else {
                throw Impatience()
            }
            let event = AuditEvent(action: .boot, origin: .device, outcome: .done(.locked), at: .zero)
            for _ in 0..<130 { try store.finish(nil, event) }
            let early = try #require(try store.auditCheckpoint())
            for _ in 0..<500 { try store.finish(nil, event) }
            _ = consume store
            let rig = try PhoneRig(directory: directory)
            let phone = try rig.owner()
            let connection = try rig.connect(phone)
            let whole = try look(connection)
            #expect(whole.finding == .begun)
            #expect(try #require(whole.newest).number > 630)
            let count = try #require(whole.newest).number - early.number
            #expect(try look(connection, kept: early).finding == .continues(count))
            #expect(try verify(Client(rig.bus.address), [early]).words == "intact")
        }

        @Test func `a log that was cut off, changed, or an older copy is told from one that goes on`() throws {
            let directory = try TemporaryDirectory()
            var phone = Phone("nobody")
            var seen: AuditCheckpoint?
            var older: [UInt8] = []
            do {
                let rig = try PhoneRig(directory: directory)
                phone = try rig.owner()
                #expect(try rig.daemon.stop() == .stopped)
            }
            older = try bytes(of: directory.store)
            do {
                let rig = try PhoneRig(directory: directory)
                let connection = try rig.connect(phone)
                for _ in 1...8 { _ = try connection.ask(.lock(WireLock())) }
                seen = try look(connection).newest
                #expect(try rig.daemon.stop() == .stopped)
            }
            let kept = try #require(seen)
            let sound = try bytes(of: directory.store)

            /// What the phone finds, and the lock by itself and with the phone's word.
            func findings() throws -> (ChainWitness.Finding, [Verdict]) {
                let rig = try PhoneRig(directory: directory)
                let client = try Client(rig.bus.address)
                let alone = try verify(client)
                let finding = try look(try rig.connect(phone), kept: kept).finding
                let told = try verify(client)
                #expect(try rig.daemon.stop() == .stopped)
                return (finding, [alone, told])
            }

            try tamper(directory, "DELETE FROM audit WHERE seq > \(kept.number - 5)")
            var (finding, verdicts) = try findings()
            // The start has written an entry or two over what is gone.
            guard case .ends(let last) = finding else {
                Issue.record("\(finding)")
                return
            }
            #expect(last < kept.number)
            #expect(verdicts == [Verdict("intact", 0), Verdict("contradictsWitness", kept.number, keys: [1])])

            // Until it is as long again.
            do {
                let rig = try PhoneRig(directory: directory)
                let connection = try rig.connect(phone)
                for _ in 1...8 { _ = try connection.ask(.lock(WireLock())) }
                #expect(try look(connection, kept: kept).finding == .contradicts)
                #expect(try rig.daemon.stop() == .stopped)
            }

            try write(older, to: directory.store)
            (finding, verdicts) = try findings()
            guard case .ends = finding else {
                Issue.record("\(finding)")
                return
            }
            #expect(verdicts.map(\.words) == ["intact", "contradictsWitness"])

            // What is changed in place breaks no link: the lock tells it, and the phone, which is shown links alone, does not.
            try write(sound, to: directory.store)
            try tamper(directory, "UPDATE audit SET action = 'lock' WHERE seq = 2")
            (finding, verdicts) = try findings()
            guard case .continues = finding else {
                Issue.record("\(finding)")
                return
            }
            #expect(verdicts == [Verdict("altered", 2), Verdict("altered", 2)])

            try write(sound, to: directory.store)
            try tamper(directory, "UPDATE audit SET hash = zeroblob(32) WHERE seq = \(kept.number)")
            (finding, verdicts) = try findings()
            #expect(finding == .contradicts)
            #expect(verdicts == [Verdict("broken", kept.number), Verdict("broken", kept.number)])
        }

        @Test func `a key's entries are erased, and all of them, and the chain still holds for whoever has seen it`()
            throws
        {
            let rig = try PhoneRig()
            let phone = try rig.owner()
            let connection = try rig.connect(phone)
            let client = try Client(rig.bus.address)
            for _ in 1...4 { _ = try connection.ask(.lock(WireLock())) }
            let seen = try look(connection).newest
            let erased = try client.admin.call("EraseLog", [.bool(false), .uint32(1)])
            // The four, and that the key was added.
            #expect(erased == [.uint64(5)])
            var log = try connection.ask(.readLog(.with { $0.limit = 100 })).log
            #expect(log.entries.filter { $0.outcome == .erased }.count == 5)
            #expect(!log.entries.contains { $0.origin == .key && $0.originNumber == 1 })
            #expect(log.entries.last?.action == .logErased && log.entries.last?.subject == 1)
            #expect(log.entries.map(\.number) == Array(1...log.last))
            #expect(try look(connection, kept: seen).finding == .continues(1))
            #expect(try verify(client) == Verdict("intact", log.last, erased: 5, keys: [1]))

            let before = UInt64(log.last)
            let rest = try client.admin.call("EraseLog", [.bool(true), .uint32(0)])
            #expect(rest == [.uint64(before - 5)])
            log = try connection.ask(.readLog(.with { $0.limit = 100 })).log
            #expect(
                log.entries.dropLast().allSatisfy { $0.outcome == .erased && $0.action == .unspecified && $0.boot == 0 }
            )
            #expect(log.entries.last?.action == .logErased && log.entries.last?.origin == .local)
            #expect(try look(connection, kept: seen).finding == .continues(2))
            #expect(try verify(client).erased == before)
            let rows = try client.admin.call("Log", [.int64(0), .uint32(1)])[2].asElements?.first?.asElements
            #expect(rows?[5] == .string("erased") && rows?[1] == .string("") && rows?[6] == .string(""))
        }

        @Test func `the bolt moves and entries are written while a long log is verified and erased`() throws {
            let directory = try TemporaryDirectory()
            guard case .ready(let store, _) = LockStore.open(at: directory.store, bootID: "before") else {
                throw Impatience()
            }
            let event = AuditEvent(action: .boot, origin: .device, outcome: .done(.locked), at: .zero)
            for _ in 0..<3_000 { try store.finish(nil, event) }
            _ = consume store
            let rig = try PhoneRig(directory: directory, board: TestBoard(position: 1))
            let client = try Client(rig.bus.address)
            var answers: [String: Result<[BusValue], BusError>] = [:]
            let none = BusValue.array([], elementSignature: "(tay)")
            let calls = try [
                client.admin.callLater("VerifyLog", [none]) { answers["verified"] = $0 },
                client.admin.callLater("EraseLog", [.bool(true), .uint32(0)]) { answers["erased"] = $0 },
                client.admin.callLater("VerifyLog", [none]) { answers["again"] = $0 },
                client.lock.callLater("Unlock") { answers["unlocked"] = $0 },
            ]
            try withExtendedLifetime(calls) { try client.process { answers.count == 4 } }
            #expect(try answers["unlocked"]?.get() == [.string("unlocked"), .string("")])
            #expect(try answers["verified"]?.get().first == .string("intact"))
            #expect(try answers["again"]?.get().first == .string("intact"))
            guard case .uint64(let count)? = try answers["erased"]?.get().first else { throw Impatience() }
            #expect(count > 3_000)
            #expect(try verify(client).words == "intact")
        }

        @Test func `what makes no sense is refused, and changes nothing`() throws {
            let rig = try PhoneRig()
            let phone = try rig.owner()
            let connection = try rig.connect(phone)
            let client = try Client(rig.bus.address)
            let last = try lastEntry(client)
            for arguments in [[.bool(true), .uint32(4)], [.bool(false), .uint32(0)]] as [[BusValue]] {
                let error = #expect(throws: BusError.self) { try client.admin.call("EraseLog", arguments) }
                #expect(error?.name == "org.mortise.Error.InvalidRequest")
            }
            for (number, length) in [(0, 32), (1, 31), (1, 0)] as [(UInt64, Int)] {
                let witness = AuditCheckpoint(number: number, hash: [UInt8](repeating: 1, count: length))
                let error = #expect(throws: BusError.self) { try verify(client, [witness]) }
                #expect(error?.name == "org.mortise.Error.InvalidRequest")
                let answer = try connection.ask(.bringCheckpoint(WireBringCheckpoint(witness)))
                #expect(answer.refused.fault == .invalidRequest)
            }
            let many = (1...65 as ClosedRange<UInt64>).map {
                AuditCheckpoint(number: $0, hash: [UInt8](repeating: 1, count: 32))
            }
            #expect(throws: BusError.self) { try verify(client, many) }
            #expect(try lastEntry(client) == last)
            #expect(try verify(client) == Verdict("intact", 0))
            #expect(try look(connection).finding == .begun)
        }

        @Test
        func `guests neither see the chain nor vouch for it, and the word of a key that was taken away is forgotten`()
            throws
        {
            let rig = try PhoneRig()
            let boss = try rig.connect(try rig.owner())
            let client = try Client(rig.bus.address)
            func add(_ name: String, _ role: WireRole) throws -> Phone {
                let phone = Phone(name)
                phone.knows(try #require(boss.lock))
                let answer = try boss.ask(
                    .addKey(
                        .with {
                            $0.publicKey = Data(phone.identity.publicKey.bytes)
                            $0.terms.role = role
                            $0.terms.name = name
                        }))
                #expect(answer.key.terms.name == name)
                return phone
            }
            let guest = try rig.connect(try add("Bob", .guest))
            let witness = AuditCheckpoint(number: 1, hash: [UInt8](repeating: 7, count: 32))
            #expect(try guest.ask(.readChain(WireReadChain())).refused.fault == .notAllowed)
            #expect(try guest.ask(.bringCheckpoint(WireBringCheckpoint(witness))).refused.fault == .notAllowed)
            #expect(try verify(client) == Verdict("intact", 0))
            let liar = try rig.connect(try add("Eve", .admin))
            #expect(try liar.ask(.bringCheckpoint(WireBringCheckpoint(witness))).done == WireDone())
            #expect(try verify(client) == Verdict("contradictsWitness", 1, keys: [3]))
            #expect(try boss.ask(.revokeKey(.with { $0.key = 3 })).done == WireDone())
            #expect(try verify(client) == Verdict("intact", 0))
        }
    }
}
