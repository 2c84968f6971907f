import LockCore
import LockDaemon
import SystemdRuntime
import TestBus
import Testing

extension DaemonTests {
    @Suite struct CommandTests {
        @Test func `locking and unlocking over the bus answer with the state when the bolt is there`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            #expect(try client.texts(client.lock.call("Lock", answer: "ss")) == ["locked", ""])
            #expect(daemon.board.mechanism.levels.limits.extended)
            #expect(daemon.board.mechanism.output == .safe)
            #expect(try client.lock.property("State") == .string("locked"))
            #expect(try client.texts(client.lock.call("Unlock", answer: "ss")) == ["unlocked", ""])
            #expect(daemon.board.mechanism.levels.limits.retracted)
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `while the bolt travels the caller waits and everybody else sees it`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            var states: [String] = []
            var answer: [BusValue]?
            let news = try client.lock.onPropertiesChanged { changed, _ in
                if let state = changed["State"]?.asString { states.append(state) }
            }
            let call = try client.lock.callLater("Lock", answer: "ss") { answer = try? $0.get() }
            try client.process { states == ["locking", "locked"] && answer != nil }
            withExtendedLifetime((news, call)) {}
            #expect(client.texts(answer ?? []) == ["locked", ""])
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `a refusal has the fault's name and words for people`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            daemon.board.loopLines.set(.door, true)
            try daemon.turn { $0.status.isDoorOpen == true }
            let error = #expect(throws: BusError.self) { try client.lock.call("Lock") }
            #expect(error?.name == "org.mortise.Error.DoorOpen")
            #expect(error?.message == "refused: the door is open")
            #expect(daemon.board.mechanism.outputs.allSatisfy { $0.output == .safe })
        }

        @Test func `a bolt that does not get through is a failure, a jam, and can be unlocked`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            daemon.board.mechanism.obstruct(at: 0.6)
            let error = #expect(throws: BusError.self) { try client.lock.call("Lock") }
            #expect(error?.name == "org.mortise.Error.Blocked")
            #expect(error?.message.hasPrefix("failed: ") == true)
            #expect(try client.lock.property("State") == .string("jammed"))
            #expect(try client.lock.property("Fault") == .string("blocked"))
            #expect(try client.texts(client.lock.call("Unlock")) == ["unlocked", ""])
            // Answered after the turn that unlocked, with all its effects.
            #expect(try client.lock.property("State") == .string("unlocked"))
            let log = try daemon.logText
            #expect(log.contains("The bolt is jammed: blocked. FAULT=blocked"))
            #expect(log.contains("What was wrong with the bolt has cleared."))
        }

        @Test func `two who ask for the same are both answered, and one stroke is made`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            let other = try Client(bus.address)
            var answer: Result<[BusValue], BusError>?
            let call = try client.lock.callLater("Lock") { answer = $0 }
            #expect(try other.texts(other.lock.call("Lock")) == ["locked", ""])
            try client.process { answer != nil }
            withExtendedLifetime(call) {}
            #expect(try answer?.get() == [.string("locked"), .string("")])
            #expect(daemon.board.mechanism.outputs.count { $0.output.bridge == .extend } == 1)
        }

        @Test func `a newer command takes over, and the older caller is told`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            let other = try Client(bus.address)
            var answer: Result<[BusValue], BusError>?
            let call = try client.lock.callLater("Lock") { answer = $0 }
            try daemon.turn { if case .driveEnded = $0.input { true } else { $0.effects.contains { $0.isDrive } } }
            #expect(try other.texts(other.lock.call("Unlock")) == ["unlocked", ""])
            try client.process { answer != nil }
            withExtendedLifetime(call) {}
            let error = #expect(throws: BusError.self) { try answer?.get() }
            #expect(error?.name == "org.mortise.Error.Cancelled")
        }

        @Test func `calibration answers with what it has learned`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            let answer = try client.admin.call("Calibrate", answer: "stt")
            #expect(answer.first == .string("unlocked"))
            let least = TestBoard.strokeTime.wholeNanoseconds * 9 / 10
            let outputs = daemon.board.mechanism.outputs
            for (value, bridge) in zip(answer.dropFirst(), [Bridge.extend, .retract]) {
                // The mechanism's thread may be kept waiting, and the strokes are longer then: as long as it saw them, from
                // what was set before the drive to its end.
                let most = outputs.indices.dropFirst().dropLast().filter { outputs[$0].output.bridge == bridge }
                    .map { (outputs[$0 + 1].at - outputs[$0 - 1].at).wholeNanoseconds }.max()
                #expect((least...(try #require(most))).contains(value.asInteger ?? 0))
            }
            #expect(try client.lock.property("ExtendTime") == answer[1])
            #expect(try client.lock.property("Calibrated") == .bool(true))
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `settings are set, announced, bounded and kept over a restart`() throws {
            let bus = try PrivateBus()
            let directory = try TemporaryDirectory()
            do {
                let daemon = try RunningDaemon(bus: bus.address, directory: directory)
                let client = try Client(bus.address)
                try client.admin.call("SetAutoRelock", [.uint64(30_000)])
                try client.admin.call("SetDoorAjar", [.uint64(0)])
                try client.admin.call("SetMode", [.string("passage")])
                for (method, value) in [
                    ("SetAutoRelock", BusValue.uint64(1)), ("SetDoorAjar", .uint64(.max)),
                    ("SetMode", .string("party")),
                ] {
                    let error = #expect(throws: BusError.self) { try client.admin.call(method, [value]) }
                    #expect(error?.name == "org.mortise.Error.InvalidRequest")
                    #expect(error?.message.hasPrefix("refused: ") == true)
                }
                #expect(try daemon.stop() == .stopped)
            }
            let daemon = try RunningDaemon(bus: bus.address, directory: directory)
            let client = try Client(bus.address)
            #expect(try client.lock.property("AutoRelock") == .uint64(30_000))
            #expect(try client.lock.property("DoorAjar") == .uint64(0))
            #expect(try client.lock.property("Mode") == .string("passage"))
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `in lock-out mode only the inside button unlocks`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 1))
            let client = try Client(bus.address)
            try client.admin.call("SetMode", [.string("lockOut")])
            let error = #expect(throws: BusError.self) { try client.lock.call("Unlock") }
            #expect(error?.name == "org.mortise.Error.LockedOut")
            try daemon.leave()
        }

        @Test func `the audit log says who did what, densely numbered, and signals say only that there is more`() throws
        {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            var numbers: [BusValue] = []
            let slot = try client.lock.subscribe(to: "AuditAppended") { numbers += $0.arguments }
            try client.lock.call("Lock")
            try daemon.leave()
            try client.process { numbers.count >= 2 }
            withExtendedLifetime(slot) {}
            let answer = try client.admin.call(
                "Log", [.int64(0), .uint32(500)], answer: "xxa(xsxxbssssssu)")
            let entries = try #require(answer[2].asElements).map { $0.asElements ?? [] }
            #expect(answer[0] == .int64(1))
            #expect(entries.map { $0[0] } == (1...entries.count).map { .int64(Int64($0)) })
            #expect(entries.map { $0[5] } == [.string("boot"), .string("lock"), .string("unlock")])
            #expect(entries.map { $0[6] } == [.string("device"), .string("local:0"), .string("inside-button")])
            let some = try client.admin.call("Log", [.int64(1), .uint32(1)])
            #expect(some[2].asElements?.first?.asElements?.first == .int64(2))
            let error = #expect(throws: BusError.self) { try client.admin.call("Log", [.int64(0), .uint32(0)]) }
            #expect(error?.name == "org.mortise.Error.InvalidRequest")
            // Nobody's coming and going is in the system's journal.
            let log = try daemon.logText
            for word in ["unlock", "local:", "inside", "by user"] { #expect(!log.contains(word), "\(log)") }
        }

        @Test func `every property of the interface is there with its type`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            let properties = try client.lock.allProperties()
            let expected = [
                "State": "s", "Fault": "s", "Position": "s", "Door": "s", "BatteryState": "s", "BatteryPercent": "i",
                "BatteryMillivolts": "i", "Alarms": "as", "Mode": "s", "AutoRelock": "t", "DoorAjar": "t",
                "RelockDeadline": "t", "Calibrated": "b", "ExtendTime": "t", "RetractTime": "t",
                "JournalAvailable": "b", "StoreState": "s", "StoreDetail": "s", "Version": "s", "Board": "s",
            ]
            #expect(properties.mapValues(\.signature) == expected)
            #expect(properties["BatteryPercent"] == .int32(80))
            #expect(properties["Door"] == .string("closed"))
            #expect(properties["StoreState"] == .string("created"))
            #expect(properties["Board"] == .string("Test board"))
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `introspection tells of both interfaces`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            let proxy = client.bus.proxy(
                "org.mortise.Lock1", path: "/org/mortise/Lock1", interface: "org.freedesktop.DBus.Introspectable")
            let text = try #require(proxy.call("Introspect", answer: "s").first?.asString)
            for name in [
                "org.mortise.Lock1", "org.mortise.Admin1", "Lock", "Unlock", "Calibrate", "SetMode", "SetAutoRelock",
                "SetDoorAjar", "AcknowledgeAlarms", "Log", "Diagnose", "AlarmChanged", "AuditAppended", "State",
            ] { #expect(text.contains("name=\"\(name)\""), "\(name)") }
            #expect(try daemon.stop() == .stopped)
        }

        @Test func `an alarm is a signal, a property and a journal entry, and is silenced by acknowledging`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address, board: TestBoard(position: 1))
            let client = try Client(bus.address)
            var signals: [[BusValue]] = []
            let slot = try client.lock.subscribe(to: "AlarmChanged") { signals.append($0.arguments) }
            daemon.board.loopLines.set(.door, true)
            try client.process { !signals.isEmpty }
            #expect(signals == [[.string("forcedOpen"), .bool(true)]])
            #expect(try client.lock.property("Alarms") == .strings(["forcedOpen"]))
            daemon.board.loopLines.set(.door, false)
            try daemon.turn { $0.status.isDoorOpen == false }
            try client.admin.call("AcknowledgeAlarms")
            try client.process { signals.count == 2 }
            withExtendedLifetime(slot) {}
            #expect(signals.last == [.string("forcedOpen"), .bool(false)])
            #expect(try daemon.logText.contains("Alarm: forcedOpen. ALARM=forcedOpen"))
        }

        @Test func `that a door stands open is told to whoever asks the lock, and not to the system's journal`() throws
        {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            try client.admin.call("SetDoorAjar", [.uint64(10_000)])
            daemon.board.loopLines.set(.door, true)
            try daemon.turn { $0.status.alarms.contains(.doorAjar) }
            #expect(try client.lock.property("Alarms") == .strings(["doorAjar"]))
            #expect(try daemon.stop() == .stopped)
            #expect(try !daemon.logText.contains("doorAjar"))
        }

        @Test func `what the doctor asks is answered, each check with its grade`() throws {
            let bus = try PrivateBus()
            let daemon = try RunningDaemon(bus: bus.address)
            let client = try Client(bus.address)
            let answer = try client.admin.call("Diagnose", answer: "a{sv}")
            let checks = try #require(answer.first?.asDictionary)
            for name in [
                "threads", "scheduling", "memory", "store", "journal", "profile", "sensors", "battery", "watchdog",
                "phones", "bluetooth",
            ] {
                let text = checks[name]?.asString ?? ""
                #expect(["ok: ", "warning: ", "error: "].contains { text.hasPrefix($0) }, "\(name): \(text)")
            }
            #expect(try daemon.stop() == .stopped)
        }
    }
}

extension Effect {
    var isDrive: Bool { if case .drive = self { true } else { false } }
}
