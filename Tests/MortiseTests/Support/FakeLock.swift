import Glibc
import SystemdRuntime
import TestPrograms

/// What a fake lock says and does.
struct LockScript: Sendable {
    enum Answer: Sendable {
        case values([BusValue])
        /// The name's part after `org.mortise.Error.`.
        case error(String, String)
        /// Never answers.
        case silence
        /// Leaves the bus instead of answering.
        case vanish
    }

    /// The properties of `org.mortise.Lock1`.
    var properties = LockScript.wellLock
    /// By method; Log and Diagnose have their own answers when they are not here.
    var answers: [String: Answer] = [:]
    /// The store's entries: sequence to the other fields.
    var log: [LogRecord] = []
    var diagnosis: [String: String] = [:]
    var keys: [BusValue] = []
    var invitations: [BusValue] = []
    var sessions: [BusValue] = []
    /// What Pairing answers, one after the other; the last for good.
    var pairings: [[BusValue]] = [LockScript.pairing()]

    static func pairing(hasOwner: Bool = false, isOpen: Bool = false) -> [BusValue] {
        [
            .string(
                "MORTISE:AEAQAAAAAAAAAAAATHM5V6OBI6P6LM2IJ3LFSYX2F7RZ6S3LDKB3WD7J5U7VYJ7P5TS6BVKAWZWA"),
            .bool(hasOwner), .bool(isOpen),
        ]
    }

    /// What VerifyLog answers.
    static func verdict(
        _ verdict: String, _ number: UInt64, last: UInt64 = 48, erased: UInt64 = 0, keys: [UInt32] = []
    ) -> [BusValue] {
        let hash = last == 0 ? [] : (0..<32).map { BusValue.byte($0 * 7) }
        return [
            .string(verdict), .uint64(number), .uint64(last == 0 ? 1 : 12), .uint64(last),
            .array(hash, elementSignature: "y"), .uint64(erased),
            .array(keys.map { .uint32($0) }, elementSignature: "u"),
        ]
    }

    static func terms(
        _ role: String, _ name: String, from first: Int64 = 0, until end: Int64 = 0,
        _ windows: [(UInt8, UInt16, UInt16)] = [], uses: UInt32 = 0
    ) -> BusValue {
        .structure([
            .string(role), .string(name), .int64(first), .int64(end),
            .array(
                windows.map { .structure([.byte($0.0), .uint16($0.1), .uint16($0.2)]) }, elementSignature: "(yqq)"),
            .uint32(uses),
        ])
    }

    static func key(_ number: UInt32, _ terms: BusValue, isUsedUp: Bool = false, addedBy: UInt32 = 0) -> BusValue {
        .structure([.uint32(number), terms, .bool(isUsedUp), .uint32(addedBy)])
    }

    /// An owner, an administrator, guests of all kinds, one of them with a name that would steer a terminal.
    static let someKeys = [
        key(1, terms("owner", "Ada")), key(2, terms("admin", "Bob"), addedBy: 1),
        key(
            4,
            terms(
                "guest", "Cleaner", until: 1_798_153_200, [(0b1_1111, 480, 1080), (0b10_0000, 1320, 120)], uses: 3),
            addedBy: 1),
        key(5, terms("guest", "\u{1B}[31mEve"), isUsedUp: true, addedBy: 2),
    ]

    struct LogRecord: Sendable {
        var sequence: Int64
        var unixSeconds: Int64 = 1_795_356_202
        var isTrusted = true
        var action = "lock"
        var origin = "local:0"
        var outcome = "done"
        var state = "locked"
        var code = ""
        var warning = ""
        var subject: UInt32 = 0

        var value: BusValue {
            .structure([
                .int64(sequence), .string("5f3a9c0e2b7d4c1f8e6a"), .int64(sequence * 61_000_000_000 + 5_000_000),
                .int64(unixSeconds), .bool(isTrusted), .string(action), .string(origin), .string(outcome),
                .string(state), .string(code), .string(warning), .uint32(subject),
            ])
        }
    }

    /// A lock with nothing the matter.
    static let wellLock: [String: BusValue] = [
        "State": .string("locked"), "Fault": .string(""), "Position": .string("extended"), "Door": .string("closed"),
        "BatteryState": .string("level"), "BatteryPercent": .int32(83), "BatteryMillivolts": .int32(5910),
        "Alarms": .strings([]), "Mode": .string("normal"), "AutoRelock": .uint64(30_000),
        "DoorAjar": .uint64(120_000), "RelockDeadline": .uint64(0), "Calibrated": .bool(true),
        "ExtendTime": .uint64(412_300_000), "RetractTime": .uint64(398_700_000), "JournalAvailable": .bool(true),
        "StoreState": .string("opened"), "StoreDetail": .string(""), "Version": .string("0.1.0"),
        "Board": .string("Simulated board"),
    ]
}

/// The lock's D-Bus interface, served from a script on a thread of its own.
final class FakeLock {
    private enum Order: Sendable {
        case set([String: BusValue])
        case alarm(String, Bool)
        case append(LockScript.LogRecord)
        case vanish
        case comeBack([String: BusValue])
        case stop
    }

    private let orders: Mailbox<Order>
    private let calls: Mailbox<String>
    private let worker: WorkerThread

    init(on address: String, _ script: LockScript = LockScript()) throws {
        let orders = try Mailbox<Order>(capacity: 64)
        let calls = try Mailbox<String>(capacity: 64)
        self.orders = orders
        self.calls = calls
        worker = try WorkerThread(name: "fake-lock", stackSize: 1 << 20) {
            do {
                try Server(address, script, calls).run(orders)
            } catch {
                _ = calls.send("error: \(error)")
            }
        }
        guard try nextCall() == "ready" else { throw SupportError("the fake lock did not start") }
    }

    deinit {
        _ = orders.send(.stop)
        _ = worker.finish(within: .seconds(20))
    }

    /// Changes properties and announces them.
    func set(_ properties: [String: BusValue]) { _ = orders.send(.set(properties)) }

    func alarm(_ name: String, _ isActive: Bool) { _ = orders.send(.alarm(name, isActive)) }

    func append(_ record: LockScript.LogRecord) { _ = orders.send(.append(record)) }

    func vanish() { _ = orders.send(.vanish) }

    /// Back on the bus, with these properties changed.
    func comeBack(_ properties: [String: BusValue] = [:]) { _ = orders.send(.comeBack(properties)) }

    /// The next method that was called, with its arguments.
    func nextCall(within seconds: Int = 20) throws -> String {
        let deadline = Deadline(seconds: seconds)
        while true {
            if let first = buffered.first {
                buffered.removeFirst()
                return first
            }
            var descriptor = pollfd(fd: calls.fileDescriptor, events: Int16(POLLIN), revents: 0)
            guard deadline.milliseconds > 0, poll(&descriptor, 1, deadline.milliseconds) > 0 else {
                throw SupportError("the fake lock was not called in time")
            }
            calls.drain { buffered.append($0) }
        }
    }

    private var buffered: [String] = []

    /// What lives on the thread.
    private final class Server {
        private let address: String
        private var script: LockScript
        private let calls: Mailbox<String>
        private let loop: EventLoop
        private var bus: Bus?
        private var objects: [BusObject] = []
        private var held: [BusCall] = []

        init(_ address: String, _ script: LockScript, _ calls: Mailbox<String>) throws {
            self.address = address
            self.script = script
            self.calls = calls
            loop = try EventLoop()
        }

        func run(_ orders: Mailbox<Order>) throws {
            try appear()
            let source = try loop.receive(from: orders) { [unowned self] order in
                do { try obey(order) } catch { _ = calls.send("error: \(error)") }
            }
            _ = calls.send("ready")
            _ = try loop.run()
            withExtendedLifetime(source) {}
            disappear()
        }

        private func obey(_ order: Order) throws {
            switch order {
            case .set(let properties):
                script.properties.merge(properties) { $1 }
                try objects.first?.emitPropertiesChanged(properties.keys.sorted())
            case .alarm(let name, let isActive):
                try objects.first?.emit("AlarmChanged", [.string(name), .bool(isActive)])
            case .append(let record):
                script.log.append(record)
                try objects.first?.emit("AuditAppended", [.int64(record.sequence)])
            case .vanish: disappear()
            case .comeBack(let properties):
                script.properties.merge(properties) { $1 }
                try appear()
            case .stop: loop.exit()
            }
        }

        private func disappear() {
            held = []
            objects = []
            bus?.close(flushingFor: .seconds(1))
            bus = nil
        }

        private func appear() throws {
            let bus = try Bus(connectingTo: .address(address))
            objects = [
                try bus.serve(lockInterface, at: "/org/mortise/Lock1"),
                try bus.serve(adminInterface, at: "/org/mortise/Lock1"),
            ]
            try bus.attach(to: loop)
            try bus.requestName("org.mortise.Lock1")
            self.bus = bus
        }

        private var lockInterface: BusInterface {
            BusInterface(
                name: "org.mortise.Lock1",
                methods: [method("Lock", "", "ss"), method("Unlock", "", "ss")],
                properties: script.properties.sorted { $0.key < $1.key }.map { name, value in
                    BusProperty(name: name, signature: value.signature) { [unowned self] in
                        script.properties[name] ?? value
                    }
                },
                signals: [
                    BusSignalDeclaration(name: "AlarmChanged", signature: "sb"),
                    BusSignalDeclaration(name: "AuditAppended", signature: "x"),
                ])
        }

        private static let terms = "(ssxxa(yqq)u)"

        private var adminInterface: BusInterface {
            BusInterface(
                name: "org.mortise.Admin1",
                methods: [
                    method("Calibrate", "", "stt"), method("SetMode", "s", ""), method("SetAutoRelock", "t", ""),
                    method("SetDoorAjar", "t", ""), method("AcknowledgeAlarms", "", ""),
                    method("Log", "xu", "xxa(xsxxbssssssu)"),
                    method("VerifyLog", "a(tay)", "stttaytau"), method("EraseLog", "bu", "t"),
                    method("Diagnose", "", "a{sv}"),
                    method("ListKeys", "", "a(u\(Self.terms)bu)"), method("RevokeKey", "u", ""),
                    method("ListInvitations", "", "a(t\(Self.terms)xu)"), method("WithdrawInvitation", "t", ""),
                    method("ChangeKey", "u\(Self.terms)", ""), method("Invite", "\(Self.terms)u", "tsx"),
                    method("Pairing", "", "sbb"), method("Sessions", "", "a(uxb)"),
                ])
        }

        private func method(_ name: String, _ input: String, _ output: String) -> BusMethod {
            BusMethod(name: name, input: input, output: output) { [unowned self] call in
                let arguments = call.arguments.map(Self.words)
                _ = calls.send("\(name)(\(arguments.joined(separator: ", ")))")
                answer(call)
            }
        }

        private static func words(_ value: BusValue) -> String {
            if case .uint64(let number) = value { return String(number) }
            if let isTrue = value.asBool { return String(isTrue) }
            if let elements = value.asElements {
                return "(\(elements.map(words).joined(separator: " ")))"
            }
            return value.asString ?? value.asInteger.map(String.init) ?? "?"
        }

        private func answer(_ call: BusCall) {
            // What comes after the first call of that name, where a script has it.
            if call.member == "Pairing", script.pairings.count > 1 {
                call.reply(script.pairings.removeFirst())
                return
            }
            switch script.answers[call.member] ?? ordinaryAnswer(call) {
            case .values(let values): call.reply(values)
            case .error(let name, let message):
                let full = name.contains(".") ? name : "org.mortise.Error.\(name)"
                call.fail(BusError(name: full, message: message))
            case .silence: held.append(call)
            case .vanish:
                // Not in the middle of a handler of the connection that goes.
                held.append(call)
                _ = loop.post { [unowned self] in exitWithoutAnswer() }
            }
        }

        /// As a process that dies: the calls that it has are answered by the bus.
        private func exitWithoutAnswer() {
            objects = []
            bus?.close(flushingFor: .zero)
            bus = nil
            held = []
        }

        private func ordinaryAnswer(_ call: BusCall) -> LockScript.Answer {
            switch call.member {
            case "Log":
                let since = call.arguments[0].asInteger ?? 0
                let limit = Int(call.arguments[1].asInteger ?? 0)
                let page = script.log.filter { $0.sequence > since }.prefix(limit)
                return .values([
                    .int64(script.log.first?.sequence ?? 0), .int64(script.log.last?.sequence ?? 0),
                    .array(page.map(\.value), elementSignature: "(xsxxbssssssu)"),
                ])
            case "Diagnose": return .values([.dictionary(script.diagnosis.mapValues { .string($0) })])
            case "Calibrate":
                return .values([.string("unlocked"), .uint64(412_300_000), .uint64(1_398_700_000)])
            case "ListKeys":
                return .values([.array(script.keys, elementSignature: "(u\(Self.terms)bu)")])
            case "ListInvitations":
                return .values([.array(script.invitations, elementSignature: "(t\(Self.terms)xu)")])
            case "Pairing": return .values(script.pairings[0])
            case "Sessions":
                return .values([.array(script.sessions, elementSignature: "(uxb)")])
            case "Invite":
                return .values([
                    .uint64(0x12ab), .string("MORTISE:AEBAAAAAAAAAAAAA"), .int64(1_795_442_400),
                ])
            case "VerifyLog": return .values(LockScript.verdict("intact", 0))
            case "EraseLog": return .values([.uint64(5)])
            case "Lock": return .values([.string("locked"), .string("")])
            case "Unlock": return .values([.string("unlocked"), .string("")])
            default: return .values([])
            }
        }
    }
}
