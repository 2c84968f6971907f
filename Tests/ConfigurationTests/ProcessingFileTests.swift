import Configuration
import TelemetryPolicy
import Testing

@Suite("Who processes what the lock sends")
struct ProcessingFileTests {
    private let whole = """
        # Of the service that runs the locks.
        [Processing]
        controller = Lock Company GmbH, Lock Street 1
        contact=privacy@lock.example
        erasure-endpoint=https://lock.example/erasure
        storage-place=Germany
        jurisdiction=Germany
        recipients=Cloud Company Ltd ; Support Company
        """

    private func parse(_ text: String) -> (details: ProcessingDetails, problems: [String]) {
        let (details, problems) = ProcessingFile.parse(Array(text.utf8), file: "p.conf")
        return (details, problems.map(\.description))
    }

    @Test("a whole file gives complete details")
    func complete() {
        let (details, problems) = parse(whole)
        #expect(problems.isEmpty)
        #expect(details.isComplete)
        #expect(
            details
                == ProcessingDetails(
                    controller: "Lock Company GmbH, Lock Street 1", contact: "privacy@lock.example",
                    erasureEndpoint: "https://lock.example/erasure", storagePlace: "Germany", jurisdiction: "Germany",
                    recipients: ["Cloud Company Ltd", "Support Company"]))
    }

    @Test("nobody else is an answer, and no answer is none")
    func recipients() {
        #expect(parse("[Processing]\nrecipients=none\n").details.recipients == [])
        #expect(parse("[Processing]\n").details.recipients == nil)
        #expect(parse("").details == ProcessingDetails())
        #expect(parse("").problems.isEmpty)
    }

    @Test(
        "what is wrong is said with its place, and nothing of the file counts",
        arguments: [
            ("erasure-endpoint=http://lock.example", "does not begin with https://"),
            ("contact=", "the contact is empty"),
            ("controler=x", "did you mean controller?"),
            ("recipients=", "the recipient is empty; allowed: names with ; between them, or none"),
            ("recipients=a;;b; ", "the recipient is empty"),
            ("storage-place=\(String(repeating: "x", count: 300))", "300 bytes, more than 256"),
            ("[Else]\ncontact=x", "there is no section \"Else\""),
        ])
    func wrong(line: String, words: String) {
        let kept = whole.split(separator: "\n").filter { !$0.hasPrefix(line.split(separator: "=")[0]) }
        let (details, problems) = parse(kept.joined(separator: "\n") + "\n" + line + "\n")
        #expect(details == ProcessingDetails())
        #expect(problems.contains { $0.contains(words) && $0.hasPrefix("p.conf:") }, "\(problems)")
    }

    @Test("no bytes make it trap")
    func anyBytes() {
        var state: UInt64 = 1
        for length in 0..<400 {
            var bytes = Array(whole.utf8)
            for _ in 0..<8 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
            }
            let (details, problems) = ProcessingFile.parse(Array(bytes.prefix(length)), file: "p.conf")
            #expect(problems.isEmpty || details == ProcessingDetails())
        }
    }
}
