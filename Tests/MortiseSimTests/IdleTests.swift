import Testing

@testable import mortise_sim

@Suite struct IdleTests {
    private static func counts(_ names: [Int: String]) -> ThreadCounts {
        ThreadCounts(threads: names.mapValues { ThreadCounts.Entry(name: $0, waits: 1) }, written: 0)
    }

    @Test func `a thread that was not there for the whole time is missed`() {
        let all = [1: "mortise-sim", 2: "loop", 3: "bolt", 4: "storage"]
        let names = ["loop", "bolt", "storage"]
        #expect(ThreadCounts.missing(of: names, in: Self.counts(all), Self.counts(all)).isEmpty)
        var fewer = all
        fewer[3] = nil
        #expect(ThreadCounts.missing(of: names, in: Self.counts(all), Self.counts(fewer)) == ["bolt"])
        #expect(ThreadCounts.missing(of: names, in: Self.counts(fewer), Self.counts(all)) == ["bolt"])
        // Another thread of the same name is another thread.
        fewer[9] = "bolt"
        #expect(ThreadCounts.missing(of: names, in: Self.counts(all), Self.counts(fewer)) == ["bolt"])
    }
}
