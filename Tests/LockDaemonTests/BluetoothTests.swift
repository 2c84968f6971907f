import Configuration
import FakeBlueZ
import FoundationEssentials
import LockClient
import LockDaemon
import LockProtocol
import SecureChannel
import Storage
import SwiftProtobuf
import SystemdRuntime
import TestBus
import Testing

extension DaemonTests {
    /// The daemon with Bluetooth, as far as that goes without a chip: the rest is tested on the virtual board.
    @Suite struct BluetoothTests {
        /// A running daemon, and a loop for whoever plays bluetoothd.
        private struct Rig {
            let bus: PrivateBus
            let daemon: RunningDaemon
            let directory: TemporaryDirectory
            let loop: EventLoop

            init() throws {
                bus = try PrivateBus()
                directory = try TemporaryDirectory()
                loop = try EventLoop()
                daemon = try RunningDaemon(bus: bus.address, directory: directory) {
                    $0.phoneTransport = { events throws(SystemdError) in try BluetoothTransport(on: events) }
                }
                try daemon.booted()
            }

            func run(until isDone: () throws -> Bool) throws {
                let end = ContinuousClock.now + patience
                while try !isDone() {
                    guard ContinuousClock.now < end else { throw Impatience() }
                    try loop.runOnce(waitingAtMost: .milliseconds(50))
                }
            }

            func finding(_ name: String) throws -> String {
                let answer = try Client(bus.address).admin.call("Diagnose", answer: "a{sv}")
                return answer.first?.asDictionary?[name]?.asString ?? "nothing"
            }

            /// What the lock's tags are made with, by what it keeps.
            func tag() throws -> RotatingTag {
                guard case .bytes(let bytes) = IdentityFiles(directory: directory.path).loadKey() else {
                    throw Impatience()
                }
                let identity = Identity(privateBytes: SecretBytes(copying: bytes))
                return try #require(identity).rotatingTag(generation: 0)
            }
        }

        @Test func `without bluetoothd the doctor says so, and the lock does the rest`() throws {
            let rig = try Rig()
            try rig.run { try rig.finding("bluetooth").contains("bluetoothd is not running") }
            #expect(try rig.finding("bluetooth").hasPrefix("warning: "))
            #expect(try rig.finding("phones").hasPrefix("ok: 0 keys, 0 of owners"))
            try Client(rig.bus.address).lock.call("Lock", answer: "ss")
            #expect(try rig.daemon.stop() == .stopped)
        }

        @Test func `it advertises over its own connection to the bus, and again over the next one`() throws {
            let rig = try Rig()
            var bluez: FakeBlueZ? = try FakeBlueZ(at: rig.bus.address, on: rig.loop)
            try rig.run { bluez?.payloads.isEmpty == false }
            let first = bluez?.payloads.last ?? []
            #expect(first.count == 6 && first.first == 1)
            let tag = try rig.tag()
            #expect(tag.recognises(first.dropFirst()))
            // The bus goes, and with it bluetoothd's name and the lock's.
            bluez = nil
            rig.bus.end()
            try rig.bus.start()
            bluez = try FakeBlueZ(at: rig.bus.address, on: rig.loop)
            try rig.run { bluez?.payloads.isEmpty == false }
            let second = bluez?.payloads.last ?? []
            #expect(tag.recognises(second.dropFirst()))
            #expect(first != second)
            try rig.run { try rig.finding("bluetooth").hasPrefix("ok: phones can find the lock") }
            #expect(try rig.daemon.stop() == .stopped)
        }

        @Test func `phones are told what to recognise the lock by, and another when a key is removed`() throws {
            let rig = try PhoneRig()
            let owner = try rig.owner()
            let connection = try rig.connect(owner)
            func told() throws -> RotatingTag {
                guard case .welcome(let welcome) = try connection.ask(.hello(WireHello())).outcome else {
                    throw Impatience()
                }
                return try #require(welcome.tag)
            }
            let first = try told()
            #expect(try told() == first)
            let guest = WireAddKey.with {
                $0.publicKey = Data(Identity.make { _ in }.publicKey.bytes)
                $0.terms.role = .guest
                $0.terms.name = "Bo"
            }
            guard case .key(let key) = try connection.ask(.addKey(guest)).outcome else {
                Issue.record("no key was added")
                return
            }
            #expect(try told() == first)
            guard case .done = try connection.ask(.revokeKey(.with { $0.key = key.id })).outcome else {
                Issue.record("the key was not removed")
                return
            }
            let second = try told()
            #expect(second != first)
            #expect(second.recognises(second.next()))
        }

        @Test func `while pairing is open everybody can see that it is`() throws {
            let rig = try Rig()
            let bluez = try FakeBlueZ(at: rig.bus.address, on: rig.loop)
            try rig.run { !bluez.payloads.isEmpty }
            rig.daemon.board.loopLines.pressButton()
            try rig.run { bluez.payloads.last?.first == 0x81 }
            #expect(try rig.daemon.stop() == .stopped)
        }
    }
}
