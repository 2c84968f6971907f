import Glibc
import LockCore
import Synchronization
import SystemdRuntime
import TestBus
import Testing

@testable import LockDaemon

extension DaemonTests {
    @Suite struct EndTests {
        @Test func `told to end in mid-stroke it brakes, then switches off, tells the caller and writes it down`()
            throws
        {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            var answer: Result<[BusValue], BusError>?
            do {
                let daemon = try RunningDaemon(bus: bus.address, directory: directory)
                let client = try Client(bus.address)
                let call = try client.lock.callLater("Lock") { answer = $0 }
                try client.process(until: daemon.board.mechanism, drives: .extend)
                #expect(try daemon.stop() == .stopped)
                let outputs = daemon.board.mechanism.outputs
                #expect(outputs.suffix(3).map(\.output.bridge) == [.extend, .brake, .coast])
                #expect(outputs.last?.output == .safe)
                if let braked = outputs.suffix(2).first, let off = outputs.last {
                    #expect(off.at - braked.at >= StrokeTiming().brake)
                }
                try client.process { answer != nil }
                withExtendedLifetime(call) {}
            }
            let error = #expect(throws: BusError.self) { try answer?.get() }
            #expect(error?.name == "org.mortise.Error.Cancelled")
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 0.5), directory: directory)
            let client = try Client(bus.address)
            let entries = try client.audit()
            #expect(entries.map(\.action) == ["boot", "lock", "boot"])
            #expect(entries[1].outcome == "failed")
            #expect(entries[1].code == "cancelled")
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `told to end while its mailbox is full it ends all the same`() throws {
            let bus = try PrivateBus()
            let held = try Gate()
            let daemon = try RunningDaemon(bus: bus.address, configure: held.holdLoop)
            try daemon.booted()
            held.close()
            #expect(daemon.handle.send(.acknowledgeAlarms, from: .device))
            try held.waitForVisitor()
            while daemon.handle.send(.acknowledgeAlarms, from: .device) {}
            daemon.handle.stop()
            held.open()
            #expect(try daemon.waitForEnd() == .stopped)
        }

        @Test func `where a start completes the stroke, whoever joined it is written down at the end`() throws {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            do {
                let profile = try RunningDaemon.profile { $0 + "\n[Behaviour]\nrecovery=complete\n" }
                let daemon = try RunningDaemon(bus: bus.address, directory: directory, profile: profile)
                try daemon.booted()
                #expect(daemon.handle.send(.lock, from: .local(user: 1)))
                #expect(daemon.handle.send(.lock, from: .local(user: 2)))
                try daemon.turn { $0.effects.contains(where: \.isDrive) }
                #expect(try daemon.stop() == .stopped)
            }
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 0.5), directory: directory)
            let client = try Client(bus.address)
            let entries = try client.audit()
            #expect(entries.map(\.action) == ["boot", "lock", "boot", "lock"])
            #expect(entries.map(\.code) == ["", "cancelled", "", "powerLost"])
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `where a start completes the stroke, it completes what was wanted last`() throws {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            let profile = try RunningDaemon.profile { $0 + "\n[Behaviour]\nrecovery=complete\n" }
            do {
                let daemon = try RunningDaemon(bus: bus.address, directory: directory, profile: profile)
                try daemon.booted()
                #expect(daemon.handle.send(.lock, from: .local(user: 1)))
                try daemon.turn { $0.effects.contains(where: \.isDrive) }
                daemon.board.loopLines.pressButton()
                // The unlock is in the journal, and the lock still coasts.
                try daemon.turn { if case .journaled(MotionID(2), stored: true) = $0.input { true } else { false } }
                #expect(try daemon.stop() == .stopped)
            }
            let board = try TestBoard(position: 0.5)
            let daemon = try RunningDaemon(bus: bus.address, board: board, directory: directory, profile: profile)
            try daemon.state(.unlocked)
            #expect(daemon.board.mechanism.outputs.allSatisfy { $0.output.bridge != .extend })
            let entries = try Client(bus.address).audit()
            #expect(entries.map(\.action) == ["boot", "lock", "boot", "unlock", "unlock"])
            #expect(entries.map(\.code) == ["", "cancelled", "", "powerLost", ""])
            #expect(entries.last?.origin == "recovery")
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `a stroke that was never journaled is told at the end also where a start would complete it`() throws
        {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            let disk = try Gate()
            do {
                let profile = try RunningDaemon.profile { $0 + "\n[Behaviour]\nrecovery=complete\n" }
                let daemon = try RunningDaemon(
                    bus: bus.address, board: TestBoard(position: 1), directory: directory, profile: profile
                ) { $0.isStorageFailing = { disk.isClosed } }
                try daemon.booted()
                disk.close()
                #expect(daemon.handle.send(.unlock, from: .local(user: 1)))
                try daemon.turn { $0.effects.contains(where: \.isDrive) }
                disk.open()
                #expect(try daemon.stop() == .stopped)
            }
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 0.5), directory: directory)
            let client = try Client(bus.address)
            let entries = try client.audit()
            #expect(entries.map(\.action) == ["boot", "unlock", "boot"])
            #expect(entries.map(\.code) == ["", "cancelled", ""])
            #expect(try daemon.stop() == .stopped)
        }

        @Test(arguments: [SIGTERM, SIGINT])
        func `a signal in mid-stroke ends it as safely`(signal: Int32) throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address) {
                $0.endsOnSignals = true
                let observer = $0.observer
                $0.observer = { turn in
                    observer?(turn)
                    // On the loop's thread, so it reaches nobody else in this process.
                    if turn.effects.contains(where: \.isDrive) { raise(signal) }
                }
            }
            let client = try Client(bus.address)
            let error = #expect(throws: BusError.self) { try client.lock.call("Lock") }
            #expect(error?.name == "org.mortise.Error.Cancelled")
            #expect(try daemon.waitForEnd() == .stopped)
            #expect(daemon.board.mechanism.output == .safe)
            #expect(daemon.board.mechanism.outputs.suffix(2).map(\.output.bridge) == [.brake, .coast])
        }

        @Test func `a store that hangs does not keep it from ending, and the end is called a failure`() throws {
            let bus = try PrivateBus()
            let gate = try Gate()
            let daemon = try RunningDaemon(bus: bus.address) { $0.storageGate = { gate.pass() } }
            let client = try Client(bus.address)
            gate.close()
            defer { gate.open() }
            let call = try client.admin.callLater("Log", [.int64(0), .uint32(1)]) { _ in }
            try gate.waitForVisitor()
            #expect(try daemon.stop() == .failed("The storage thread did not end in time."))
            #expect(daemon.board.mechanism.output == .safe)
            withExtendedLifetime(call) {}
        }

        @Test func `a loop that stood still for longer than the drive may last hears of its end first`() throws {
            let bus = try PrivateBus()
            let held = try Gate()
            let daemon = try RunningDaemon(bus: bus.address, configure: held.holdLoop)
            let client = try Client(bus.address)
            var answer: Result<[BusValue], BusError>?
            let call = try client.lock.callLater("Lock") { answer = $0 }
            try client.process(until: daemon.board.mechanism, drives: .extend)
            held.close()
            #expect(daemon.handle.send(.acknowledgeAlarms, from: .device))
            try held.waitForVisitor()
            // On the bus, before the drive ends: so that the event loop has three things to choose from.
            let other = try client.lock.callLater("Lock") { _ in }
            try client.bus.process(waitingAtMost: .zero)
            let stroke = StrokeTiming()
            let patience = stroke.cap(learned: nil) + Device.driveAnswerMargin + .milliseconds(100)
            let until = BootClock.now() + patience
            while BootClock.now() < until { usleep(10_000) }
            held.open()
            try client.process { answer != nil }
            #expect(try client.texts(#require(answer).get()) == ["locked", ""])
            withExtendedLifetime((call, other)) {}
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `a loop that stood still for longer than the journal may take finds its answer first`() throws {
            let bus = try PrivateBus()
            let held = try Gate()
            let daemon = try RunningDaemon(bus: bus.address, configure: held.holdLoop)
            try daemon.booted()
            let client = try Client(bus.address)
            held.close()
            var answer: Result<[BusValue], BusError>?
            let call = try client.lock.callLater("Lock") { answer = $0 }
            try client.bus.process(waitingAtMost: .zero)
            // The turn that took the call has given the motion to the storage thread.
            try held.waitForVisitor()
            // On the bus, before the answer: so that the event loop has three things to choose from.
            let other = try client.lock.callLater("Lock") { _ in }
            try client.bus.process(waitingAtMost: .zero)
            // The storage thread answers long before this, and the stroke timer is due meanwhile.
            let until = BootClock.now() + Device.journalWait + .milliseconds(150)
            while BootClock.now() < until { usleep(10_000) }
            held.open()
            try client.process { answer != nil }
            #expect(try client.texts(#require(answer).get()) == ["locked", ""])
            withExtendedLifetime((call, other)) {}
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `a line that cannot be read in mid-stroke ends it with the driver off, and the next unlock works`()
            throws
        {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            var answer: Result<[BusValue], BusError>?
            let call = try client.lock.callLater("Lock") { answer = $0 }
            try client.process(until: daemon.board.mechanism, drives: .extend)
            daemon.board.mechanism.fail("read")
            // The end of the blanking time looks at the levels, long before the bolt would have arrived.
            try daemon.turn { if case .driveEnded(let end) = $0.input { end.reason == .driverFault } else { false } }
            #expect(daemon.board.mechanism.output == .safe)
            #expect(daemon.board.mechanism.position < 0.9)
            daemon.board.mechanism.fail(nil)
            try client.process { answer != nil }
            withExtendedLifetime(call) {}
            let error = #expect(throws: BusError.self) { try answer?.get() }
            #expect(error?.name == "org.mortise.Error.DriverFault")
            #expect(try client.lock.property("State") == .string("fault"))
            #expect(try client.texts(client.lock.call("Unlock")) == ["unlocked", ""])
            #expect(try daemon.logText.contains("could not read line MOTOR_IN1 of chip test"))
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `outputs that cannot be set end the daemon, so that a new start requests the lines anew`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            daemon.board.mechanism.fail("set")
            _ = try? client.lock.call("Lock")
            guard case .failed(let words) = try daemon.waitForEnd() else { throw Impatience() }
            #expect(words.contains("MOTOR_IN1") || words.contains("bolt thread"))
        }

        @Test func `lines that fail at rest and stay so end the daemon instead of keeping the bolt thread busy`() throws
        {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            try daemon.booted()
            daemon.board.mechanism.fail("read")
            // The end of the debounce time looks at the levels.
            daemon.board.mechanism.turn(to: 0.5)
            guard case .failed(let words) = try daemon.waitForEnd() else { throw Impatience() }
            #expect(words.contains("could not read line MOTOR_IN1 of chip test"))
            // Each failure is told once, and there are no more of them than it takes.
            let told = try daemon.logText.split(separator: "\n").count { $0.contains("could not read line") }
            #expect(told <= BoltWorker<TestBoltLines>.failureLimit + 2)
        }

        @Test func `a board whose lines do not work at all is said so, and nothing is pretended`() throws {
            let bus = try PrivateBus()
            let board = try TestBoard()
            board.mechanism.fail("read")
            let daemon = try RunningDaemon(bus: bus.address, board: board)
            guard case .failed(let words) = try daemon.waitForEnd() else { throw Impatience() }
            #expect(words.contains("could not read line MOTOR_IN1 of chip test"))
        }

        @Test func `a door that cannot be read at the boot counts as open until it is read`() throws {
            let bus = try PrivateBus()
            let board = try TestBoard()
            board.loopLines.isFailing.withLock { $0 = true }
            let daemon = try RunningDaemon(bus: bus.address, board: board)
            let status = try daemon.booted().status
            #expect(status.isDoorOpen == true)
            #expect(!status.alarms.contains(.tampered))
            #expect(daemon.handle.send(.lock, from: .local(user: 0)))
            try daemon.turn { turn in
                turn.effects.contains { if case .reply(_, .refused(.doorOpen)) = $0 { true } else { false } }
            }
            board.loopLines.isFailing.withLock { $0 = false }
            try daemon.turn { $0.status.isDoorOpen == false }
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `the bolt turned by hand is seen`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            daemon.board.mechanism.turn(to: 0.5)
            try daemon.state(.between)
            daemon.board.mechanism.turn(to: 1)
            try daemon.state(.locked)
            #expect(try client.audit().map(\.action) == ["boot", "movedByHand"])
        }

        @Test func `the gauge is read when the pack has recovered from a stroke, and not before`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address) { $0.gaugeRecovery = .milliseconds(300) }
            let client = try Client(bus.address)
            daemon.board.gauge.reading.withLock { $0 = .level(percent: 20, millivolts: 5000) }
            try client.lock.call("Lock")
            let end = try daemon.turn { if case .driveEnded = $0.input { true } else { false } }
            let read = try daemon.turn { $0.input == .battery(.level(percent: 20, millivolts: 5000)) }
            #expect(read.at - end.at >= .milliseconds(300))
            #expect(daemon.board.gauge.readCount == 2)
            #expect(try client.lock.property("BatteryPercent") == .int32(20))
            #expect(try client.lock.property("Alarms") == .strings(["lowBattery"]))
        }

        @Test func `a pack that was taken for empty is asked once more before anybody is refused`() throws {
            let bus = try PrivateBus()
            let board = try TestBoard(position: 1)
            board.gauge.reading.withLock { $0 = .level(percent: 5, millivolts: 3000) }
            let daemon = try RunningDaemon(bus: bus.address, board: board)
            let client = try Client(bus.address)
            let error = #expect(throws: BusError.self) { try client.lock.call("Unlock") }
            #expect(error?.name == "org.mortise.Error.LowBattery")
            // It has recovered, and its gauge does not say so.
            board.gauge.reading.withLock { $0 = .level(percent: 8, millivolts: 5000) }
            board.loopLines.pressButton()
            try daemon.state(.unlocked)
            #expect(try daemon.stop() == .stopped)
        }
    }
}
