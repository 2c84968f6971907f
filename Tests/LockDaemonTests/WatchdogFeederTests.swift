import LockCore
import SystemdRuntime
import TestBus
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

    @Test func `a thread that the kernel holds up is not waited for, but the other one is`() throws {
        let loop = try EventLoop()
        var feeder: WatchdogFeeder?
        var feeds = 0
        var rounds: [UInt32] = []
        feeder = try WatchdogFeeder(interval: .milliseconds(40), on: loop) { thread, number in
            // The storage thread takes its question and never answers.
            guard thread == .bolt else { return true }
            rounds.append(number)
            // The bolt thread answers twice.
            if rounds.count < 3 { _ = loop.post { feeder?.boltAnswered(number) } }
            return true
        } isHeldUp: { thread in
            thread == .storage
        } feed: {
            feeds += 1
        }
        // Time for many more rounds.
        let end = try loop.timer { loop.exit() }
        end.arm(atBootNanoseconds: (BootClock.now() + .milliseconds(400)).nanoseconds)
        _ = try loop.run()
        #expect(rounds == [1, 2, 3])
        #expect(feeds >= 2)
        let fed = feeds
        feeder?.storageAnswered(1)
        #expect(feeds == fed)
        #expect(feeder?.report == "warning: waiting for the bolt thread")
        feeder?.boltAnswered(3)
        #expect(feeds == fed + 1)
    }

    @Test func `a thread that waits in the ordinary way is not held up by the kernel`() {
        #expect(!ThreadState.isHeldByKernel("no such thread"))
    }
}
