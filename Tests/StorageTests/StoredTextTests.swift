import LockCore
import Storage
import Testing

@Suite("The words that are stored")
struct StoredTextTests {
    static let states: [LockState] =
        [.unknown, .calibrating, .locked, .unlocked, .locking, .unlocking, .between]
        + FaultCode.allCases.flatMap { [.jammed($0), .fault($0)] }

    @Test("Every state reads back from its stored text", arguments: states)
    func state(_ state: LockState) {
        #expect(LockState(storedText: state.storedText) == state)
    }

    @Test("Every state name of the core is stored")
    func names() {
        #expect(Set(Self.states.map(\.name)) == Set(LockState.names))
    }

    @Test("The stored text of a latched state names its cause")
    func latched() {
        #expect(LockState.jammed(.blocked).storedText == "jammed:blocked")
        #expect(LockState.fault(.sensorStuck).storedText == "fault:sensorStuck")
        #expect(LockState.locked.storedText == "locked")
    }

    @Test(
        "A text that this version does not know is no state",
        arguments: [
            "", "Locked", "jammed", "fault", "jammed:", "jammed:gremlins", "locked:blocked", ":", "jammed:blocked:x",
        ])
    func unknownState(_ text: String) {
        #expect(LockState(storedText: text) == nil)
    }

    @Test(
        "Every origin reads back from its stored form",
        arguments: [
            .insideButton, .local(user: 0), .local(user: .max), .key(7), .autoRelock, .recovery, .device,
            .strangers(attempts: 9),
        ] as [Origin])
    func origin(_ origin: Origin) {
        let (kind, number) = origin.stored
        #expect(Origin(storedKind: kind, number: number) == origin)
    }

    @Test(
        "An origin with a missing, superfluous or impossible number is no origin",
        arguments: [
            ("key", nil), ("key", -1), ("key", 4_294_967_296), ("local", nil), ("device", 1), ("ghost", nil), ("", nil),
        ] as [(String, Int64?)])
    func unknownOrigin(_ kind: String, _ number: Int64?) {
        #expect(Origin(storedKind: kind, number: number) == nil)
    }
}
