import Glibc
import SystemdRuntime
import TestBus
import Testing

extension SystemdRuntimeTests {
    @Suite struct BusObjectTreeTests {
        @Test func `objects below a path are listed with their properties, the last served first`() throws {
            let fixture = try BusFixture()
            let manager = try fixture.service.manageObjects(below: "/org/mortise/Tree")
            var objects: [BusObject] = []
            for name in ["a", "b", "c"] {
                objects.append(
                    try fixture.service.serve(
                        BusInterface(
                            name: "org.mortise.Leaf1",
                            properties: [
                                BusProperty(name: "Name", signature: "s", change: .constant) { .string(name) }
                            ]),
                        at: "/org/mortise/Tree/\(name)"))
            }
            var result: Result<[BusValue], BusError>?
            let call = try fixture.client.proxy(
                BusFixture.name, path: "/org/mortise/Tree", interface: "org.freedesktop.DBus.ObjectManager"
            ).callLater("GetManagedObjects", answer: "a{oa{sa{sv}}}", timeout: patience) { result = $0 }
            try fixture.loop.run { result != nil }
            let listed = try #require(try result?.get().first?.asElements)
            var seen: [String] = []
            for case .dictionaryEntry(.objectPath(let path), let interfaces) in listed {
                seen.append(path)
                let leaf = try #require(interfaces.asDictionary?["org.mortise.Leaf1"]?.asDictionary)
                #expect(path.hasSuffix("/" + (leaf["Name"]?.asString ?? "?")))
            }
            #expect(seen == ["/org/mortise/Tree/c", "/org/mortise/Tree/b", "/org/mortise/Tree/a"])
            withExtendedLifetime((manager, call, objects)) {}
        }

        @Test func `a change below a path is noticed, and one beside it is not`() throws {
            let fixture = try BusFixture()
            var objects: [BusObject] = []
            for path in ["/org/mortise/Tree/a", "/org/mortise/Treetop"] {
                objects.append(
                    try fixture.service.serve(
                        BusInterface(
                            name: "org.mortise.Leaf1",
                            properties: [BusProperty(name: "Is", signature: "b") { .bool(true) }]), at: path))
            }
            var seen: [String] = []
            let watch = try fixture.client.onPropertiesChanged(
                of: "org.mortise.Leaf1", below: "/org/mortise/Tree", by: BusFixture.name
            ) { path, changed, _ in
                seen.append(path)
                #expect(changed == ["Is": .bool(true)])
            }
            try objects[1].emitPropertiesChanged(["Is"])
            try objects[0].emitPropertiesChanged(["Is"])
            try fixture.loop.run { !seen.isEmpty }
            #expect(seen == ["/org/mortise/Tree/a"])
            #expect(throws: SystemdError.self) {
                try fixture.client.onPropertiesChanged(of: "a.b", below: "/',", by: "c.d") { _, _, _ in }
            }
            withExtendedLifetime(watch) {}
        }

        @Test func `a descriptor in an answer arrives, and the sender keeps its own`() throws {
            let fixture = try BusFixture()
            let ends = try makePipe()
            defer { for end in ends { close(end) } }
            try fixture.serve(methods: [
                .answering(name: "Lend", output: "hq") { _ in [.duplicate(of: ends[1]), .uint16(5)] }
            ])
            #expect(try fixture.ask("Lend") == [.fileDescriptor, .uint16(5)])
            #expect(fcntl(ends[1], F_GETFD) >= 0)
        }

        @Test func `a descriptor that is not open is refused with an error to the caller`() throws {
            let fixture = try BusFixture()
            try fixture.serve(methods: [.answering(name: "Lend", output: "h") { _ in [.duplicate(of: -1)] }])
            #expect(try fixture.refusal("Lend").name == BusError.failed)
        }
    }
}
