import FoundationEssentials
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

extension DaemonTests {
    /// What a phone with a key, or somebody who wants one, might try: more than it was given, or to keep others out.
    @Suite struct PhoneAbuseTests {
        private func fault(_ answer: WireAnswer) -> WireFault? {
            switch answer.outcome {
            case .refused(let refused): refused.fault
            case .failed(let failed): failed.fault
            default: nil
            }
        }

        private func state(_ answer: WireAnswer) -> WireState? {
            if case .moved(let moved) = answer.outcome { moved.state } else { nil }
        }

        private func terms(_ role: WireRole, uses: UInt32 = 0) -> WireTerms {
            var terms = WireTerms()
            terms.role = role
            terms.name = "Bob"
            terms.uses = uses
            return terms
        }

        /// A phone with a key that the owner adds.
        private func add(_ boss: PhoneConnection, _ owner: Phone, _ terms: WireTerms) throws -> (Phone, UInt32) {
            let phone = Phone("Bob")
            let answer = try boss.ask(
                .addKey(
                    .with {
                        $0.publicKey = .init(phone.identity.publicKey.bytes)
                        $0.terms = terms
                    }))
            guard case .key(let key) = answer.outcome else { throw NotPaired(answer: answer) }
            phone.knows(try #require(owner.lock))
            return (phone, key.id)
        }

        private func usesLeft(_ boss: PhoneConnection, of key: UInt32) throws -> UInt32? {
            guard case .keys(let keys) = try boss.ask(.listKeys(WireListKeys())).outcome else { return nil }
            return keys.keys.first { $0.id == key }?.terms.uses
        }

        /// What is given back is so a moment after the answer.
        private func waitForUses(_ uses: UInt32, _ boss: PhoneConnection, of key: UInt32) throws {
            let end = ContinuousClock.now + patience
            while try usesLeft(boss, of: key) != uses {
                guard ContinuousClock.now < end else { throw Impatience() }
            }
        }

        // MARK: Uses

        @Test func `whoever locks again while the bolt is drawn has used their key`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let boss = try rig.connect(owner)
            _ = try boss.ask(.lock(WireLock()))
            let (guest, key) = try add(boss, owner, terms(.guest, uses: 5))
            let connection = try rig.connect(guest)
            let drives = rig.daemon.board.mechanism.drives
            let unlock = try connection.begin(.unlock(WireUnlock()))
            try rig.daemon.turn { $0.status.state == .unlocking && $0.effects.contains { $0.isDrive } }
            let relock = try connection.begin(.lock(WireLock()))
            #expect(fault(try connection.answer(to: unlock)) == .cancelled)
            #expect(state(try connection.answer(to: relock)) == .locked)
            #expect(rig.daemon.board.mechanism.drives > drives)
            #expect(try usesLeft(boss, of: key) == 4)
        }

        @Test func `an unlocking for which nothing has to be moved costs no use`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let boss = try rig.connect(owner)
            let (guest, key) = try add(boss, owner, terms(.guest, uses: 1))
            let connection = try rig.connect(guest)
            // It is open.
            #expect(state(try connection.ask(.unlock(WireUnlock()))) == .unlocked)
            try waitForUses(1, boss, of: key)
            _ = try boss.ask(.lock(WireLock()))
            #expect(state(try connection.ask(.unlock(WireUnlock()))) == .unlocked)
            #expect(try boss.ask(.listKeys(WireListKeys())).keys.keys.last?.terms.isUsedUp == true)
        }

        @Test func `beyond what may be asked for in vain no use is lost either`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let boss = try rig.connect(owner)
            let (guest, key) = try add(boss, owner, terms(.guest, uses: 9))
            let connection = try rig.connect(guest)
            var busy = 0
            for _ in 0..<(CommandBudget.burst + 5) where fault(try connection.ask(.unlock(WireUnlock()))) == .busy {
                busy += 1
            }
            #expect(busy >= 5)
            try waitForUses(9, boss, of: key)
        }

        @Test func `the terms of a used-up key are not written back as those of one for ever`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let boss = try rig.connect(owner)
            let (guest, key) = try add(boss, owner, terms(.guest, uses: 1))
            _ = try boss.ask(.lock(WireLock()))
            _ = try rig.connect(guest).ask(.unlock(WireUnlock()))
            var read = try #require(try boss.ask(.listKeys(WireListKeys())).keys.keys.last { $0.id == key }).terms
            #expect(read.isUsedUp && read.uses == 0)
            read.name = "Robert"
            func change() throws -> WireAnswer {
                try boss.ask(
                    .changeKey(
                        .with {
                            $0.key = key
                            $0.terms = read
                        }))
            }
            // Renamed, it is as used up as before.
            #expect(try change().key.terms.isUsedUp)
            let row = try #require(try boss.ask(.listKeys(WireListKeys())).keys.keys.last { $0.id == key })
            #expect(row.terms.isUsedUp && row.terms.name == "Robert")
            #expect(fault(try rig.connect(guest).ask(.unlock(WireUnlock()))) == .usedUp)
            // What was given meanwhile is not taken back by it.
            read.uses = 3
            #expect(fault(try change()) == .invalidRequest, "used up, and three")
            read.isUsedUp = false
            #expect(try change().key.terms.uses == 3)
            (read.uses, read.isUsedUp) = (0, true)
            #expect(fault(try change()) == .invalidRequest)
            #expect(try usesLeft(boss, of: key) == 3)
        }

        @Test func `the lock's own public key is not taken for a phone's`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let boss = try rig.connect(owner)
            let lock = try #require(owner.lock)
            let answer = try boss.ask(
                .addKey(
                    .with {
                        $0.publicKey = .init(lock.bytes)
                        $0.terms = terms(.guest)
                    }))
            #expect(fault(answer) == .invalidRequest)
            #expect(try boss.ask(.listKeys(WireListKeys())).keys.keys.count == 1)
        }

        // MARK: Links

        @Test func `one key does not take all links: its third ends the one that was silent longest`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let first = try rig.connect(owner)
            _ = try first.ask(.hello(WireHello()))
            let second = try rig.connect(owner)
            _ = try second.ask(.hello(WireHello()))
            _ = try first.ask(.hello(WireHello()))
            let third = try rig.connect(owner)
            _ = try third.ask(.hello(WireHello()))
            _ = try first.ask(.hello(WireHello()))
            #expect(throws: ClientError.goodbye(.replaced)) { _ = try second.ask(.hello(WireHello())) }
        }

        @Test func `a phone that pairs again and again has no more links than any other`() throws {
            let rig = try PhoneRig()
            let phone = Phone("Ada")
            let code = try rig.setupCode()
            try rig.press()
            var connections: [PhoneConnection] = []
            for _ in 0..<(PhoneService.linksPerKey + 2) {
                let connection = try rig.connect(phone, pairingBy: code)
                try phone.pair(over: connection)
                connections.append(connection)
            }
            for old in connections.dropLast(PhoneService.linksPerKey) {
                #expect(throws: ClientError.goodbye(.replaced)) { _ = try old.ask(.hello(WireHello())) }
            }
            for connection in connections.suffix(PhoneService.linksPerKey) {
                guard case .welcome = try connection.ask(.hello(WireHello())).outcome else {
                    Issue.record("it is not let in")
                    return
                }
            }
        }

        @Test func `whoever knows a secret and does not ask for a key makes room`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let boss = try rig.connect(owner)
            let answer = try boss.ask(
                .invite(
                    .with {
                        $0.terms = terms(.guest)
                        $0.lifetimeSeconds = 600
                    }))
            let code = try PairingCode.parse(answer.invitation.code)
            var squatters: [PhoneConnection] = []
            for _ in 0..<(PhoneService.linkLimit - 1) {
                let connection = try rig.connect(Phone("Eve"), pairingBy: code)
                // Message 3 is on its way with the first message; only then does the lock know them.
                try connection.send([0x08, 0x07, 0x3a, 0x00])
                _ = try connection.answer(to: 7)
                squatters.append(connection)
            }
            // As soon as they have been there for as long as an honest one needs.
            let end = ContinuousClock.now + patience
            while true {
                do {
                    _ = try rig.connect(owner).ask(.hello(WireHello()))
                    break
                } catch {
                    guard ContinuousClock.now < end else { throw error }
                }
            }
            withExtendedLifetime(squatters) {}
        }

        // MARK: Ends

        @Test func `who gives up their own key is answered, and then goes`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let boss = try rig.connect(owner)
            let (guest, key) = try add(boss, owner, terms(.guest))
            let connection = try rig.connect(guest)
            let lock = try connection.begin(.lock(WireLock()))
            let id = try connection.begin(.revokeKey(.with { $0.key = key }))
            guard case .done = try connection.answer(to: id).outcome else {
                Issue.record("it is not told that it is done")
                return
            }
            #expect(rig.daemon.board.mechanism.output == .safe, "and not before what it had asked for has ended")
            #expect(state(try connection.answer(to: lock)) == .locked)
            #expect(throws: ClientError.goodbye(.revoked)) { _ = try connection.ask(.hello(WireHello())) }
            #expect(throws: ClientError.refused(.notAccepted)) {
                _ = try rig.connect(guest).ask(.hello(WireHello()))
            }
        }

        @Test func `a reset that cannot delete everything is not answered as done`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let connection = try rig.connect(owner)
            // Something that is in the way and cannot be deleted like a file.
            try #require(mkdir(rig.directory.store + ".quarantined", 0o700) == 0)
            defer { rmdir(rig.directory.store + ".quarantined") }
            let id = try connection.begin(.factoryReset(WireFactoryReset()))
            try rig.press()
            #expect(fault(try connection.answer(to: id)) == .storeUnavailable)
            guard case .failed = try rig.daemon.waitForEnd() else {
                Issue.record("it is to say why it ends")
                return
            }
        }

        // MARK: Settings

        @Test func `two changes of settings that wait do not undo each other`() throws {
            let gate = try Gate()
            let rig = try PhoneRig { $0.storageGate = { gate.pass() } }
            let owner = try rig.owner()
            let boss = try rig.connect(owner)
            _ = try boss.ask(.hello(WireHello()))
            gate.close()
            // The second waits for the first, and whatever the same phone asks for then behind it.
            var ids = try (0..<2).map { _ in
                try boss.begin(
                    .addKey(
                        .with {
                            $0.publicKey = .init(Phone("Bob").identity.publicKey.bytes)
                            $0.terms = terms(.guest)
                        }))
            }
            ids.append(try boss.begin(.changeSettings(.with { $0.mode = .passage })))
            ids.append(try boss.begin(.changeSettings(.with { $0.autoRelockMilliseconds = 30_000 })))
            // What makes no sense waits for nothing: when it is answered, the others have been taken in.
            try boss.send([0xff, 0xff, 0xff])
            #expect(fault(try boss.answer(to: 0)) == .invalidRequest)
            gate.open()
            for id in ids { _ = try boss.answer(to: id) }
            let settings = try boss.ask(.getSettings(WireGetSettings())).settings
            #expect(settings.mode == .passage && settings.autoRelockMilliseconds == 30_000)
        }
    }
}
