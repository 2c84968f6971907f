import CommandSupport
import LockCore
import Testing
import mortise

@Suite struct WordsTests {
    @Test(arguments: FaultCode.allCases)
    func `every fault code says in one sentence what it means and in one what to do`(_ code: FaultCode) throws {
        let advice = try #require(FaultAdvice(rawValue: code.rawValue))
        for sentence in [advice.meaning, advice.remedy] {
            #expect(sentence.hasSuffix("."))
            #expect(sentence.first?.isUppercase == true)
            #expect(!sentence.dropLast().contains("."), "one sentence: \(sentence)")
        }
    }

    @Test func `no two fault codes say the same`() {
        #expect(Set(FaultCode.allCases.map(FaultAdvice.init)).count == FaultCode.allCases.count)
    }

    @Test func `every exit status has its meaning and its number`() {
        #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 64, 69, 76, 77, 78])
        #expect(Set(ExitStatus.allCases.map(\.meaning)).count == ExitStatus.allCases.count)
    }

    @Test(
        arguments: [
            ("never", nil), ("30s", 30_000), ("5min", 300_000), ("2 h", 7_200_000), ("1500ms", 1_500),
        ] as [(String, Int64?)])
    func `times as people type them`(_ text: String, _ milliseconds: Int64?) throws {
        #expect(try #require(Period(text)).milliseconds == milliseconds)
    }

    @Test(arguments: ["", "30", "s", "0s", "-5s", "1.5h", "5 parsecs", "9223372036854775807h", "٣s", "Never"])
    func `what is no time is refused`(_ text: String) { #expect(Period(text) == nil) }

    @Test(
        arguments: [
            (0, "0 ms"), (412, "412 ms"), (1_250, "1.25 s"), (30_000, "30 s"), (60_000, "1 min"),
            (125_000, "2 min 5 s"),
            (14_400_000, "4 h"), (3_725_000, "1 h 2 min"),
        ] as [(UInt64, String)])
    func `durations for people`(_ milliseconds: UInt64, _ text: String) {
        #expect(TimeText.duration(milliseconds: milliseconds) == text)
    }

    @Test(
        arguments: [
            (1, "1 s"), (11_200_000_000, "12 s"), (119_000_000_001, "2 min"), (5_370_000_000_000, "90 min"),
            (9_000_000_000_000, "2 h 30 min"),
        ] as [(UInt64, String)])
    func `time ahead is rounded up`(_ nanoseconds: UInt64, _ text: String) {
        #expect(TimeText.ahead(nanoseconds: nanoseconds) == text)
    }

    @Test func `time since boot`() {
        #expect(TimeText.sinceBoot(nanoseconds: 3_723_456_000_000) == "+1:02:03.456")
        #expect(TimeText.sinceBoot(nanoseconds: -5) == "+0:00:00.000")
    }

    @Test func `columns are aligned, and end with their words`() {
        var table = Table([.right])
        table.add([.init("1"), .init("short", .good), .init("")])
        table.add([.init("100"), .init("rather long"), .init("end")])
        #expect(table.render(Style(isColoured: false)) == "  1  short\n100  rather long  end")
        #expect(table.render(Style(isColoured: true)) == "  1  \u{1B}[32mshort\u{1B}[0m\n100  rather long  end")
    }

    @Test func `of strangers the log says how many attempts there were`() {
        #expect(Words.origin("strangers:1") == "1 attempt")
        #expect(Words.origin("strangers:1523") == "1523 attempts")
        #expect(Words.action("strangersRefused") == "strangers refused")
    }

    @Test func `what could steer a terminal is escaped`() {
        #expect(printable("door\u{1B}[2J\n\u{202E}é → 開") == "door\\u{1b}[2J\\u{a}\\u{202e}é → 開")
    }

    @Test func `a cursor goes over pages without turning back`() {
        func entry(_ sequence: Int64) -> LogEntry {
            LogEntry(
                sequence: sequence, bootID: "", bootNanoseconds: 0, unixSeconds: 0, isTrusted: true, action: "",
                origin: "", outcome: "", state: "", code: "", warning: "")
        }
        var cursor = LogCursor(after: 5)
        #expect(cursor.take(LogPage(first: 1, last: 9, entries: [entry(5), entry(6)])) == [.entry(entry(6))])
        #expect(cursor.take(LogPage(first: 8, last: 9, entries: [entry(9)])) == [.pruned(2), .entry(entry(9))])
        #expect(cursor.take(LogPage(first: 1, last: 9, entries: [])) == [])
        #expect(cursor.position == 9)
        // All that was asked for is gone, and so is everything else.
        #expect(cursor.take(LogPage(first: 13, last: 12, entries: [])) == [.pruned(3)])
        #expect(cursor.position == 12)
    }

    @Test func `a cursor notices that the log has begun anew, but not that somebody asks beyond its end`() {
        func entry(_ sequence: Int64) -> LogEntry {
            LogEntry(
                sequence: sequence, bootID: "", bootNanoseconds: 0, unixSeconds: 0, isTrusted: true, action: "",
                origin: "", outcome: "", state: "", code: "", warning: "")
        }
        var cursor = LogCursor(after: 9_999)
        #expect(cursor.take(LogPage(first: 1, last: 9, entries: [])) == [])
        cursor = LogCursor(after: 8)
        #expect(cursor.take(LogPage(first: 1, last: 9, entries: [entry(9)])) == [.entry(entry(9))])
        #expect(cursor.take(LogPage(first: 1, last: 2, entries: [])) == [.begunAnew])
        #expect(
            cursor.take(LogPage(first: 1, last: 2, entries: [entry(1), entry(2)])) == [
                .entry(entry(1)), .entry(entry(2)),
            ])
    }
}
