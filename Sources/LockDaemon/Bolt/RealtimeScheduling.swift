internal import Glibc

/// What came of asking for real time and locked memory. Never fatal: a stroke's cap is held by the same code without, only
/// less punctually.
package struct RealtimeOutcome: Hashable, Sendable {
    /// 0: the bolt thread has real-time priority; else what the kernel answered.
    package var schedulingErrno: Int32
    /// 0: memory stays in place once it was touched; else what the kernel answered. nil: not asked for.
    package var lockingErrno: Int32?

    package init(schedulingErrno: Int32, lockingErrno: Int32?) {
        self.schedulingErrno = schedulingErrno
        self.lockingErrno = lockingErrno
    }

    /// Whether everything that was asked for was granted.
    package var isGranted: Bool { schedulingErrno == 0 && (lockingErrno ?? 0) == 0 }
}

/// How the bolt thread asks for punctuality.
enum RealtimeScheduling {
    /// SCHED_FIFO priority: above everything ordinary, below the kernel's interrupt threads (50), which bring the edges.
    static let priority: Int32 = 40

    /// Bytes of the bolt thread's stack. Its deepest call uses a few kB; unoptimised builds several times that.
    static let stackSize = 256 * 1024
    /// How much of it is touched before the first stroke, so that no page of it has to be found in the middle of one.
    static let touchedStack = 96 * 1024

    /// Gives the calling thread real-time priority; 0 or what the kernel answered.
    static func raisePriority() -> Int32 {
        var parameters = sched_param()
        parameters.sched_priority = priority
        return pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters)
    }

    /// Locks the process's memory as it is touched, if it may be locked without a bound; 0 or what the kernel answered.
    ///
    /// With a bound (`RLIMIT_MEMLOCK`) it is not tried: memory that is asked for later would be refused when the bound is
    /// reached, and that would be worse than a page fault.
    static func lockMemory() -> Int32 {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit) == 0 else { return errno }
        guard limit.rlim_cur == .max else { return EPERM }
        // MCL_ONFAULT (4, linux/mman.h): what is never used is never read in.
        return mlockall(MCL_CURRENT | MCL_FUTURE | mclOnFault) == 0 ? 0 : errno
    }

    private static let mclOnFault: Int32 = 4

    /// Touches the stack down to ``touchedStack`` bytes.
    static func touchStack() { _ = touch(touchedStack / touchStep) }

    private static let touchStep = 1024

    @inline(never)
    private static func touch(_ steps: Int) -> UInt8 {
        withUnsafeTemporaryAllocation(byteCount: touchStep, alignment: 1) { space in
            space[0] = UInt8(truncatingIfNeeded: steps)
            let below: UInt8 = steps > 1 ? touch(steps - 1) : 0
            // Used after the call, so that the frame stays.
            return space[0] &+ below
        }
    }
}
