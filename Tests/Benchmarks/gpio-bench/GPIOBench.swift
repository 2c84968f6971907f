internal import GPIO
internal import Glibc

/// What a call of the module GPIO costs, beside the same in C: see gpio-bench-c, whose usage, lines and output are the same
/// (but for `toggle`).
@main
struct GPIOBench {
    static let chip = "lock-sim"
    static let outputs = ["MOTOR_IN1", "MOTOR_IN2"]
    static let input = "BOLT_OUT"
    /// Both inputs of the bridge.
    static let both: UInt64 = 0b11

    static func main() {
        guard CommandLine.arguments.count == 3, let count = Int(CommandLine.arguments[2]), count > 0 else {
            complain("usage: gpio-bench set|multi|get|edge COUNT")
            exit(64)
        }
        do throws(GPIOError) {
            let chip = try Chip(label: chip)
            let motor = try chip.request(outputs.map { Chip.Wish($0, .output()) }, consumer: "gpio-bench")
            var limit = try chip.request([Chip.Wish(input, .input(edges: .both))], consumer: "gpio-bench")
            switch CommandLine.arguments[1] {
            case "set": try report(count) { i throws(GPIOError) in try motor.set(0b01, to: i & 1) }
            case "multi": try report(count) { i throws(GPIOError) in try motor.set(both, to: i & 1 == 0 ? 0 : both) }
            case "get": try report(count) { _ throws(GPIOError) in _ = try limit.get(0b1) }
            case "edge": try edges(count, motor: motor, limit: &limit)
            default:
                complain("there is no measurement \(CommandLine.arguments[1])")
                exit(64)
            }
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    private static func report(
        _ count: Int, _ call: (UInt64) throws(GPIOError) -> Void
    ) throws(GPIOError) {
        let began = now()
        for i in 0..<UInt64(count) { try call(i) }
        print(tenths(now() - began, by: UInt64(count)))
    }

    private static func edges(
        _ count: Int, motor: borrowing LineRequest, limit: inout LineRequest
    ) throws(GPIOError) {
        var wait = pollfd(fd: try limit.eventDescriptor(), events: Int16(POLLIN), revents: 0)
        // Printed at the end: whoever prints is late for the next edge.
        var all: [UInt64] = []
        all.reserveCapacity(count)
        for _ in 0..<count {
            guard poll(&wait, 1, 5000) == 1 else {
                complain("no edge for 5 s")
                exit(1)
            }
            guard let edge = try limit.nextEvent() else { continue }
            try motor.set(both, to: both)
            let took = now() - edge.timestampNanoseconds
            try motor.set(both, to: 0)
            all.append(took)
        }
        for took in all { print(took) }
    }

    /// The clock of edge events.
    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func tenths(_ sum: UInt64, by count: UInt64) -> String {
        let tenths = sum * 10 / count
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func complain(_ text: String) {
        let bytes = Array("gpio-bench: \(text)\n".utf8)
        write(STDERR_FILENO, bytes, bytes.count)
    }
}
