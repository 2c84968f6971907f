import Glibc
import LockCore
import Storage
import Testing

@Suite("What the store costs")
struct CostTests {
    /// What this process has caused to be written to storage devices, in bytes.
    private func bytesWritten() throws -> Int {
        let text = String(decoding: try #require(try bytes(of: "/proc/self/io")), as: UTF8.self)
        for line in text.split(separator: "\n") where line.hasPrefix("write_bytes: ") {
            return try #require(Int(line.dropFirst("write_bytes: ".count)))
        }
        throw CancellationError()
    }

    @Test(
        "Measures begin and finish, and the bytes of a lock-unlock cycle",
        .enabled(if: getenv("MORTISE_MEASURE") != nil, "only when MORTISE_MEASURE asks for it: it must run alone"))
    func measure() throws {
        let directory = try TemporaryDirectory()
        let store = try openStore(directory.store)
        let clock = ContinuousClock()
        var number: Int64 = 0
        var begins: [Duration] = []
        var finishes: [Duration] = []
        func motion() throws {
            number += 1
            let id = MotionID(number)
            begins.append(try clock.measure { try store.begin(Motion(id: id, target: .locked, origin: .key(3))) })
            let event = AuditEvent.sample(number, unixSeconds: 1_780_000_000 + number * 800, isTimeTrusted: true)
            finishes.append(try clock.measure { try store.finish(id, event) })
        }
        // Until both tables are at their bounds (90 days of 800 s are 9,720 entries), so that every motion also prunes.
        for _ in 1...10_000 { try motion() }
        begins = []
        finishes = []
        let start = try bytesWritten()
        for _ in 1...2_000 { try motion() }
        let cycle = (try bytesWritten() - start) / 1_000
        begins.sort()
        finishes.sort()
        _ = consume store
        var reopened: Opened?
        let opening = clock.measure { reopened = Opened(LockStore.open(at: directory.store, bootID: bootID)) }
        #expect(reopened == .opened)
        print("begin: median \(begins[1_000]), 99 % \(begins[1_980]), most \(begins[1_999])")
        print("finish: median \(finishes[1_000]), 99 % \(finishes[1_980]), most \(finishes[1_999])")
        print("written in a lock-unlock cycle: \(cycle) bytes; opening a full store: \(opening)")
    }
}
