import LockCore
import TelemetryPolicy
import Testing

@testable import LockDaemon

@Suite struct LockFactsTests {
    @Test func `a board, a system and a program are a code and numbers`() throws {
        let debian = Array("PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nVERSION_ID=\"13.2\"\nID=debian\n".utf8)
        let values = LockFacts.values(
            compatible: "mortise,virtual-board", osRelease: debian, software: "1.2.3-rc1+host")
        #expect(values.map(\.text) == ["virtual-board", "13.2.0", "1.2.3"])
    }

    @Test(arguments: [
        ("", nil), ("VERSION_ID=12\n", "12.0.0"), ("VERSION_ID='3.21.0'", "3.21.0"), ("VERSION_ID=\"13", nil),
        ("VERSION_ID=\"\"", nil), ("VERSION_ID=rolling-of-my-host", nil), ("MY_VERSION_ID=9", nil),
        ("VERSION_ID=\"", nil), ("NAME=x\nVERSION_ID=2026.11.24", "2026.11.24"),
    ])
    func `a version that is none is left out`(text: String, version: String?) {
        #expect(LockFacts.osVersion(Array(text.utf8))?.text == version)
    }

    @Test func `what is in no list is not said`() {
        #expect(LockFacts.values(compatible: "acme,my-secret-door", osRelease: [], software: "unknown").isEmpty)
        #expect(LockFacts.values(compatible: nil, osRelease: [0xff, 0x00], software: "").isEmpty)
    }

    /// By hand: what may be counted, of all that the lock can report.
    @Test func `of the fault codes these and no others are service failures`() {
        let counted = FaultCode.allCases.filter { ServiceFailure($0) != nil }
        #expect(
            Set(counted) == [
                .blocked, .driverFault, .journalUnavailable, .notMoving, .powerLost, .sensorConflict, .sensorStuck,
                .stalled, .storeUnavailable, .timeout,
            ])
    }
}
