import LockCore
import Storage
import SystemdRuntime
import Testing

@testable import LockDaemon

@Suite struct StorageThreadTests {
    @Test func `settings that cannot be saved do not keep calibration and audit entries out of the store`() throws {
        let directory = try TemporaryDirectory()
        let thread = try StorageThread(path: directory.store, bootID: "test", gate: nil)
        #expect(thread.send(.adopt))
        #expect(thread.send(.saveSettings(Settings(doorAjarMilliseconds: -1), SaveNumber(1))))
        let event = AuditEvent(action: .boot, origin: .device, outcome: .done(.unlocked), at: .zero)
        #expect(thread.send(.record(event, closing: nil)))
        thread.close()
        #expect(thread.finish())
        var appended: [Int64] = []
        var isFailing = false
        thread.answers.drain {
            if case .appended(let number) = $0 { appended.append(number) }
            if case .condition(let condition) = $0 { isFailing = condition.isFailing }
        }
        #expect(appended == [1])
        #expect(isFailing)
    }

    @Test func `a full or busy store is waited for, an entry that is refused for itself is not`() {
        func error(_ code: Int32) -> StoreError {
            .sqlite(SQLiteError(extendedCode: code, operation: "test", path: "test", message: "test"))
        }
        // FULL, BUSY, an IOERR with its extension; then CONSTRAINT and MISMATCH.
        for code in [13, 5, 10 | 3 << 8] as [Int32] { #expect(error(code).mayPass) }
        for code in [19, 20] as [Int32] { #expect(!error(code).mayPass) }
        #expect(!StoreError.numbersExhausted.mayPass)
    }
}
