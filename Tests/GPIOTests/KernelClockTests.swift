import Glibc
import LockCore
import LockDaemon
import Testing

/// The kernel stamps edges with monotonic time; the daemon counts in boot time.
struct KernelClockTests {
    @Test func `a machine that was never suspended has one time`() {
        let clock = KernelClock(monotonicBefore: 1_000, boot: 1_050, monotonicAfter: 1_100)
        #expect(clock.offsetNanoseconds == 0)
        #expect(clock.boot(ofMonotonic: 700) == Instant(nanoseconds: 700))
    }

    @Test func `suspended time is added`() {
        let clock = KernelClock(monotonicBefore: 1_000, boot: 5_000_001_050, monotonicAfter: 1_100)
        #expect(clock.offsetNanoseconds == 5_000_000_000)
        #expect(clock.boot(ofMonotonic: 900) == Instant(nanoseconds: 5_000_000_900))
    }

    @Test func `an edge does not come from the future`() {
        let clock = KernelClock(monotonicBefore: 1_000, boot: 1_000, monotonicAfter: 1_400)
        #expect(clock.boot(ofMonotonic: 1_390) == Instant(nanoseconds: 1_000))
        #expect(clock.boot(ofMonotonic: .max) == Instant(nanoseconds: 1_000))
    }

    @Test func `this machine's monotonic time becomes its boot time`() {
        for _ in 0..<1_000 {
            var monotonic = timespec()
            let before = BootClock.now()
            clock_gettime(CLOCK_MONOTONIC, &monotonic)
            let after = BootClock.now()
            let nanoseconds = UInt64(monotonic.tv_sec) * 1_000_000_000 + UInt64(monotonic.tv_nsec)
            let converted = KernelClock.now().boot(ofMonotonic: nanoseconds)
            // The pair of clocks is read within a time that is an error of the conversion; a busy machine may take longer.
            let tolerance: Duration = .milliseconds(50)
            #expect(converted > Instant(nanoseconds: before.nanoseconds - tolerance.wholeNanoseconds))
            #expect(converted < after + tolerance)
        }
    }
}
