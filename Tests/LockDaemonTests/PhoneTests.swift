import FoundationEssentials
import Glibc
import LockClient
import LockCore
import LockDaemon
import LockProtocol
import SecureChannel
import Storage
import SwiftProtobuf
import SystemdRuntime
import TestBus
import Testing

extension DaemonTests {
    /// The whole way of a phone's request: socket, channel, message, keys, bolt, store, and back.
    @Suite struct PhoneTests {
        private func terms(_ role: WireRole, _ name: String, uses: UInt32 = 0) -> WireTerms {
            var terms = WireTerms()
            terms.role = role
            terms.name = name
            terms.uses = uses
            return terms
        }

        private func invite(_ connection: PhoneConnection, _ terms: WireTerms) throws -> PairingCode {
            var invite = WireInvite()
            invite.terms = terms
            invite.lifetimeSeconds = 3_600
            let answer = try connection.ask(.invite(invite))
            guard case .invitation(let invitation) = answer.outcome else { throw NotPaired(answer: answer) }
            return try PairingCode.parse(invitation.code)
        }

        private func fault(_ answer: WireAnswer) -> WireFault? {
            switch answer.outcome {
            case .refused(let refused): refused.fault
            case .failed(let failed): failed.fault
            default: nil
            }
        }

        private func state(_ answer: WireAnswer) -> WireState? {
            switch answer.outcome {
            case .moved(let moved): moved.state
            case .status(let status): status.state
            default: nil
            }
        }

        @Test func `a phone pairs, locks, unlocks, and is known after a restart`() throws {
            let directory = try TemporaryDirectory()
            let phone: Phone
            let run: UInt64
            do {
                let rig = try PhoneRig(directory: directory)
                phone = try rig.owner()
                let connection = try rig.connect(phone)
                run = try connection.ask(.hello(WireHello())).welcome.run
                #expect(try rig.connect(phone).ask(.hello(WireHello())).welcome.run == run)
                #expect(state(try connection.ask(.lock(WireLock()))) == .locked)
                #expect(state(try connection.ask(.unlock(WireUnlock()))) == .unlocked)
                #expect(rig.daemon.board.mechanism.output == .safe)
                #expect(try rig.daemon.stop() == .stopped)
            }
            let rig = try PhoneRig(directory: directory)
            let connection = try rig.connect(phone)
            guard case .welcome(let welcome) = try connection.ask(.hello(WireHello())).outcome else {
                Issue.record("no welcome")
                return
            }
            #expect(welcome.key.id == 1 && welcome.key.terms.role == .owner && welcome.key.terms.name == "Ada")
            #expect(welcome.clock.isTrusted)
            #expect(welcome.run != 0 && welcome.run != run, "it has restarted")
            #expect(state(try connection.ask(.lock(WireLock()))) == .locked)
            guard case .log(let log) = try connection.ask(.readLog(.with { $0.limit = 50 })).outcome else {
                Issue.record("no log")
                return
            }
            #expect(log.entries.map(\.number) == Array(1...log.last))
            let moves = log.entries.filter { $0.origin == .key && ($0.action == .lock || $0.action == .unlock) }
            #expect(
                moves.allSatisfy { $0.originNumber == 1 && $0.outcome == .done }
                    && moves.count == 3)
            #expect(log.entries.contains { $0.action == .keyAdded && $0.subject == 1 })
            #expect(try rig.daemon.stop() == .stopped)
            #expect(throws: ClientError.goodbye(.ending)) { try connection.ask(.hello(WireHello())) }
        }

        @Test func `nobody pairs without the button, or once the lock has an owner`() throws {
            let rig = try PhoneRig()
            let code = try rig.setupCode()
            let stranger = Phone("Eve")
            #expect(throws: ClientError.refused(.pairingClosed)) {
                try stranger.pair(over: rig.connect(stranger, pairingBy: code))
            }
            _ = try rig.owner()
            try rig.press()
            // Within ten minutes the phone that has paired may ask again; the channel opens for whoever knows the code.
            let connection = try rig.connect(stranger, pairingBy: code)
            let answer = try connection.ask(.pair(.with { $0.name = "Eve" }))
            #expect(fault(answer) == .pairingClosed)
            #expect(rig.daemon.board.mechanism.output == .safe)
        }

        @Test func `a wrong setup code closes pairing, also for whoever has the right one and presses the button`()
            throws
        {
            let rig = try PhoneRig()
            let code = try rig.setupCode()
            let wrong = PairingCode(id: .setupCode, secret: SecretBytes(randomCount: 16), fingerprint: code.fingerprint)
            try rig.press()
            let phone = Phone("Eve")
            #expect(throws: ClientError.refused(.notAccepted)) {
                try phone.pair(over: rig.connect(phone, pairingBy: wrong))
            }
            try rig.press()
            let error = #expect(throws: ClientError.self) { try phone.pair(over: rig.connect(phone, pairingBy: code)) }
            guard case .refused(.tryAgainLater(let seconds)) = error else {
                Issue.record("it must be told to wait, not \(String(describing: error))")
                return
            }
            #expect(25...30 ~= seconds)
        }

        @Test
        func `an invited guest comes in until the key is taken away, and the unlock behind that is not carried out`()
            throws
        {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let boss = try rig.connect(owner)
            let guest = Phone("ignored")
            let code = try invite(boss, terms(.guest, "Bob"))
            try guest.pair(over: rig.connect(guest, pairingBy: code))
            #expect(guest.key?.terms.name == "Bob")
            let connection = try rig.connect(guest)
            #expect(state(try connection.ask(.lock(WireLock()))) == .locked)
            #expect(fault(try connection.ask(.listKeys(WireListKeys()))) == .notAllowed)
            let drives = rig.daemon.board.mechanism.drives
            let id = try boss.begin(.revokeKey(.with { $0.key = guest.key?.id ?? 0 }))
            #expect(throws: ClientError.goodbye(.revoked)) {
                // Behind it, again and again, until the lock says goodbye.
                while true { _ = try connection.ask(.unlock(WireUnlock())) }
            }
            guard case .done = try boss.answer(to: id).outcome else {
                Issue.record("it is not revoked")
                return
            }
            let answered = BootClock.now()
            #expect(throws: ClientError.refused(.notAccepted)) { _ = try rig.connect(guest).ask(.unlock(WireUnlock())) }
            #expect(try rig.daemon.stop() == .stopped)
            let late = rig.daemon.board.mechanism.outputs.filter {
                $0.output.bridge.direction != nil && $0.at > answered
            }
            #expect(late.isEmpty, "nothing moves after the answer")
            #expect(rig.daemon.board.mechanism.drives - drives <= 2)
        }

        @Test
        func `a request that comes again is answered again and not carried out again, over another connection too`()
            throws
        {
            let rig = try PhoneRig()
            let phone = try rig.owner()
            let first = try rig.connect(phone)
            let answer = try first.ask(.lock(WireLock()), id: 4_711)
            let drives = rig.daemon.board.mechanism.drives
            #expect(try first.ask(.lock(WireLock()), id: 4_711) == answer)
            let second = try rig.connect(phone)
            // Even as another request: the id is what counts.
            #expect(try second.ask(.unlock(WireUnlock()), id: 4_711) == answer)
            #expect(rig.daemon.board.mechanism.drives == drives)
        }

        @Test func `the list of invitations goes on behind the one that is named, or begins anew`() throws {
            let rig = try PhoneRig()
            let connection = try rig.connect(try rig.owner())
            for name in ["Bob", "Cleo", "Dan"] { _ = try invite(connection, terms(.guest, name)) }
            func list(after id: UInt64) throws -> WireAnswer {
                try connection.ask(.listInvitations(.with { $0.after = id }))
            }
            let all = try list(after: 0).invitations
            #expect(all.invitations.map(\.terms.name) == ["Bob", "Cleo", "Dan"] && !all.hasMore_p)
            let first = try #require(all.invitations.first)
            #expect(try list(after: first.id).invitations.invitations == Array(all.invitations.dropFirst()))
            #expect(try list(after: all.invitations[2].id).invitations.invitations.isEmpty)
            _ = try connection.ask(.withdrawInvitation(.with { $0.id = first.id }))
            #expect(fault(try list(after: first.id)) == .noSuchInvitation)
        }

        @Test func `changes are told to whoever subscribed, and to nobody else`() throws {
            let rig = try PhoneRig()
            let phone = try rig.owner()
            let watcher = try rig.connect(phone)
            let actor = try rig.connect(phone)
            #expect(state(try watcher.ask(.subscribe(WireSubscribe()))) == .unlocked)
            _ = try actor.ask(.lock(WireLock()))
            for wanted in [WireState.locking, .locked] {
                _ = try watcher.event { $0.status.state == wanted }
            }
            #expect(actor.events.isEmpty)
        }

        @Test func `what makes no sense is answered, and changes nothing`() throws {
            let rig = try PhoneRig()
            let connection = try rig.connect(try rig.owner())
            try connection.send([0xff, 0xff, 0xff])
            #expect(fault(try connection.answer(to: 0)) == .invalidRequest)
            // A request of a later version: field 99.
            try connection.send([0x08, 0x07, 0x9a, 0x06, 0x00])
            #expect(fault(try connection.answer(to: 7)) == .unsupported)
            let cases: [(WireRequest.OneOf_Ask, WireFault)] = [
                (.readLog(.with { $0.limit = 501 }), .invalidRequest),
                (.readLog(.with { $0.limit = 0 }), .invalidRequest),
                (
                    .addKey(
                        .with {
                            $0.publicKey = .init([1, 2, 3]); $0.terms = terms(.guest, "x")
                        }), .invalidRequest
                ),
                (
                    .changeKey(
                        .with {
                            $0.key = 99; $0.terms = terms(.guest, "x")
                        }), .noSuchKey
                ),
                (
                    .changeKey(
                        .with {
                            $0.key = 1; $0.terms = terms(.unspecified, "x")
                        }), .invalidRequest
                ),
                (.revokeKey(.with { $0.key = 1 }), .lastOwner),
                (.changeSettings(.with { $0.autoRelockMilliseconds = 1 }), .invalidRequest),
                (.changeSettings(.with { $0.mode = .unspecified }), .invalidRequest),
                (.setClock(.with { $0.unixSeconds = 5 }), .invalidRequest),
                (.pair(WirePair()), .notAllowed),
                (.withdrawInvitation(.with { $0.id = 5 }), .noSuchInvitation),
            ]
            for (ask, wanted) in cases { #expect(fault(try connection.ask(ask)) == wanted, "\(ask)") }
            guard case .keys(let keys) = try connection.ask(.listKeys(WireListKeys())).outcome else {
                Issue.record("no keys")
                return
            }
            #expect(keys.keys.count == 1)
        }

        @Test func `settings are changed one by one and are durable when they are answered`() throws {
            let directory = try TemporaryDirectory()
            let phone: Phone
            do {
                let rig = try PhoneRig(directory: directory)
                phone = try rig.owner()
                let connection = try rig.connect(phone)
                let answer = try connection.ask(.changeSettings(.with { $0.autoRelockMilliseconds = 30_000 }))
                #expect(answer.settings.autoRelockMilliseconds == 30_000 && answer.settings.mode == .normal)
                _ = try connection.ask(.changeSettings(.with { $0.mode = .passage }))
                #expect(try rig.daemon.stop() == .stopped)
            }
            let rig = try PhoneRig(directory: directory)
            let settings = try rig.connect(phone).ask(.getSettings(WireGetSettings())).settings
            #expect(settings.autoRelockMilliseconds == 30_000 && settings.mode == .passage)
        }

        @Test func `a reset forgets the phones and makes another lock of it`() throws {
            let directory = try TemporaryDirectory()
            let phone: Phone
            do {
                let rig = try PhoneRig(directory: directory)
                phone = try rig.owner()
                let connection = try rig.connect(phone)
                let id = try connection.begin(.factoryReset(WireFactoryReset()))
                try rig.press()
                guard case .done = try connection.answer(to: id).outcome else {
                    Issue.record("it is not reset")
                    return
                }
                #expect(try rig.daemon.waitForEnd() == .reset)
            }
            let rig = try PhoneRig(directory: directory)
            #expect(throws: ClientError.self) { _ = try rig.connect(phone).ask(.hello(WireHello())) }
            #expect(IdentityFiles(directory: directory.path).isOwned == false)
            let heir = try rig.owner()
            #expect(heir.lock != phone.lock && heir.lock != nil)
        }

        @Test func `a damaged store lets nobody in and nobody pair, and the inside button opens`() throws {
            let directory = try TemporaryDirectory()
            let phone: Phone
            do {
                let rig = try PhoneRig(directory: directory)
                phone = try rig.owner()
                #expect(try rig.daemon.stop() == .stopped)
            }
            try write([UInt8](repeating: 0xee, count: 5_000), to: directory.path + "/lock.db")
            for _ in 0..<2 {
                // The second time the store is new and empty, and it is still not taken for a lock without an owner.
                let rig = try PhoneRig(directory: directory, board: TestBoard(position: 1))
                let code = try rig.setupCode()
                #expect(throws: ClientError.refused(.notAccepted)) {
                    _ = try rig.connect(phone).ask(.unlock(WireUnlock()))
                }
                try rig.press()
                #expect(throws: ClientError.refused(.pairingClosed)) {
                    try phone.pair(over: rig.connect(phone, pairingBy: code))
                }
                try rig.daemon.state(.unlocked)
                #expect(try rig.daemon.stop() == .stopped)
            }
        }

        @Test func `the lock's own key is never silently made anew`() throws {
            let directory = try TemporaryDirectory()
            do {
                let rig = try PhoneRig(directory: directory)
                _ = try rig.owner()
                #expect(try rig.daemon.stop() == .stopped)
            }
            try #require(unlink(directory.path + "/identity") == 0)
            let rig = try PhoneRig(directory: directory)
            try rig.daemon.wait(forLog: "The lock's own key is missing")
            #expect(try rig.daemon.stop() == .stopped)
            #expect(IdentityFiles(directory: directory.path).loadKey() == .absent)
        }
    }
}
