import Glibc
import TestBus
import Testing

@testable import SystemdRuntime

extension SystemdRuntimeTests {
    @Suite struct BusMethodTests {
        let fixture: BusFixture

        init() throws { fixture = try BusFixture() }

        static let everyType: [BusValue] = [
            .bool(true), .bool(false), .byte(255), .int16(.min), .uint16(.max), .int32(.min), .uint32(.max),
            .int64(.min), .uint64(.max), .double(-0.1), .double(.infinity), .string(""), .string("Riegel 🔒"),
            .objectPath("/org/mortise"), .signature("a{sv}"), .array([], elementSignature: "s"),
            .strings(["extend", "retract"]),
            .array([.array([.byte(1)], elementSignature: "y")], elementSignature: "ay"),
            .structure([.int32(1), .structure([.string("x"), .bool(true)])]), .dictionary([:]),
            .dictionary(["state": .string("locked"), "limits": .structure([.bool(true), .bool(false)])]),
            .array(
                [.dictionaryEntry(key: .uint32(7), value: .double(0.5))], elementSignature: "{ud}"),
            .variant(.string("x")), .variant(.variant(.array([.variant(.byte(1))], elementSignature: "v"))),
        ]

        @Test(arguments: everyType) func `a value of every type comes back as it went`(value: BusValue) throws {
            try fixture.serve(methods: [
                .answering(name: "Echo", input: value.signature, output: value.signature) { $0.arguments }
            ])
            #expect(try fixture.ask("Echo", [value]) == [value])
        }

        @Test func `many random values come back as they went`() throws {
            try fixture.serve(methods: [
                .answering(name: "Echo", input: "av", output: "av") { $0.arguments }
            ])
            let seed = UInt64.random(in: 0 ... .max)
            var source = RandomValues(seed: seed)
            for _ in 0..<40 {
                let values = (0..<16).map { _ in BusValue.variant(source.next(depth: 4)) }
                let sent = BusValue.array(values, elementSignature: "v")
                try #require(try fixture.ask("Echo", [sent]) == [sent], "seed \(seed)")
            }
        }

        @Test func `an answer may come later, and others are answered meanwhile`() throws {
            var waiting: BusCall?
            try fixture.serve(methods: [
                BusMethod(name: "Lock", output: "s") { waiting = $0 },
                .answering(name: "Status", output: "s") { _ in [.string("locking")] },
            ])
            var late: Result<[BusValue], BusError>?
            let call = try fixture.proxy.callLater("Lock", timeout: patience) { late = $0 }
            try fixture.loop.run { waiting != nil }
            #expect(try fixture.ask("Status") == [.string("locking")])
            #expect(late == nil)
            #expect(waiting?.reply([.string("locked")]) == true)
            try fixture.loop.run { late != nil }
            #expect(try late?.get() == [.string("locked")])
            withExtendedLifetime(call) {}
        }

        @Test func `a call that is dropped without an answer answers an error`() throws {
            try fixture.serve(methods: [BusMethod(name: "Forget") { _ in }])
            #expect(try fixture.refusal("Forget").name == BusError.noReply)
        }

        @Test func `a call is answered once`() throws {
            var second: [Bool] = []
            try fixture.serve(methods: [
                BusMethod(name: "Twice", output: "s") { call in
                    call.reply([.string("first")])
                    second = [
                        call.reply([.string("second")]), call.fail(BusError(name: BusError.failed, message: "third")),
                    ]
                }
            ])
            #expect(try fixture.ask("Twice") == [.string("first")])
            #expect(second == [false, false])
        }

        @Test func `an answer of another signature than declared becomes an error`() throws {
            var sent: Bool?
            try fixture.serve(methods: [BusMethod(name: "Wrong", output: "s") { sent = $0.reply([.int32(1)]) }])
            #expect(try fixture.refusal("Wrong").name == BusError.failed)
            #expect(sent == false)
        }

        @Test func `a named error arrives with its name and message`() throws {
            let blocked = BusError(name: "org.mortise.Error.Blocked", message: "The bolt met the strike.")
            try fixture.serve(methods: [
                .answering(name: "Lock") { (_) throws(BusError) in throw blocked }
            ])
            #expect(try fixture.refusal("Lock") == blocked)
        }

        @Test(arguments: [[], [BusValue.int32(1)], [.string("a"), .string("b")], [.variant(.string("a"))]])
        func `arguments of another signature are refused and the handler is not asked`(arguments: [BusValue]) throws {
            var asked = false
            try fixture.serve(methods: [
                .answering(name: "Name", input: "s") { _ in
                    asked = true
                    return []
                }
            ])
            #expect(try fixture.refusal("Name", arguments).name == BusError.invalidArguments)
            #expect(!asked)
        }

        @Test func `a message nested too deep is refused and the service lives on`() throws {
            try fixture.serve(methods: [
                .answering(name: "Echo", input: "v", output: "v") { $0.arguments }
            ])
            var deep = BusValue.string("x")
            for _ in 0..<40 { deep = .variant(deep) }
            #expect(try fixture.refusal("Echo", [deep]).message.isEmpty == false)
            #expect(try fixture.ask("Echo", [.variant(.byte(1))]) == [.variant(.byte(1))])
        }

        @Test func `what the specification forbids is not sent`() throws {
            var tooDeep = BusValue.string("x")
            for _ in 0..<80 { tooDeep = .variant(tooDeep) }
            let forbidden: [BusValue] = [
                .string("a\0b"), .objectPath("no/slash"), .signature("("), tooDeep,
                .array([.int32(1)], elementSignature: "s"), .structure([]),
                .dictionaryEntry(key: .string("a"), value: .byte(1)),
            ]
            for value in forbidden {
                #expect(throws: BusError.self, "\(value)") { try fixture.refusalToSend(value) }
            }
            #expect(fixture.client.isOpen)
        }

        @Test func `an unknown method and an unknown object are refused`() throws {
            try fixture.serve(methods: [.answering(name: "Lock") { _ in [] }])
            #expect(try fixture.refusal("Unlock").name == BusError.unknownMethod)
            let nowhere = fixture.client.proxy(BusFixture.name, path: "/nowhere", interface: BusFixture.interface)
            var result: Result<[BusValue], BusError>?
            let call = try nowhere.callLater("Lock", timeout: patience) { result = $0 }
            try fixture.loop.run { result != nil }
            withExtendedLifetime(call) {}
            #expect(throws: BusError.self) { try result?.get() }
        }

        @Test func `a call that nobody answers ends in a time-out`() throws {
            var kept: [BusCall] = []
            try fixture.serve(methods: [BusMethod(name: "Silence") { kept.append($0) }])
            let error = try fixture.refusal("Silence", timeout: .milliseconds(20))
            #expect([BusError.noReply, BusError.timedOut].contains(error.name))
        }

        @Test func `the caller's user, groups and process are known`() throws {
            var found: Result<BusCredentials, BusError>?
            var kept: [BusCall] = []
            try fixture.serve(methods: [
                BusMethod(name: "Who") { call in
                    kept.append(call)
                    call.credentialsLater {
                        found = $0
                        kept.last?.reply()
                    }
                }
            ])
            _ = try fixture.ask("Who")
            let credentials = try #require(found).get()
            #expect(credentials.user == geteuid())
            #expect(credentials.process == getpid())
            #expect(credentials.groups.contains(getegid()))
            #expect(credentials.groupSource == .bus)
        }

        @Test func `for a bus that does not tell groups, the user database does, and an unknown user has none`() {
            let root = groupsInUserDatabase(of: 0)
            #expect(root.contains(0))
            #expect(groupsInUserDatabase(of: 3_999_999_999).isEmpty)
        }

        @Test func `a caller that has gone is nobody`() throws {
            let error = #expect(throws: BusError.self) {
                try fixture.service.credentials(of: ":1.99999", waitingAtMost: patience)
            }
            #expect(error?.name == BusError.nameHasNoOwner)
            let named = #expect(throws: BusError.self) {
                try fixture.service.credentials(of: BusFixture.name, waitingAtMost: patience)
            }
            #expect(named?.name == BusError.accessDenied)
        }
    }
}

extension BusFixture {
    /// Sends one value to a method that takes anything; throws when it is refused on this side.
    fileprivate func refusalToSend(_ value: BusValue) throws {
        _ = try proxy.callLater("Anything", [value], timeout: patience) { _ in }
    }
}

/// Random values, the same for the same seed.
private struct RandomValues {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func bits() -> UInt64 {
        // SplitMix64: https://prng.di.unimi.it/splitmix64.c
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func next(depth: Int) -> BusValue {
        switch bits() % (depth > 0 ? 14 : 10) {
        case 0: return .bool(bits() % 2 == 0)
        case 1: return .byte(UInt8(truncatingIfNeeded: bits()))
        case 2: return .int16(Int16(truncatingIfNeeded: bits()))
        case 3: return .uint16(UInt16(truncatingIfNeeded: bits()))
        case 4: return .int32(Int32(truncatingIfNeeded: bits()))
        case 5: return .uint32(UInt32(truncatingIfNeeded: bits()))
        case 6: return .int64(Int64(truncatingIfNeeded: bits()))
        case 7: return .uint64(bits())
        case 8: return .double(Double(Int64(truncatingIfNeeded: bits())))
        case 9: return .string(String(bits() % 1000, radix: 7))
        case 10: return .variant(next(depth: depth - 1))
        case 11: return .structure((0...(bits() % 3)).map { _ in next(depth: depth - 1) })
        case 12:
            let element = next(depth: depth - 1)
            return .array(Array(repeating: element, count: Int(bits() % 4)), elementSignature: element.signature)
        default:
            var entries: [String: BusValue] = [:]
            for _ in 0..<(bits() % 4) { entries["k\(bits() % 100)"] = next(depth: depth - 1) }
            return .dictionary(entries)
        }
    }
}
