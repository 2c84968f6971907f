/// What is fuzzed. Each takes any bytes, and traps where the code does not do what it must.
///
/// A further parser is a further case: its folder of Tests/Fuzz/Cases has the same name, and both the fuzzer and the test that
/// replays the cases find it here.
package enum Harness: String, CaseIterable, Sendable {
    /// The cutting of the stream into frames.
    case frames
    /// A lock on the wire, between a real phone and somebody who changes what it says.
    case lock
    /// What phones that have keys ask for, as messages, down to what would be made durable.
    case messages

    package func run(_ input: [UInt8]) {
        switch self {
        case .frames: FramesHarness.run(input)
        case .lock: LockHarness.run(input)
        case .messages: MessagesHarness.run(input)
        }
    }
}
