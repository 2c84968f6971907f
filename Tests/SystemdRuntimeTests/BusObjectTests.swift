import TestBus
import Testing

@testable import SystemdRuntime

extension SystemdRuntimeTests {
    @Suite struct BusObjectTests {
        static let properties = "org.freedesktop.DBus.Properties"

        let fixture: BusFixture

        init() throws { fixture = try BusFixture() }

        @Test func `properties are read one by one and all together`() throws {
            var state = "locked"
            try fixture.serve(properties: [
                BusProperty(name: "State", signature: "s") { .string(state) },
                BusProperty(name: "Version", signature: "u", change: .constant) { .uint32(1) },
            ])
            let get: [BusValue] = [.string(BusFixture.interface), .string("State")]
            #expect(try fixture.ask("Get", get, interface: Self.properties) == [.variant(.string("locked"))])
            state = "unlocked"
            let all = try fixture.ask("GetAll", [.string(BusFixture.interface)], interface: Self.properties)
            #expect(all.first?.asDictionary == ["State": .string("unlocked"), "Version": .uint32(1)])
        }

        @Test func `a property of another signature than declared is an error and not a lie`() throws {
            try fixture.serve(properties: [BusProperty(name: "State", signature: "s") { .int32(1) }])
            let get: [BusValue] = [.string(BusFixture.interface), .string("State")]
            #expect(try fixture.refusal("Get", get, interface: Self.properties).name == BusError.failed)
        }

        @Test func `a property cannot be written`() throws {
            try fixture.serve(properties: [BusProperty(name: "State", signature: "s") { .string("locked") }])
            let set: [BusValue] = [
                .string(BusFixture.interface), .string("State"), .variant(.string("unlocked")),
            ]
            let error = try fixture.refusal("Set", set, interface: Self.properties)
            #expect(error.name == "org.freedesktop.DBus.Error.PropertyReadOnly")
        }

        @Test func `the guard refuses readers but not announcements`() throws {
            let denied = BusError(name: BusError.accessDenied, message: "Not you.")
            var asked: [UInt32] = []
            let object = try fixture.serve(
                properties: [BusProperty(name: "State", signature: "s") { .string("locked") }],
                readGuard: { (credentials) throws(BusError) in
                    asked.append(credentials.user)
                    throw denied
                })
            let get: [BusValue] = [.string(BusFixture.interface), .string("State")]
            #expect(try fixture.refusal("Get", get, interface: Self.properties) == denied)
            #expect(asked.count == 1)
            try object.emitPropertiesChanged(["State"])
            #expect(asked.count == 1)
        }

        @Test func `changes are announced in the way each property declares`() throws {
            var state = "locked"
            let object = try fixture.serve(properties: [
                BusProperty(name: "State", signature: "s") { .string(state) },
                BusProperty(name: "Log", signature: "s", change: .invalidated) { .string("long") },
                BusProperty(name: "Noise", signature: "u", change: .silent) { .uint32(0) },
            ])
            var heard: [([String: BusValue], [String])] = []
            let subscription = try fixture.proxy.onPropertiesChanged { heard.append(($0, $1)) }
            state = "unlocked"
            try object.emitPropertiesChanged(["State", "Log"])
            try fixture.loop.run { !heard.isEmpty }
            #expect(heard[0].0 == ["State": .string("unlocked")])
            #expect(heard[0].1 == ["Log"])
            #expect(throws: SystemdError.self) { try object.emitPropertiesChanged(["Noise"]) }
            withExtendedLifetime(subscription) {}
        }

        @Test func `a signal reaches its subscriber with its arguments, and nobody after he left`() throws {
            let object = try fixture.serve(
                methods: [.answering(name: "Ping") { _ in [] }],
                signals: [BusSignalDeclaration(name: "Alarm", signature: "sb", argumentNames: ["kind", "active"])])
            var heard: [BusSignal] = []
            var subscription: BusSlot? = try fixture.proxy.subscribe(to: "Alarm") { heard.append($0) }
            try object.emit("Alarm", [.string("forcedOpen"), .bool(true)])
            try fixture.loop.run { !heard.isEmpty }
            #expect(heard[0].arguments == [.string("forcedOpen"), .bool(true)])
            #expect(heard[0].sender == fixture.service.uniqueName)
            #expect(heard[0].member == "Alarm")
            withExtendedLifetime(subscription) {}
            subscription = nil
            try object.emit("Alarm", [.string("forcedOpen"), .bool(false)])
            // Messages of one sender keep their order: were the signal to come, it would come before this answer.
            _ = try fixture.ask("Ping")
            #expect(heard.count == 1)
        }

        @Test func `an undeclared signal and arguments of another signature are not sent`() throws {
            let object = try fixture.serve(signals: [BusSignalDeclaration(name: "Alarm", signature: "s")])
            #expect(throws: SystemdError.self) { try object.emit("Other") }
            #expect(throws: SystemdError.self) { try object.emit("Alarm", [.int32(1)]) }
        }

        @Test func `a bus that hangs does not hold the loop up when somebody reads a guarded property`() throws {
            var asked = 0
            try fixture.serve(
                properties: [BusProperty(name: "State", signature: "s") { .string("locked") }],
                readGuard: { _ in asked += 1 })
            var answers: [Result<[BusValue], BusError>] = []
            let properties = fixture.proxy(Self.properties)
            let reads = try (0..<30).map { _ in
                try properties.callLater(
                    "Get", [.string(BusFixture.interface), .string("State")], timeout: patience
                ) { answers.append($0) }
            }
            // Each connection's messages stay in order, so after these the reads are here and nobody was asked about them.
            try fixture.client.driver.call("GetId")
            try fixture.service.driver.call("GetId")
            fixture.daemon.freeze()
            defer { fixture.daemon.thaw() }
            let began = ContinuousClock.now
            while try fixture.loop.runOnce(waitingAtMost: .zero) {}
            // One wait of a tenth of a second. Thirty would take three; with the driver's limit, the first alone five.
            #expect(ContinuousClock.now - began < .seconds(2))
            #expect(asked == 0)
            fixture.daemon.thaw()
            try fixture.loop.run { answers.count == reads.count }
            for answer in answers {
                #expect(throws: BusError.self) { try answer.get() }
                if case .failure(let error) = answer { #expect(error.name == BusError.timedOut) }
            }
            // The bus is asked again once the pause is over.
            let deadline = ContinuousClock.now + patience
            let get: [BusValue] = [.string(BusFixture.interface), .string("State")]
            var state: [BusValue]?
            while state == nil, ContinuousClock.now < deadline {
                state = try? fixture.ask("Get", get, interface: Self.properties)
            }
            #expect(state == [.variant(.string("locked"))])
            #expect(asked == 1)
        }

        @Test func `introspection tells what was declared`() throws {
            try fixture.serve(
                methods: [
                    BusMethod(
                        name: "Grant", input: "sa{sv}", output: "u", inputNames: ["name", "options"],
                        outputNames: ["key"]
                    ) { _ in },
                    BusMethod(name: "Lock", output: "s", outputNames: ["state"]) { _ in },
                ],
                properties: [
                    BusProperty(name: "State", signature: "s") { .string("") },
                    BusProperty(name: "Version", signature: "u", change: .constant) { .uint32(1) },
                ],
                signals: [BusSignalDeclaration(name: "Alarm", signature: "sb", argumentNames: ["kind", "active"])])
            let answer = try fixture.ask("Introspect", interface: "org.freedesktop.DBus.Introspectable")
            let xml = try #require(answer.first?.asString)
            for declared in [
                #"<interface name="org.mortise.Test1">"#, #"<method name="Grant">"#,
                #"<arg type="s" name="name" direction="in"/>"#, #"<arg type="a{sv}" name="options" direction="in"/>"#,
                #"<arg type="u" name="key" direction="out"/>"#, #"<method name="Lock">"#,
                #"<arg type="s" name="state" direction="out"/>"#, #"<property name="State" type="s" access="read">"#,
                #"<property name="Version" type="u" access="read">"#, #"value="const"/>"#,
                #"<signal name="Alarm">"#, #"<arg type="b" name="active"/>"#,
            ] {
                #expect(xml.contains(declared), "\(declared) is not in \(xml)")
            }
        }

        @Test func `argument names are all given or none`() throws {
            let method = BusMethod(name: "Grant", input: "sa{sv}", inputNames: ["name"]) { _ in }
            #expect(throws: SystemdError.self) { try fixture.serve(methods: [method]) }
        }

        @Test func `an object that was dropped is not served any more, also when it goes in its own handler`() throws {
            var object: BusObject?
            object = try fixture.service.serve(
                BusInterface(
                    name: BusFixture.interface,
                    methods: [
                        .answering(name: "Vanish", output: "s") { call in
                            object = nil
                            return [.string("gone")]
                        }
                    ]), at: BusFixture.path)
            withExtendedLifetime(object) {}
            #expect(try fixture.ask("Vanish") == [.string("gone")])
            #expect(object == nil)
            #expect(throws: BusError.self) { try fixture.ask("Vanish") }
        }
    }
}
