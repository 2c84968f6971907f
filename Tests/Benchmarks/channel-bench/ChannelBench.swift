internal import Glibc
internal import SecureChannel

/// What the channel costs beside the bare cryptography that it must do, through the same library: both sides of each handshake,
/// and a message of 100 bytes. The two are measured in turns, so that a busy machine is unkind to both; the medians are compared.
@main
struct ChannelBench {
    static func main() {
        guard CommandLine.arguments.count == 2, let rounds = Int(CommandLine.arguments[1]), rounds > 0 else {
            let bytes = Array("usage: channel-bench ROUNDS\n".utf8)
            write(STDERR_FILENO, bytes, bytes.count)
            exit(64)
        }
        let (handshakes, bare, messages) = (Handshakes(), BareOperations(), Messages())
        report("session handshake", compare(rounds, handshakes.session, bare.session))
        report("pairing handshake", compare(rounds, handshakes.pairing, bare.pairing))
        report("message of \(Messages.size) bytes", compare(rounds, messages.exchange, bare.message))
    }

    /// The medians of both, in nanoseconds.
    private static func compare(_ rounds: Int, _ ours: () -> Void, _ bare: () -> Void) -> (ours: Int64, bare: Int64) {
        var times = (ours: [Int64](), bare: [Int64]())
        for _ in 0..<rounds {
            times.ours.append(time(ours))
            times.bare.append(time(bare))
        }
        return (median(times.ours), median(times.bare))
    }

    private static func time(_ work: () -> Void) -> Int64 {
        let began = now()
        work()
        return now() - began
    }

    private static func median(_ times: [Int64]) -> Int64 { times.sorted()[times.count / 2] }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func report(_ what: String, _ times: (ours: Int64, bare: Int64)) {
        let hundredths = times.ours * 100 / max(times.bare, 1)
        let ratio = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        print("\(what): \(times.ours) ns, bare \(times.bare) ns, ratio \(ratio)")
    }
}
