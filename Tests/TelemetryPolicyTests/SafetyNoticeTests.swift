import Testing

@testable import TelemetryPolicy

@Suite("The list of safety notices")
struct SafetyNoticeTests {
    static let text = """
        mortise-safety-notices 1 7

        notice 2026-01-motor
        models virtual-board some-other-lock
        versions 0.1.0 0.5.9
        title Motor may not stop
        text Update to 0.6.0 and have the motor looked at.

        notice 2026-02-battery
        models simulated
        versions 0 9999
        title Battery case
        text Use batteries of one make.

        """

    static func read(_ text: String, seen: UInt64 = 0, isSigned: Bool = true) -> Result<
        SafetyNoticeList, SafetyNoticeError
    > {
        do throws(SafetyNoticeError) {
            return .success(try SafetyNoticeList(Array(text.utf8), seen: seen) { _ in isSigned })
        } catch {
            return .failure(error)
        }
    }

    @Test("is filtered by model and version")
    func filter() throws {
        let list = try Self.read(Self.text, seen: 7).get()
        #expect(list.counter == 7)
        #expect(list.notices.count == 2)
        #expect(list.notices(for: .virtualBoard, Samples.version(0, 5, 0)).map(\.id) == ["2026-01-motor"])
        #expect(list.notices(for: .virtualBoard, Samples.version(0, 6, 0)) == [])
        #expect(list.notices(for: .simulated, Samples.version(0, 6, 0)).map(\.title) == ["Battery case"])
        #expect(list.notices(for: .raspberryPiZero2WDRV8833, Samples.version(0, 5, 0)) == [])
    }

    @Test("is not looked at unsigned, and never an older one")
    func refused() {
        #expect(Self.read("nonsense", isSigned: false) == .failure(.badSignature))
        #expect(Self.read(Self.text, seen: 8) == .failure(.rolledBack(counter: 7, seen: 8)))
        #expect(Self.read(String(repeating: "x", count: 65_537)) == .failure(.tooLong(bytes: 65_537)))
    }

    @Test("is refused as a whole when a line of it is wrong", arguments: 0..<12)
    func malformed(_ line: Int) {
        var lines = Self.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines[line] = "nonsense\u{7}"
        guard case .failure(.malformed(let found, _)) = Self.read(lines.joined(separator: "\n")) else {
            Issue.record("taken with line \(line + 1) wrong")
            return
        }
        #expect(found == line + 1)
    }

    @Test("of no notices is a list")
    func empty() throws { #expect(try Self.read("mortise-safety-notices 1 1\n").get().notices == []) }
}
