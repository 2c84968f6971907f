import LockCore
import SystemdRuntime
import Testing

@testable import LockDaemon

@Suite struct StatusPropertiesTests {
    @Test func `an announced reset stands among the alarms, and is news`() {
        let device = Device(configuration: DeviceConfiguration())
        let before = StatusProperties(status: device.status, store: StoreCondition(state: .opened))
        var after = before
        after.isResetAnnounced = true
        #expect(before.value(of: "Alarms") == .strings([]))
        #expect(after.value(of: "Alarms") == .strings(["reset"]))
        #expect(after.changes(since: before) == ["Alarms"])
        #expect(before.changes(since: after) == ["Alarms"])
    }
}
