import LockCore
import SystemdRuntime
import Testing

@testable import LockDaemon

@Suite struct WatchdogFeederTests {
    @Test func `a thread whose queue had no room for the question is asked again, and no other is`() throws {
        let loop = try EventLoop()
        var asked: [WatchdogFeeder.Watched] = []
        var refusals = 3
        var isFed = false
        var numbers: Set<UInt32> = []
        let patienceEnd = try loop.timer { loop.exit() }
        patienceEnd.arm(atBootNanoseconds: (BootClock.now() + patience).nanoseconds)
        let feeder = try WatchdogFeeder(interval: .milliseconds(20), on: loop) { thread, number in
            asked.append(thread)
            numbers.insert(number)
            guard thread == .storage else { return true }
            refusals -= 1
            // Refused three times, then taken.
            if refusals < 0 { loop.exit() }
            return refusals < 0
        } feed: {
            isFed = true
        }
        _ = try loop.run()
        #expect(asked == [.bolt, .storage, .storage, .storage, .storage])
        #expect(numbers == [1])
        feeder.boltAnswered(1)
        #expect(!isFed)
        feeder.storageAnswered(1)
        #expect(isFed)
    }
}
