internal import CFuzzer
internal import FuzzHarness
internal import Glibc

/// Feeds one harness with what libFuzzer thinks up. usage: mortise-fuzz HARNESS [OPTION OF LIBFUZZER…] [FOLDER…]
@main
struct MortiseFuzz {
    nonisolated(unsafe) private static var harness: Harness?

    static func main() {
        guard CommandLine.argc > 1, let harness = Harness(rawValue: CommandLine.arguments[1]) else {
            let names = Harness.allCases.map(\.rawValue).joined(separator: "|")
            let bytes = Array("usage: mortise-fuzz \(names) [OPTION OF LIBFUZZER…] [FOLDER…]\n".utf8)
            write(STDERR_FILENO, bytes, bytes.count)
            exit(64)
        }
        Self.harness = harness
        // libFuzzer must not see the harness's name, and may start the program anew with what it has seen.
        var count = CommandLine.argc - 1
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
        arguments?[0] = CommandLine.unsafeArgv[0]
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { data, size in
                MortiseFuzz.harness?.run(Array(UnsafeBufferPointer(start: data, count: size)))
                return 0
            })
    }
}
